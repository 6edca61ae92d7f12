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
    private const int LongestSecret = 1024;

    private static readonly string SendTokens = string.Join(", ", Senders.All.Where(s => s.SendsToken).Select(s => s.Name));

    private static readonly MemberTable<Draft> Members = new(
    [
        new("sender", Schemas.Text("Who tells of pushes.", [.. Senders.All.Select(s => s.Name)]),
            (d, v) => d.Sender = ReadSender(v)) { Required = true },
        new("secret", Schemas.Text("What the sender signs each delivery with or sends along; how, it says for each sender at the hook's own path. Has no spaces "
            + $"where it may be sent along ({string.Join(", ", Senders.All.Where(s => s is { SendsSecret: true, SignsOnly: false }).Select(s => s.Name))}). "
            + "Null: the URL is the only secret."), (d, v) => d.Secret = ReadSecret(v)),
        new("service_account", Schemas.Text($"For {SendTokens}: the e-mail address of the account whose token has to come with each delivery, as Pub/Sub sends it with "
            + "authentication enabled. Null: none is asked for."), (d, v) => d.ServiceAccount = ReadAccount(v)),
        new("audience", Schemas.Text("With `service_account`: for whom the token has to be. Null: for the hook's URL, as it is unless the subscription says otherwise."),
            (d, v) => d.Audience = ReadAudience(v)),
    ], ["uuid", "resource_uri", "url", "has_secret", "rejected_deliveries", "created_datetime"]);

    public static void MapHookResources(this IEndpointRouteBuilder app)
    {
        var hooks = app.MapGroup(Uris.Hook).WithTags("hook");
        hooks.MapPost("/", Create).WithSummary("Make a secret URL for a sender").Takes(Members, creating: true).Fails(400, 413);
        hooks.MapGet("/", List).WithSummary("List hooks").Takes(Paging.Parameters).Fails(400);
        hooks.MapGet("/{uuid}", Get).WithSummary("Get a hook").Fails(404);
        hooks.MapDelete("/{uuid}", Delete).WithSummary("Revoke a hook: its URL is dead from then on").Fails(404);
    }

    /// <exception cref="HttpFailure">404</exception>
    public static async Task<Hook> Find(ILedger ledger, string uuid, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindHook(parsed, cancellationToken) is { } hook
            ? hook
            : throw HttpFailure.NotFound("hook", uuid);

    private static async Task<Created<HookObject>> Create(
        HttpContext context, ILedger ledger, RejectedDeliveries rejected, TimeProvider time, PublicUrl url, CancellationToken cancellationToken)
    {
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: true);
        if (draft.Secret is not null && !draft.Sender!.SendsSecret)
            throw HttpFailure.BadRequest($"`secret` cannot be set for \"{draft.Sender.Name}\", which sends none; the URL is the secret.");
        if (draft.Secret is not null && !draft.Sender!.SignsOnly && draft.Secret.Any(c => c is <= ' ' or >= '\x7f'))
            throw HttpFailure.BadRequest("`secret` has characters that a header cannot carry; expected letters, digits and marks of ASCII, without spaces.");
        if ((draft.ServiceAccount ?? draft.Audience) is not null && !draft.Sender!.SendsToken)
            throw HttpFailure.BadRequest($"`{(draft.ServiceAccount is null ? "audience" : "service_account")}` cannot be set for \"{draft.Sender.Name}\", which sends no token; expected it for {SendTokens} alone.");
        if (draft.Audience is not null && draft.ServiceAccount is null)
            throw HttpFailure.BadRequest("`audience` is of no use alone, since anybody can have a token for it; expected `service_account`, too.");
        var hook = new Hook
        {
            Uuid = Guid.NewGuid(),
            Organization = Organization.Default,
            Sender = draft.Sender!.Name,
            Secret = draft.Secret,
            Key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)),
            Created = time.GetUtcNow(),
            ServiceAccount = draft.ServiceAccount,
            Audience = draft.Audience,
        };
        await ledger.AddHook(hook, cancellationToken);
        return TypedResults.Created(Uris.Of(Uris.Hook, hook.Uuid), HookObject.Of(hook, url.For(context.Request), rejected));
    }

    private static async Task<Ok<Listing<HookObject>>> List(
        HttpRequest request, ILedger ledger, RejectedDeliveries rejected, PublicUrl url, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var page = await ledger.Hooks(Organization.Default, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing<HookObject>(request, page.Total, [.. page.Items.Select(h => HookObject.Of(h, url.For(request), rejected))]));
    }

    private static async Task<Ok<HookObject>> Get(
        string uuid, HttpRequest request, ILedger ledger, RejectedDeliveries rejected, PublicUrl url, CancellationToken cancellationToken) =>
        TypedResults.Ok(HookObject.Of(await Find(ledger, uuid, cancellationToken), url.For(request), rejected));

    private static async Task<NoContent> Delete(
        string uuid, ILedger ledger, RejectedDeliveries rejected, HookRate rate, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(uuid, "D", out var parsed) || !await ledger.RemoveHook(parsed, cancellationToken))
            throw HttpFailure.NotFound("hook", uuid);
        rejected.Forget(parsed);
        rate.Forget(parsed);
        return TypedResults.NoContent();
    }

    private static ISender ReadSender(Value value)
    {
        var names = Senders.All.Select(s => s.Name).ToList();
        if (!value.IsText)
            throw value.NotA(Words.Or(names));
        var name = value.Line();
        return Senders.Find(name) ?? throw value.Wrong($"is \"{HttpFailure.Shorten(name)}\"; expected {Words.Or(names)}");
    }

    private static string? ReadSecret(Value value)
    {
        if (value.IsNull)
            return null;
        var secret = value.Line(LongestSecret);
        return secret.Length == 0 ? throw value.Wrong("is empty; expected some characters, or null for none")
            : secret;
    }

    private static string? ReadAccount(Value value)
    {
        const string Expected = "an e-mail address such as \"push@acme.iam.gserviceaccount.com\", or null";
        if (value.IsNull)
            return null;
        if (!value.IsText)
            throw value.NotA(Expected);
        var account = value.Line(320);
        return account.Split('@') is [{ Length: > 0 }, { Length: > 0 }] && account.All(c => c is > ' ' and < '\x7f')
            ? account
            : throw value.Wrong($"is \"{HttpFailure.Shorten(account)}\"; expected {Expected}");
    }

    private static string? ReadAudience(Value value)
    {
        if (value.IsNull)
            return null;
        if (!value.IsText)
            throw value.NotA("a text, or null for the hook's URL");
        var audience = value.Line(LongestSecret);
        return audience.Trim().Length == 0 ? throw value.Wrong("is empty; expected some characters, or null for the hook's URL") : audience;
    }

    private sealed class Draft
    {
        public ISender? Sender { get; set; }

        public string? Secret { get; set; }

        public string? ServiceAccount { get; set; }

        public string? Audience { get; set; }
    }
}

/// <summary>A secret URL for a sender.</summary>
/// <param name="Url">Where the sender is to POST; whoever knows it can tell of pushes.</param>
/// <param name="HasSecret">The sender has to sign its deliveries, or to send a secret too.</param>
/// <param name="ServiceAccount">The account whose token the sender has to send too; null: none is asked for.</param>
/// <param name="Audience">For whom that token has to be; null: for the hook's URL.</param>
/// <param name="RejectedDeliveries">So many did not carry the secret, or no right signature or token, and were refused, since the process started.</param>
public sealed record HookObject(
    Guid Uuid, string ResourceUri, string Sender, string Url, bool HasSecret, string? ServiceAccount, string? Audience, long RejectedDeliveries, string CreatedDatetime)
{
    public static HookObject Of(Hook hook, string baseUrl, RejectedDeliveries rejected) => new(
        hook.Uuid, Uris.Of(Uris.Hook, hook.Uuid), hook.Sender, $"{baseUrl}/hooks/{hook.Sender}/{hook.Key}", hook.Secret is not null,
        hook.ServiceAccount, hook.Audience, rejected.Of(hook), Dates.Text(hook.Created));
}
