using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>What opens the git repositories of a host; a password and a private key go in and never come out.</summary>
public static class GitHostEndpoints
{
    private static readonly JsonBinder<Request> Binder = new(
        [
            new(
                "host",
                SchemaFactory.RequiredText(
                    "The host as in the repositories' URLs, such as \"github.com\"; with a port only for that one. Of a URL the "
                        + "host is taken."
                ),
                (d, v) => d.Host = GitHostBinding.ReadHost(v)
            )
            {
                Required = true,
            },
            new(
                "path",
                SchemaFactory.Text(
                    "The beginning of the repositories' paths that they are for, such as \"acme\"; the longest that fits a "
                        + "repository counts. Null: all of the host."
                ),
                (d, v) => d.Path = GitHostBinding.ReadPath(v)
            ),
            new(
                "scheme",
                SchemaFactory.Text(
                    "The least that the password may go over. \"https\" unless given; \"http\" lets it travel in clear.",
                    GitHostBinding.Schemes
                ),
                (d, v) =>
                    d.Scheme = v.IsText
                        ? v.ReadOneOf(GitHostBinding.Schemes)
                        : throw v.CreateTypeError(SentenceText.JoinWithOr(GitHostBinding.Schemes))
            ),
            new(
                "username",
                SchemaFactory.Text("The user's name for http and https. Null: what the host takes beside a token."),
                (d, v) => d.Username = GitHostBinding.ReadUser(v)
            ),
            new(
                "password",
                SchemaFactory.Text("The password or access token for http and https; never shown. Null: none."),
                (d, v) => d.Password = new(GitHostBinding.ReadPassword(v))
            ),
            new(
                "ssh_private_key",
                SchemaFactory.Text("The private key for ssh, in OpenSSH's or PEM form and without a passphrase; never shown. Null: none."),
                (d, v) => d.PrivateKey = new(PrivateKeyReader.Read(v))
            ),
            new(
                "known_hosts",
                SchemaFactory.Text(
                    "The host's own keys, as lines of OpenSSH's known_hosts; ssh-keyscan prints them. Has to be there for ssh_private_key."
                ),
                (d, v) => d.KnownHosts = GitHostBinding.ReadKnownHosts(v)
            ),
            new(
                "commit_statuses",
                SchemaFactory.Text(
                    "In whose way the host is told, as commit statuses, what becomes of its commits, with the password as a "
                        + "token. Null: it is not told.",
                    GitHostBinding.Kinds
                ),
                (d, v) => d.Statuses = new(GitHostBinding.ReadKind(v))
            ),
            new(
                "api_url",
                SchemaFactory.Text("For commit_statuses: where the host's API is, http or https. Null: where hosts of that kind have it."),
                (d, v) => d.ApiUrl = new(GitHostBinding.ReadApiUrl(v))
            ),
        ],
        [
            "uuid",
            "resource_uri",
            "has_password",
            "has_ssh_private_key",
            "last_error",
            "failed_attempts",
            "given_up",
            "delivered_datetime",
            "next_attempt_datetime",
            "created_datetime",
        ]
    );

    public static void MapGitHosts(this IEndpointRouteBuilder app)
    {
        var hosts = app.MapGroup(ResourceUris.GitHost).WithTags("githost");
        hosts
            .MapPost("/", Create)
            .WithSummary("Add the credentials for a git host")
            .WithInput(Binder, creating: true)
            .WithErrors(400, 409, 413);
        hosts.MapGet("/", List).WithSummary("List git hosts").WithInput(Paging.Parameters).WithErrors(400);
        hosts.MapGet("/{uuid}", Get).WithSummary("Get a git host, without its secrets").WithErrors(404);
        hosts
            .MapPatch("/{uuid}", Patch)
            .WithSummary("Change the credentials for a git host")
            .WithInput(Binder, creating: false)
            .WithErrors(400, 404, 409, 413);
        hosts.MapDelete("/{uuid}", Delete).WithSummary("Forget the credentials for a git host").WithErrors(404);
    }

    private static async Task<Created<GitHostResponse>> Create(
        HttpContext context,
        ILedger ledger,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var request = new Request();
        await Binder.ReadBody(context, request, creating: true);
        var host = request.Change(
            new GitHost
            {
                Uuid = Guid.NewGuid(),
                Organization = OrganizationNames.Default,
                Credential = new GitCredential { Host = request.Host! },
                Created = time.GetUtcNow(),
            }
        );
        await Put(host, ledger, cancellationToken);
        return TypedResults.Created(ResourceUris.For(ResourceUris.GitHost, host.Uuid), await Show(host, ledger, cancellationToken));
    }

    private static async Task<Ok<Listing<GitHostResponse>>> List(HttpRequest request, ILedger ledger, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var page = await ledger.ListGitHosts(OrganizationNames.Default, paging.Limit, paging.Offset, cancellationToken);
        var objects = new List<GitHostResponse>();
        foreach (var host in page.Items)
            objects.Add(await Show(host, ledger, cancellationToken));
        return TypedResults.Ok(paging.Listing<GitHostResponse>(request, page.Total, objects));
    }

