using System.Text;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>What our own senders have in common: anything that can do HTTP announces a push in a few words.</summary>
internal static class AnnouncementSender
{
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>How calls are told apart and proven; the end of a description.</summary>
    public const string Rules =
        $"Calls with the same `{KeyHeader}` are one push; without it every call is a new one. If the hook has a secret, "
        + $"`{GitHubSender.SignatureHeader}` "
        + $"has to sign the body with it, or `Authorization` or `{HookSecret.Header}` to carry it.";

    public static bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null
        || HookSecret.IsIn(headers, hook.Secret)
        || HmacSignature.IsIn(headers[GitHubSender.SignatureHeader], HmacSignature.Sha256, hook.Secret, body.Span);

    public static string Delivery(IHeaderDictionary headers) =>
        headers.First(KeyHeader) is { } key ? DeliveryId.From(key, Encoding.UTF8.GetBytes(key)) : DeliveryId.New();
}
