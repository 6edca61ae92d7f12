using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Name and password for registries; a password goes in and never comes out.</summary>
public static class RegistryEndpoints
{
    private static readonly MemberTable<Draft> Members = new(
    [
        new("host", Schemas.RequiredText("The registry's host as in image names, such as \"docker.io\" or \"registry.acme.com:5000\"."),
            (d, v) => d.Host = ReadHost(v)) { Required = true },
        new("path", Schemas.Text("The beginning of the images' paths that they are for, such as \"acme\"; the longest that fits an image counts. Null: all of the host."),
            (d, v) => d.Path = ReadPath(v)),
        new("username", Schemas.RequiredText("The user's name."), (d, v) => d.Username = ReadUser(v)) { Required = true },
        new("password", Schemas.RequiredText("The password or access token."), (d, v) => d.Password = ReadPassword(v)) { Required = true },
        new("token_host", Schemas.Text("A host beside the registry's own whose token server may be shown the credentials, such as \"gitlab.acme.com\"; null: none."),
            (d, v) => (d.HasTokenHost, d.TokenHost) = (true, ReadTokenHost(v))),
    ], ["uuid", "resource_uri", "created_datetime"]);

    public static void MapRegistries(this IEndpointRouteBuilder app)
    {
        var registries = app.MapGroup(Uris.Registry).WithTags("registry");
        registries.MapPost("/", Create)
            .WithSummary("Add the credentials for a registry").Takes(Members, creating: true).Fails(400, 409, 413);
        registries.MapGet("/", List).WithSummary("List registries").Takes(Paging.Parameters).Fails(400);
        registries.MapGet("/{uuid}", Get).WithSummary("Get a registry, without its password").Fails(404);
        registries.MapPatch("/{uuid}", Patch)
            .WithSummary("Change the credentials for a registry").Takes(Members, creating: false).Fails(400, 404, 409, 413);
        registries.MapDelete("/{uuid}", Delete).WithSummary("Forget the credentials for a registry").Fails(404);
    }

    private static async Task<Created<RegistryObject>> Create(HttpContext context, ILedger ledger, TimeProvider time, CancellationToken cancellationToken)
    {
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: true);
        var registry = new Registry
        {
            Uuid = Guid.NewGuid(),
            Organization = Organization.Default,
            Host = draft.Host!,
            Path = draft.Path ?? "",
            Username = draft.Username!,
            Password = draft.Password!,
            TokenHost = draft.TokenHost,
            Created = time.GetUtcNow(),
        };
        await Put(registry, ledger, cancellationToken);
        return TypedResults.Created(Uris.Of(Uris.Registry, registry.Uuid), RegistryObject.Of(registry));
    }

    private static async Task<Ok<Listing<RegistryObject>>> List(HttpRequest request, ILedger ledger, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var page = await ledger.Registries(Organization.Default, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing<RegistryObject>(request, page.Total, [.. page.Items.Select(RegistryObject.Of)]));
    }

    private static async Task<Ok<RegistryObject>> Get(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        TypedResults.Ok(RegistryObject.Of(await Find(uuid, ledger, cancellationToken)));

    private static async Task<Ok<RegistryObject>> Patch(string uuid, HttpContext context, ILedger ledger, CancellationToken cancellationToken)
    {
        var registry = await Find(uuid, ledger, cancellationToken);
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: false);
        registry = registry with
        {
            Host = draft.Host ?? registry.Host,
            Path = draft.Path ?? registry.Path,
            Username = draft.Username ?? registry.Username,
            Password = draft.Password ?? registry.Password,
            TokenHost = draft.HasTokenHost ? draft.TokenHost : registry.TokenHost,
        };
        await Put(registry, ledger, cancellationToken);
        return TypedResults.Ok(RegistryObject.Of(registry));
    }

    private static async Task<NoContent> Delete(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.RemoveRegistry(parsed, cancellationToken)
            ? TypedResults.NoContent()
            : throw HttpFailure.NotFound("registry", uuid);

    private static async Task<Registry> Find(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindRegistry(parsed, cancellationToken) is { } registry
            ? registry
            : throw HttpFailure.NotFound("registry", uuid);

    private static async Task Put(Registry registry, ILedger ledger, CancellationToken cancellationToken)
    {
        if (!await ledger.PutRegistry(registry, cancellationToken))
            throw HttpFailure.Conflict(
                $"`host` is \"{registry.Host}\"{(registry.Path.Length == 0 ? "" : $" and `path` \"{registry.Path}\"")}, and there are credentials for it already; change those instead.");
    }

    private static string ReadHost(Value value) =>
        ReadHost(value, "expected a host as in image names, such as \"docker.io\" or \"registry.acme.com:5000\"");

    /// <summary>Empty for null.</summary>
    private static string ReadPath(Value value)
    {
        if (value.IsNull)
            return "";
        if (!value.IsText)
            throw value.NotA("the beginning of images' paths such as \"acme\", or null");
        var text = value.Line().Trim().Trim('/');
        return ImageName.TryParse($"registry.example.org/{text}/x", out var name, out _) && name.Path == $"{text}/x" && name.Tag == "latest"
            ? text
            : throw value.Wrong($"is \"{HttpFailure.Shorten(text)}\"; expected the beginning of images' paths such as \"acme\" or \"acme/team\", in small letters");
    }

    private static string? ReadTokenHost(Value value) =>
        value.IsNull ? null : ReadHost(value, "expected the token server's host, such as \"gitlab.acme.com\", or null for none but the registry's own");

    private static string ReadHost(Value value, string expected)
    {
        if (!value.IsText)
            throw value.NotA("a host such as \"docker.io\"");
        var text = value.Line().Trim();
        var bare = text;
        foreach (var scheme in (string[])["https://", "http://"])
            if (bare.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                bare = bare[scheme.Length..];
        // docker's own configuration writes https://index.docker.io/v1/
        var slash = bare.IndexOf('/');
        if (slash >= 0 && bare[slash..].Trim('/') is "" or "v1" or "v2")
            bare = bare[..slash];
        return ImageName.TryParse($"{bare}/x/y", out var name, out _) && name is { Path: "x/y", Tag: "latest", Digest: null }
            ? name.Host
            : throw value.Wrong($"is \"{HttpFailure.Shorten(text)}\"; {expected}");
    }

    private static string ReadUser(Value value)
    {
        if (!value.IsText)
            throw value.NotA("text");
        var name = value.Line(255);
        return name.Length == 0 ? throw value.Wrong("is empty; expected the user's name")
            : name.Contains(':') ? throw value.Wrong("has a \":\", which a user's name cannot have")
            : name;
    }

    private static string ReadPassword(Value value)
    {
        if (!value.IsText)
            throw value.NotA("text");
        return value.Text(16 << 10) is { Length: > 0 } password ? password : throw value.Wrong("is empty; expected the password or access token");
    }

    private sealed class Draft
    {
        public string? Host { get; set; }

        public string? Path { get; set; }

        public string? Username { get; set; }

        public string? Password { get; set; }

        public string? TokenHost { get; set; }

        public bool HasTokenHost { get; set; }
    }
}

/// <summary>Credentials for one registry, without the password.</summary>
public sealed record RegistryObject(Guid Uuid, string ResourceUri, string Host, string? Path, string Username, string? TokenHost, string CreatedDatetime)
{
    public static RegistryObject Of(Registry registry) =>
        new(registry.Uuid, Uris.Of(Uris.Registry, registry.Uuid), registry.Host, registry.Path.Length == 0 ? null : registry.Path, registry.Username, registry.TokenHost, Dates.Text(registry.Created));
}
