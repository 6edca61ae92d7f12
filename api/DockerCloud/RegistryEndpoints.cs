using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Name and password for registries; a password goes in and never comes out.</summary>
public static class RegistryEndpoints
{
    private static readonly JsonBinder<Request> Binder = new(
        [
            new(
                "host",
                SchemaFactory.RequiredText("The registry's host as in image names, such as \"docker.io\" or \"registry.acme.com:5000\"."),
                (d, v) => d.Host = ReadHost(v)
            )
            {
                Required = true,
            },
            new(
                "path",
                SchemaFactory.Text(
                    "The beginning of the images' paths that they are for, such as \"acme\"; the longest that fits an image "
                        + "counts. Null: all of the host."
                ),
                (d, v) => d.Path = ReadPath(v)
            ),
            new("username", SchemaFactory.RequiredText("The user's name."), (d, v) => d.Username = ReadUser(v)) { Required = true },
            new("password", SchemaFactory.RequiredText("The password or access token."), (d, v) => d.Password = ReadPassword(v))
            {
                Required = true,
            },
            new(
                "token_host",
                SchemaFactory.Text(
                    "A host beside the registry's own whose token server may be shown the credentials, such as "
                        + "\"gitlab.acme.com\"; null: none."
                ),
                (d, v) => (d.HasTokenHost, d.TokenHost) = (true, ReadTokenHost(v))
            ),
        ],
        ["uuid", "resource_uri", "created_datetime"]
    );

    public static void MapRegistries(this IEndpointRouteBuilder app)
    {
        var registries = app.MapGroup(ResourceUris.Registry).WithTags("registry");
        registries
            .MapPost("/", Create)
            .WithSummary("Add the credentials for a registry")
            .WithInput(Binder, creating: true)
            .WithErrors(400, 409, 413);
        registries.MapGet("/", List).WithSummary("List registries").WithInput(Paging.Parameters).WithErrors(400);
        registries.MapGet("/{uuid}", Get).WithSummary("Get a registry, without its password").WithErrors(404);
        registries
            .MapPatch("/{uuid}", Patch)
            .WithSummary("Change the credentials for a registry")
            .WithInput(Binder, creating: false)
            .WithErrors(400, 404, 409, 413);
        registries.MapDelete("/{uuid}", Delete).WithSummary("Forget the credentials for a registry").WithErrors(404);
    }

    private static async Task<Created<RegistryResponse>> Create(
        HttpContext context,
        ILedger ledger,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var request = new Request();
        await Binder.ReadBody(context, request, creating: true);
        var registryAccount = new RegistryAccount
        {
            Uuid = Guid.NewGuid(),
            Organization = OrganizationNames.Default,
            Host = request.Host!,
            Path = request.Path ?? "",
            Username = request.Username!,
            Password = request.Password!,
            TokenHost = request.TokenHost,
            Created = time.GetUtcNow(),
        };
        await Put(registryAccount, ledger, cancellationToken);
        return TypedResults.Created(ResourceUris.For(ResourceUris.Registry, registryAccount.Uuid), RegistryResponse.From(registryAccount));
    }

    private static async Task<Ok<Listing<RegistryResponse>>> List(HttpRequest request, ILedger ledger, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var page = await ledger.ListRegistries(OrganizationNames.Default, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing<RegistryResponse>(request, page.Total, [.. page.Items.Select(RegistryResponse.From)]));
    }

    private static async Task<Ok<RegistryResponse>> Get(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        TypedResults.Ok(RegistryResponse.From(await Find(uuid, ledger, cancellationToken)));

    private static async Task<Ok<RegistryResponse>> Patch(
        string uuid,
        HttpContext context,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var registryAccount = await Find(uuid, ledger, cancellationToken);
        var request = new Request();
        await Binder.ReadBody(context, request, creating: false);
        registryAccount = registryAccount with
        {
            Host = request.Host ?? registryAccount.Host,
            Path = request.Path ?? registryAccount.Path,
            Username = request.Username ?? registryAccount.Username,
            Password = request.Password ?? registryAccount.Password,
            TokenHost = request.HasTokenHost ? request.TokenHost : registryAccount.TokenHost,
        };
        await Put(registryAccount, ledger, cancellationToken);
        return TypedResults.Ok(RegistryResponse.From(registryAccount));
    }

    private static async Task<NoContent> Delete(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.RemoveRegistry(parsed, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiException.NotFound("registry", uuid);

    private static async Task<RegistryAccount> Find(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindRegistry(parsed, cancellationToken) is { } registryAccount
            ? registryAccount
            : throw ApiException.NotFound("registry", uuid);

    private static async Task Put(RegistryAccount registryAccount, ILedger ledger, CancellationToken cancellationToken)
    {
        if (!await ledger.PutRegistry(registryAccount, cancellationToken))
            throw ApiException.Conflict(
                "`host` is "
                    + $"\"{registryAccount.Host}\"{(registryAccount.Path.Length == 0 ? "" : $" and `path` \"{registryAccount.Path}\"")}, "
                    + "and there are credentials for it already; change those instead."
            );
    }

    private static string ReadHost(RequestValue value) =>
        ReadHost(value, "expected a host as in image names, such as \"docker.io\" or \"registry.acme.com:5000\"");

    /// <summary>Empty for null.</summary>
    private static string ReadPath(RequestValue value)
    {
        if (value.IsNull)
            return "";
        if (!value.IsText)
            throw value.CreateTypeError("the beginning of images' paths such as \"acme\", or null");
        var text = value.ReadLine().Trim().Trim('/');
        return ImageName.TryParse($"registry.example.org/{text}/x", out var name, out _) && name.Path == $"{text}/x" && name.Tag == "latest"
            ? text
            : throw value.CreateError(
                $"is \"{ApiException.Shorten(text)}\"; expected the beginning of images' paths such as \"acme\" or \"acme/team\", "
                    + "in small letters"
            );
    }

    private static string? ReadTokenHost(RequestValue value) =>
        value.IsNull
            ? null
            : ReadHost(value, "expected the token server's host, such as \"gitlab.acme.com\", or null for none but the registry's own");

    private static string ReadHost(RequestValue value, string expected)
    {
        if (!value.IsText)
            throw value.CreateTypeError("a host such as \"docker.io\"");
        var text = value.ReadLine().Trim();
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
            : throw value.CreateError($"is \"{ApiException.Shorten(text)}\"; {expected}");
    }

    private static string ReadUser(RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("text");
        var name = value.ReadLine(255);
        return name.Length == 0 ? throw value.CreateError("is empty; expected the user's name")
            : name.Contains(':') ? throw value.CreateError("has a \":\", which a user's name cannot have")
            : name;
    }

    private static string ReadPassword(RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("text");
        return value.ReadText(16 << 10) is { Length: > 0 } password
            ? password
            : throw value.CreateError("is empty; expected the password or access token");
    }

    private sealed class Request
    {
        public string? Host { get; set; }

        public string? Path { get; set; }

        public string? Username { get; set; }

        public string? Password { get; set; }

        public string? TokenHost { get; set; }

        public bool HasTokenHost { get; set; }
    }
}
