using System.Buffers.Text;
using System.Security.Cryptography;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>The secret URLs that senders tell of pushes at.</summary>
public static class HookResourceEndpoints
{
    private const int MaxSecretLength = 1024;

    private static string SendSecrets =>
        string.Join(", ", Senders.All.Where(s => s is { SendsSecret: true, SignsOnly: false }).Select(s => s.Name));

    private static readonly string SendTokens = string.Join(", ", Senders.All.Where(s => s.SendsToken).Select(s => s.Name));

    private static readonly JsonBinder<Request> Binder = new(
        [
            new(
                "sender",
                SchemaFactory.Text("Who tells of pushes.", [.. Senders.All.Select(s => s.Name)]),
                (d, v) => d.Sender = ReadSender(v)
            )
            {
                Required = true,
            },
            new(
                "secret",
                SchemaFactory.Text(
                    "What the sender signs each delivery with or sends along; how, it says for each sender at the hook's own "
                        + $"path. Has no spaces where it may be sent along ({SendSecrets}). "
                        + "Null: the URL is the only secret."
                ),
                (d, v) => d.Secret = ReadSecret(v)
            ),
            new(
                "service_account",
                SchemaFactory.Text(
                    $"For {SendTokens}: the e-mail address of the account whose token has to come with each delivery, as Pub/Sub "
                        + "sends it with "
                        + "authentication enabled. Null: none is asked for."
                ),
                (d, v) => d.ServiceAccount = ReadAccount(v)
            ),
            new(
                "audience",
                SchemaFactory.Text(
                    "With `service_account`: for whom the token has to be. Null: for the hook's URL, as it is unless the "
                        + "subscription says otherwise."
                ),
                (d, v) => d.Audience = ReadAudience(v)
            ),
        ],
        ["uuid", "resource_uri", "url", "has_secret", "rejected_deliveries", "created_datetime"]
    );

    public static void MapHookResources(this IEndpointRouteBuilder app)
    {
        var hooks = app.MapGroup(ResourceUris.Hook).WithTags("hook");
        hooks.MapPost("/", Create).WithSummary("Make a secret URL for a sender").WithInput(Binder, creating: true).WithErrors(400, 413);
        hooks.MapGet("/", List).WithSummary("List hooks").WithInput(Paging.Parameters).WithErrors(400);
        hooks.MapGet("/{uuid}", Get).WithSummary("Get a hook").WithErrors(404);
        hooks.MapDelete("/{uuid}", Delete).WithSummary("Revoke a hook: its URL is dead from then on").WithErrors(404);
    }