    private static async Task<Ok<GitHostResponse>> Get(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        TypedResults.Ok(await Show(await Find(uuid, ledger, cancellationToken), ledger, cancellationToken));

    private static async Task<Ok<GitHostResponse>> Patch(
        string uuid,
        HttpContext context,
        ILedger ledger,
        IGrainFactory grains,
        CancellationToken cancellationToken
    )
    {
        var host = await Find(uuid, ledger, cancellationToken);
        var request = new Request();
        await Binder.ReadBody(context, request, creating: false);
        host = request.Change(host);
        await Put(host, ledger, cancellationToken);
        if (host.CommitStatuses is not null)
            await grains.GetGrain<IStatusGrain>(host.Uuid.ToString()).Wake();
        return TypedResults.Ok(await Show(host, ledger, cancellationToken));
    }

    private static async Task<NoContent> Delete(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.RemoveGitHost(parsed, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiException.NotFound("git host", uuid);

    private static async Task<GitHost> Find(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindGitHost(parsed, cancellationToken) is { } host
            ? host
            : throw ApiException.NotFound("git host", uuid);

    private static async Task<GitHostResponse> Show(GitHost host, ILedger ledger, CancellationToken cancellationToken) =>
        GitHostResponse.From(host, host.CommitStatuses is null ? null : await ledger.FindCursor(host.Uuid, cancellationToken));

    private static async Task Put(GitHost host, ILedger ledger, CancellationToken cancellationToken)
    {
        var credential = host.Credential;
        if (credential.Password is null && credential.PrivateKey is null)
            throw ApiException.BadRequest("`password` and `ssh_private_key` are both missing; expected one of them or both.");
        if (credential.PrivateKey is not null && credential.KnownHosts.Length == 0)
        {
            throw ApiException.BadRequest(
                "`known_hosts` is missing; expected with `ssh_private_key` the lines by which the host is known to be the right one, "
                    + $"as \"ssh-keyscan {GitHostBinding.WithoutPort(host.Host)}\" prints them."
            );
        }

        if (host.CommitStatuses is { } kind)
        {
            if (credential.Password is null)
            {
                throw ApiException.BadRequest(
                    $"`password` is missing; expected with `commit_statuses` \"{GitHostBinding.Text(kind)}\" the access token "
                        + "that sets them."
                );
            }

            // the token is for the host that it was given for
            if (kind == GitHostKind.Bitbucket && host.ApiUrl is null && host.Host is not ("bitbucket.org" or "www.bitbucket.org"))
            {
                throw ApiException.BadRequest(
                    $"`commit_statuses` is \"bitbucket\", which is Bitbucket Cloud, and `host` is \"{host.Host}\"; expected "
                        + "\"bitbucket.org\", or an `api_url`."
                );
            }
        }

        if (!await ledger.PutGitHost(host, cancellationToken))
            throw ApiException.Conflict(
                $"`host` is \"{host.Host}\"{(credential.Path.Length == 0 ? "" : $" and `path` \"{credential.Path}\"")}, and there "
                    + "are credentials for it already; change those instead."
            );
    }

    /// <summary>What a request says; what it does not say is null.</summary>
    private sealed class Request
    {
        public string? Host { get; set; }

        public string? Path { get; set; }

        public string? Scheme { get; set; }

        public string? Username { get; set; }

        public SecretChange? Password { get; set; }

        public SecretChange? PrivateKey { get; set; }

        public string? KnownHosts { get; set; }

        public SettingChange<GitHostKind?>? Statuses { get; set; }

        public SettingChange<Uri?>? ApiUrl { get; set; }

        public GitHost Change(GitHost host) =>
            host with
            {
                Credential = Change(host.Credential),
                CommitStatuses = Statuses is null ? host.CommitStatuses : Statuses.To,
                ApiUrl = ApiUrl is null ? host.ApiUrl : ApiUrl.To,
            };

        private GitCredential Change(GitCredential credential) =>
            credential with
            {
                Host = Host ?? credential.Host,
                Path = Path ?? credential.Path,
                Scheme = Scheme ?? credential.Scheme,
                Username = Username ?? credential.Username,
                Password = Password is null ? credential.Password : Password.Text,
                PrivateKey = PrivateKey is null ? credential.PrivateKey : PrivateKey.Text,
                KnownHosts = KnownHosts ?? credential.KnownHosts,
            };
    }

    /// <summary>A secret that the request says, or that there is none.</summary>
    private sealed record SecretChange(string? Text)
    {
        public override string ToString() => "…";
    }

    /// <summary>What the request says, which can be that there is none.</summary>
    private sealed record SettingChange<T>(T To);
}
