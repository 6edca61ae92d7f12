using AutoDeploy.Api.Http;
using AutoDeploy.Events;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>What opens the git repositories of a host; a password and a private key go in and never come out.</summary>
public static class GitHostEndpoints
{
    private static readonly MemberTable<Draft> Members = new(
    [
        new("host", Schemas.RequiredText("The host as in the repositories' URLs, such as \"github.com\"; with a port only for that one. Of a URL the host is taken."),
            (d, v) => d.Host = GitHostMembers.ReadHost(v)) { Required = true },
        new("path", Schemas.Text("The beginning of the repositories' paths that they are for, such as \"acme\"; the longest that fits a repository counts. Null: all of the host."),
            (d, v) => d.Path = GitHostMembers.ReadPath(v)),
        new("scheme", Schemas.Text("The least that the password may go over. \"https\" unless given; \"http\" lets it travel in clear.", GitHostMembers.Schemes),
            (d, v) => d.Scheme = v.IsText ? v.OneOf(GitHostMembers.Schemes) : throw v.NotA(Words.Or(GitHostMembers.Schemes))),
        new("username", Schemas.Text("The user's name for http and https. Null: what the host takes beside a token."),
            (d, v) => d.Username = GitHostMembers.ReadUser(v)),
        new("password", Schemas.Text("The password or access token for http and https; never shown. Null: none."),
            (d, v) => d.Password = new(GitHostMembers.ReadPassword(v))),
        new("ssh_private_key", Schemas.Text("The private key for ssh, in OpenSSH's or PEM form and without a passphrase; never shown. Null: none."),
            (d, v) => d.PrivateKey = new(PrivateKeyText.Read(v))),
        new("known_hosts", Schemas.Text("The host's own keys, as lines of OpenSSH's known_hosts; ssh-keyscan prints them. Has to be there for ssh_private_key."),
            (d, v) => d.KnownHosts = GitHostMembers.ReadKnownHosts(v)),
        new("commit_statuses", Schemas.Text("In whose way the host is told, as commit statuses, what becomes of its commits, with the password as a token. Null: it is not told.",
            GitHostMembers.Kinds), (d, v) => d.Statuses = new(GitHostMembers.ReadKind(v))),
        new("api_url", Schemas.Text("For commit_statuses: where the host's API is, http or https. Null: where hosts of that kind have it."),
            (d, v) => d.ApiUrl = new(GitHostMembers.ReadApiUrl(v))),
    ],
    [
        "uuid", "resource_uri", "has_password", "has_ssh_private_key", "last_error", "failed_attempts", "given_up", "delivered_datetime", "next_attempt_datetime",
        "created_datetime",
    ]);

    public static void MapGitHosts(this IEndpointRouteBuilder app)
    {
        var hosts = app.MapGroup(Uris.GitHost).WithTags("githost");
        hosts.MapPost("/", Create)
            .WithSummary("Add the credentials for a git host").Takes(Members, creating: true).Fails(400, 409, 413);
        hosts.MapGet("/", List).WithSummary("List git hosts").Takes(Paging.Parameters).Fails(400);
        hosts.MapGet("/{uuid}", Get).WithSummary("Get a git host, without its secrets").Fails(404);
        hosts.MapPatch("/{uuid}", Patch)
            .WithSummary("Change the credentials for a git host").Takes(Members, creating: false).Fails(400, 404, 409, 413);
        hosts.MapDelete("/{uuid}", Delete).WithSummary("Forget the credentials for a git host").Fails(404);
    }