    /// <exception cref="ApiException">404</exception>
    public static async Task<Hook> Find(ILedger ledger, string uuid, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindHook(parsed, cancellationToken) is { } hook
            ? hook
            : throw ApiException.NotFound("hook", uuid);

    private static async Task<Created<HookResponse>> Create(
        HttpContext context,
        ILedger ledger,
        RejectedDeliveries rejected,
        TimeProvider time,
        PublicUrl url,
        CancellationToken cancellationToken
    )
    {
        var request = new Request();
        await Binder.ReadBody(context, request, creating: true);
        if (request.Secret is not null && !request.Sender!.SendsSecret)
            throw ApiException.BadRequest(
                $"`secret` cannot be set for \"{request.Sender.Name}\", which sends none; the URL is the secret."
            );
        if (request.Secret is not null && !request.Sender!.SignsOnly && request.Secret.Any(c => c is <= ' ' or >= '\x7f'))
            throw ApiException.BadRequest(
                "`secret` has characters that a header cannot carry; expected letters, digits and marks of ASCII, without spaces."
            );
        if ((request.ServiceAccount ?? request.Audience) is not null && !request.Sender!.SendsToken)
            throw ApiException.BadRequest(
                $"`{(request.ServiceAccount is null ? "audience" : "service_account")}` cannot be set for "
                    + $"\"{request.Sender.Name}\", which sends no token; expected it for {SendTokens} alone."
            );
        if (request.Audience is not null && request.ServiceAccount is null)
            throw ApiException.BadRequest(
                "`audience` is of no use alone, since anybody can have a token for it; expected `service_account`, too."
            );
        var hook = new Hook
        {
            Uuid = Guid.NewGuid(),
            Organization = OrganizationNames.Default,
            Sender = request.Sender!.Name,
            Secret = request.Secret,
            Key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)),
            Created = time.GetUtcNow(),
            ServiceAccount = request.ServiceAccount,
            Audience = request.Audience,
        };
        await ledger.AddHook(hook, cancellationToken);
        return TypedResults.Created(
            ResourceUris.For(ResourceUris.Hook, hook.Uuid),
            HookResponse.From(hook, url.For(context.Request), rejected)
        );
    }

    private static async Task<Ok<Listing<HookResponse>>> List(
        HttpRequest request,
        ILedger ledger,
        RejectedDeliveries rejected,
        PublicUrl url,
        CancellationToken cancellationToken
    )
    {
        var paging = Paging.Read(request);
        var page = await ledger.ListHooks(OrganizationNames.Default, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(
            paging.Listing<HookResponse>(request, page.Total, [.. page.Items.Select(h => HookResponse.From(h, url.For(request), rejected))])
        );
    }

    private static async Task<Ok<HookResponse>> Get(
        string uuid,
        HttpRequest request,
        ILedger ledger,
        RejectedDeliveries rejected,
        PublicUrl url,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(HookResponse.From(await Find(ledger, uuid, cancellationToken), url.For(request), rejected));

    private static async Task<NoContent> Delete(
        string uuid,
        ILedger ledger,
        RejectedDeliveries rejected,
        CancellationToken cancellationToken
    )
    {
        if (!Guid.TryParseExact(uuid, "D", out var parsed) || !await ledger.RemoveHook(parsed, cancellationToken))
            throw ApiException.NotFound("hook", uuid);
        rejected.Forget(parsed);
        return TypedResults.NoContent();
    }

    private static ISender ReadSender(RequestValue value)
    {
        var names = Senders.All.Select(s => s.Name).ToList();
        if (!value.IsText)
            throw value.CreateTypeError(SentenceText.JoinWithOr(names));
        var name = value.ReadLine();
        return Senders.Find(name)
            ?? throw value.CreateError($"is \"{ApiException.Shorten(name)}\"; expected {SentenceText.JoinWithOr(names)}");
    }

    private static string? ReadSecret(RequestValue value)
    {
        if (value.IsNull)
            return null;
        var secret = value.ReadLine(MaxSecretLength);
        return secret.Length == 0 ? throw value.CreateError("is empty; expected some characters, or null for none") : secret;
    }

    private static string? ReadAccount(RequestValue value)
    {
        const string Expected = "an e-mail address such as \"push@acme.iam.gserviceaccount.com\", or null";
        if (value.IsNull)
            return null;
        if (!value.IsText)
            throw value.CreateTypeError(Expected);
        var account = value.ReadLine(320);
        return account.Split('@') is [{ Length: > 0 }, { Length: > 0 }] && account.All(c => c is > ' ' and < '\x7f')
            ? account
            : throw value.CreateError($"is \"{ApiException.Shorten(account)}\"; expected {Expected}");
    }

    private static string? ReadAudience(RequestValue value)
    {
        if (value.IsNull)
            return null;
        if (!value.IsText)
            throw value.CreateTypeError("a text, or null for the hook's URL");
        var audience = value.ReadLine(MaxSecretLength);
        return audience.Trim().Length == 0
            ? throw value.CreateError("is empty; expected some characters, or null for the hook's URL")
            : audience;
    }

    private sealed class Request
    {
        public ISender? Sender { get; set; }

        public string? Secret { get; set; }

        public string? ServiceAccount { get; set; }

        public string? Audience { get; set; }
    }
}
