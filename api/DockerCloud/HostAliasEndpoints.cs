using AutoDeploy.Api.Hooks;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Other names of hosts: a registry or git host tells of pushes under a name of its own, and services use another.</summary>
public static class HostAliasEndpoints
{
    private const string Expected =
        "expected a host as in image names or repositories' URLs, such as \"registry.acme.com:5000\" or \"git.acme.com\"";

    private static readonly JsonBinder<Request> Binder = new(
        [
            new(
                "alias",
                SchemaFactory.RequiredText("One name of the host, such as \"registry.internal:5000\"; it is an alias of one host only."),
                (d, v) => d.Alias = ReadHost(v)
            )
            {
                Required = true,
            },
            new(
                "host",
                SchemaFactory.RequiredText("Another name of the same host, such as \"registry.acme.com\"; it may be an alias of a third."),
                (d, v) => d.Host = ReadHost(v)
            )
            {
                Required = true,
            },
        ],
        ["uuid", "resource_uri", "created_datetime"]
    );

    public static void MapHostAliases(this IEndpointRouteBuilder app)
    {
        var aliases = app.MapGroup(ResourceUris.HostAlias).WithTags("hostalias");
        aliases
            .MapPost("/", Create)
            .WithSummary("Say that two names mean one host of images or git repositories")
            .WithInput(Binder, creating: true)
            .WithErrors(400, 409, 413);
        aliases.MapGet("/", List).WithSummary("List host aliases").WithInput(Paging.Parameters).WithErrors(400);
        aliases.MapGet("/{uuid}", Get).WithSummary("Get a host alias").WithErrors(404);
        aliases.MapDelete("/{uuid}", Delete).WithSummary("Forget that two names mean one host").WithErrors(404);
    }

    private static async Task<Created<HostAliasResponse>> Create(
        HttpContext context,
        ILedger ledger,
        HostAliasGroups names,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var request = new Request();
        await Binder.ReadBody(context, request, creating: true);
        var alias = new HostAlias
        {
            Uuid = Guid.NewGuid(),
            Organization = OrganizationNames.Default,
            Alias = request.Alias!,
            Host = request.Host!,
            Created = time.GetUtcNow(),
        };
        if (alias.Alias == alias.Host)
            throw ApiException.Conflict($"`alias` and `host` are both \"{alias.Host}\"; expected two names.");
        var outcome = await ledger.AddHostAlias(alias, cancellationToken);
        names.Forget(alias.Organization);
        return outcome switch
        {
            AddAliasResult.Known => throw ApiException.Conflict(
                $"`alias` is \"{alias.Alias}\", which is an alias already; delete that one first."
            ),
            AddAliasResult.Circular => throw ApiException.Conflict(
                $"`host` is \"{alias.Host}\", which is an alias of \"{alias.Alias}\" already."
            ),
            _ => TypedResults.Created(ResourceUris.For(ResourceUris.HostAlias, alias.Uuid), HostAliasResponse.From(alias)),
        };
    }

    private static async Task<Ok<Listing<HostAliasResponse>>> List(HttpRequest request, ILedger ledger, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var page = await ledger.ListHostAliases(OrganizationNames.Default, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing<HostAliasResponse>(request, page.Total, [.. page.Items.Select(HostAliasResponse.From)]));
    }

    private static async Task<Ok<HostAliasResponse>> Get(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindHostAlias(parsed, cancellationToken) is { } alias
            ? TypedResults.Ok(HostAliasResponse.From(alias))
            : throw ApiException.NotFound("host alias", uuid);

    private static async Task<NoContent> Delete(string uuid, ILedger ledger, HostAliasGroups names, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(uuid, "D", out var parsed) || !await ledger.RemoveHostAlias(parsed, cancellationToken))
            throw ApiException.NotFound("host alias", uuid);
        names.Forget(OrganizationNames.Default);
        return TypedResults.NoContent();
    }

    /// <summary>As it is in the keys of sources.</summary>
    private static string ReadHost(RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("a host such as \"registry.acme.com:5000\"");
        var text = value.ReadLine().Trim();
        if (text.Length == 0)
            throw value.CreateError($"is empty; {Expected}");
        var bare = text;
        foreach (var scheme in (string[])["https://", "http://"])
            if (bare.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                bare = bare[scheme.Length..].TrimEnd('/');
        if (bare.AsSpan().IndexOfAny("/@") >= 0 || !RepositoryName.TryParse($"https://{bare}/x", out var repository, out _))
            throw value.CreateError($"is \"{ApiException.Shorten(text[(text.LastIndexOf('@') + 1)..])}\"; {Expected}");

        // of a registry's several names one is canonical; a git host's can be one that no image could have
        var host = SourceHostNames.FindHost(repository.Source)!;
        return ImageName.TryParse($"{host}/x/y", out var image, out _) && image.Path == "x/y" ? image.Host : host;
    }

    private sealed class Request
    {
        public string? Alias { get; set; }

        public string? Host { get; set; }
    }
}
