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
    private const string Expected = "expected a host as in image names or repositories' URLs, such as \"registry.acme.com:5000\" or \"git.acme.com\"";

    private static readonly MemberTable<Draft> Members = new(
    [
        new("alias", Schemas.RequiredText("One name of the host, such as \"registry.internal:5000\"; it is an alias of one host only."),
            (d, v) => d.Alias = ReadHost(v)) { Required = true },
        new("host", Schemas.RequiredText("Another name of the same host, such as \"registry.acme.com\"; it may be an alias of a third."),
            (d, v) => d.Host = ReadHost(v)) { Required = true },
    ], ["uuid", "resource_uri", "created_datetime"]);

    public static void MapHostAliases(this IEndpointRouteBuilder app)
    {
        var aliases = app.MapGroup(Uris.HostAlias).WithTags("hostalias");
        aliases.MapPost("/", Create)
            .WithSummary("Say that two names mean one host of images or git repositories").Takes(Members, creating: true).Fails(400, 409, 413);
        aliases.MapGet("/", List).WithSummary("List host aliases").Takes(Paging.Parameters).Fails(400);
        aliases.MapGet("/{uuid}", Get).WithSummary("Get a host alias").Fails(404);
        aliases.MapDelete("/{uuid}", Delete).WithSummary("Forget that two names mean one host").Fails(404);
    }

    private static async Task<Created<HostAliasObject>> Create(
        HttpContext context, ILedger ledger, HostNames names, TimeProvider time, CancellationToken cancellationToken)
    {
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: true);
        var alias = new HostAlias
        {
            Uuid = Guid.NewGuid(),
            Organization = Organization.Default,
            Alias = draft.Alias!,
            Host = draft.Host!,
            Created = time.GetUtcNow(),
        };
        if (alias.Alias == alias.Host)
            throw HttpFailure.Conflict($"`alias` and `host` are both \"{alias.Host}\"; expected two names.");
        var outcome = await ledger.AddHostAlias(alias, cancellationToken);
        names.Forget(alias.Organization);
        return outcome switch
        {
            AliasOutcome.Known => throw HttpFailure.Conflict($"`alias` is \"{alias.Alias}\", which is an alias already; delete that one first."),
            AliasOutcome.Circular => throw HttpFailure.Conflict($"`host` is \"{alias.Host}\", which is an alias of \"{alias.Alias}\" already."),
            _ => TypedResults.Created(Uris.Of(Uris.HostAlias, alias.Uuid), HostAliasObject.Of(alias)),
        };
    }

    private static async Task<Ok<Listing<HostAliasObject>>> List(HttpRequest request, ILedger ledger, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var page = await ledger.HostAliases(Organization.Default, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing<HostAliasObject>(request, page.Total, [.. page.Items.Select(HostAliasObject.Of)]));
    }

    private static async Task<Ok<HostAliasObject>> Get(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindHostAlias(parsed, cancellationToken) is { } alias
            ? TypedResults.Ok(HostAliasObject.Of(alias))
            : throw HttpFailure.NotFound("host alias", uuid);

    private static async Task<NoContent> Delete(string uuid, ILedger ledger, HostNames names, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(uuid, "D", out var parsed) || !await ledger.RemoveHostAlias(parsed, cancellationToken))
            throw HttpFailure.NotFound("host alias", uuid);
        names.Forget(Organization.Default);
        return TypedResults.NoContent();
    }

    /// <summary>As it is in the keys of sources.</summary>
    private static string ReadHost(Value value)
    {
        if (!value.IsText)
            throw value.NotA("a host such as \"registry.acme.com:5000\"");
        var text = value.Line().Trim();
        if (text.Length == 0)
            throw value.Wrong($"is empty; {Expected}");
        var bare = text;
        foreach (var scheme in (string[])["https://", "http://"])
            if (bare.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                bare = bare[scheme.Length..].TrimEnd('/');
        if (bare.AsSpan().IndexOfAny("/@") >= 0 || !RepositoryName.TryParse($"https://{bare}/x", out var repository, out _))
            throw value.Wrong($"is \"{HttpFailure.Shorten(text[(text.LastIndexOf('@') + 1)..])}\"; {Expected}");

        // of a registry's several names one is canonical; a git host's can be one that no image could have
        var host = SourceHosts.HostOf(repository.Source)!;
        return ImageName.TryParse($"{host}/x/y", out var image, out _) && image.Path == "x/y" ? image.Host : host;
    }

    private sealed class Draft
    {
        public string? Alias { get; set; }

        public string? Host { get; set; }
    }
}

/// <summary>Two names of one host.</summary>
public sealed record HostAliasObject(Guid Uuid, string ResourceUri, string Alias, string Host, string CreatedDatetime)
{
    public static HostAliasObject Of(HostAlias alias) =>
        new(alias.Uuid, Uris.Of(Uris.HostAlias, alias.Uuid), alias.Alias, alias.Host, Dates.Text(alias.Created));
}