    private static async Task<Created<GitHostObject>> Create(HttpContext context, ILedger ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: true);
        var host = draft.Change(new GitHost
        {
            Uuid = Guid.NewGuid(),
            Organization = Organization.Default,
            Credential = new GitCredential { Host = draft.Host! },
            Created = time.GetUtcNow(),
        });
        await Put(host, ledger, cancellationToken);
        return TypedResults.Created(Uris.Of(Uris.GitHost, host.Uuid), await Show(host, ledger, cancellationToken));
    }

    private static async Task<Ok<Listing<GitHostObject>>> List(HttpRequest request, ILedger ledger, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var page = await ledger.GitHosts(Organization.Default, paging.Limit, paging.Offset, cancellationToken);
        var objects = new List<GitHostObject>();
        foreach (var host in page.Items)
            objects.Add(await Show(host, ledger, cancellationToken));
        return TypedResults.Ok(paging.Listing<GitHostObject>(request, page.Total, objects));
    }

    private static async Task<Ok<GitHostObject>> Get(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        TypedResults.Ok(await Show(await Find(uuid, ledger, cancellationToken), ledger, cancellationToken));

    private static async Task<Ok<GitHostObject>> Patch(
        string uuid, HttpContext context, ILedger ledger, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var host = await Find(uuid, ledger, cancellationToken);
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: false);
        host = draft.Change(host);
        await Put(host, ledger, cancellationToken);
        if (host.CommitStatuses is not null)
            await grains.GetGrain<IStatusGrain>(host.Uuid.ToString()).Notice();
        return TypedResults.Ok(await Show(host, ledger, cancellationToken));
    }

    private static async Task<NoContent> Delete(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.RemoveGitHost(parsed, cancellationToken)
            ? TypedResults.NoContent()
            : throw HttpFailure.NotFound("git host", uuid);

    private static async Task<GitHost> Find(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindGitHost(parsed, cancellationToken) is { } host
            ? host
            : throw HttpFailure.NotFound("git host", uuid);

    private static async Task<GitHostObject> Show(GitHost host, ILedger ledger, CancellationToken cancellationToken) =>
        GitHostObject.Of(host, host.CommitStatuses is null ? null : await ledger.FindCursor(host.Uuid, cancellationToken));

    private static async Task Put(GitHost host, ILedger ledger, CancellationToken cancellationToken)
    {
        var credential = host.Credential;
        if (credential.Password is null && credential.PrivateKey is null)
            throw HttpFailure.BadRequest("`password` and `ssh_private_key` are both missing; expected one of them or both.");
        if (credential.PrivateKey is not null && credential.KnownHosts.Length == 0)
        {
            throw HttpFailure.BadRequest(
                "`known_hosts` is missing; expected with `ssh_private_key` the lines by which the host is known to be the right one, "
                + $"as \"ssh-keyscan {GitHostMembers.WithoutPort(host.Host)}\" prints them.");
        }

        if (host.CommitStatuses is { } kind)
        {
            if (credential.Password is null)
            {
                throw HttpFailure.BadRequest(
                    $"`password` is missing; expected with `commit_statuses` \"{GitHostMembers.Text(kind)}\" the access token that sets them.");
            }

            // the token is for the host that it was given for
            if (kind == GitHostKind.Bitbucket && host.ApiUrl is null && host.Host is not ("bitbucket.org" or "www.bitbucket.org"))
            {
                throw HttpFailure.BadRequest(
                    $"`commit_statuses` is \"bitbucket\", which is Bitbucket Cloud, and `host` is \"{host.Host}\"; expected \"bitbucket.org\", or an `api_url`.");
            }
        }

        if (!await ledger.PutGitHost(host, cancellationToken))
            throw HttpFailure.Conflict(
                $"`host` is \"{host.Host}\"{(credential.Path.Length == 0 ? "" : $" and `path` \"{credential.Path}\"")}, and there are credentials for it already; change those instead.");
    }

    /// <summary>What a request says; what it does not say is null.</summary>
    private sealed class Draft
    {
        public string? Host { get; set; }

        public string? Path { get; set; }

        public string? Scheme { get; set; }

        public string? Username { get; set; }

        public Given? Password { get; set; }

        public Given? PrivateKey { get; set; }

        public string? KnownHosts { get; set; }

        public Setting<GitHostKind?>? Statuses { get; set; }

        public Setting<Uri?>? ApiUrl { get; set; }

        public GitHost Change(GitHost host) => host with
        {
            Credential = Change(host.Credential),
            CommitStatuses = Statuses is null ? host.CommitStatuses : Statuses.To,
            ApiUrl = ApiUrl is null ? host.ApiUrl : ApiUrl.To,
        };

        private GitCredential Change(GitCredential credential) => credential with
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
    private sealed record Given(string? Text)
    {
        public override string ToString() => "…";
    }

    /// <summary>What the request says, which can be that there is none.</summary>
    private sealed record Setting<T>(T To);
}

/// <summary>Credentials for one git host, without the secrets, and how it goes with its commit statuses.</summary>
/// <param name="CommitStatuses">In whose way they are told: github, gitlab, gitea or bitbucket; null: they are not.</param>
/// <param name="ApiUrl">Null: where hosts of that kind have it.</param>
/// <param name="LastError">Why the last status was not set; null when it was.</param>
/// <param name="FailedAttempts">So many attempts in a row have failed.</param>
/// <param name="GivenUp">So many statuses were refused for good or could not be told for a day.</param>
/// <param name="DeliveredDatetime">When the last status was set.</param>
/// <param name="NextAttemptDatetime">When it is tried again; null when nothing has failed.</param>
public sealed record GitHostObject(
    Guid Uuid, string ResourceUri, string Host, string? Path, string Scheme, string Username, bool HasPassword, bool HasSshPrivateKey, string KnownHosts, string? CommitStatuses, string? ApiUrl,
    string? LastError, int FailedAttempts, long GivenUp, string? DeliveredDatetime, string? NextAttemptDatetime, string CreatedDatetime)
{
    public static GitHostObject Of(GitHost host, EventCursor? cursor) => new(
        host.Uuid, Uris.Of(Uris.GitHost, host.Uuid), host.Host, host.Credential.Path.Length == 0 ? null : host.Credential.Path,
        host.Credential.Scheme, host.Credential.Username, host.Credential.Password is not null,
        host.Credential.PrivateKey is not null, host.Credential.KnownHosts, host.CommitStatuses is { } kind ? GitHostMembers.Text(kind) : null,
        host.ApiUrl?.AbsoluteUri.TrimEnd('/'), cursor?.LastError, cursor?.Attempts ?? 0, cursor?.GivenUp ?? 0, Dates.Text(cursor?.Delivered), Dates.Text(cursor?.Due),
        Dates.Text(host.Created));
}
