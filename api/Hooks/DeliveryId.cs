using System.Security.Cryptography;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>Determines the id of a delivery within its hook, so that a repeat is recognized.</summary>
internal static class DeliveryId
{
    private const int MaxLength = 200;

    /// <summary>Of bounded length, and without spaces: with one, several ids are made of it where a delivery has several pushes.</summary>
    public static bool IsUsable(string? id) => id is { Length: > 0 and <= MaxLength } && id.All(c => c is > ' ' and < '\x7f');

    /// <summary>The sender's id. Without a valid one, a hash of the body.</summary>
    public static string From(string? id, ReadOnlySpan<byte> body) => IsUsable(id) ? id! : Convert.ToHexStringLower(SHA256.HashData(body));

    /// <summary>
    /// The same for a sender that signs bodies of which no two are alike, with the hook's secret. The id is in a header that nobody signs:
    /// anyone who has seen a delivery could repeat it under another id. So the id is a hash of the signed body.
    /// </summary>
    public static string From(Hook hook, string? id, ReadOnlySpan<byte> json) => From(hook.Secret is null ? id : null, json);

    /// <summary>For deliveries without id and time, where an equal body may announce a second push.</summary>
    public static string New() => Guid.NewGuid().ToString();
}
