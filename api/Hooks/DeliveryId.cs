using System.Security.Cryptography;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>What tells a delivery from others of its hook, so that the same one again is known.</summary>
internal static class DeliveryId
{
    private const int MaxLength = 200;

    /// <summary>Of bounded length, and without spaces: with one, several ids are made of it where a delivery has several pushes.</summary>
    public static bool IsUsable(string? id) => id is { Length: > 0 and <= MaxLength } && id.All(c => c is > ' ' and < '\x7f');

    /// <summary>The sender's id; without one, or with a strange one, what was sent.</summary>
    public static string From(string? id, ReadOnlySpan<byte> body) => IsUsable(id) ? id! : Convert.ToHexStringLower(SHA256.HashData(body));

    /// <summary>
    /// The same for a sender that signs bodies of which no two are alike, with the hook's secret. The id is in a header that nobody signs:
    /// who has seen a delivery could send it again under another one. What is signed is then all that counts.
    /// </summary>
    public static string From(Hook hook, string? id, ReadOnlySpan<byte> json) => From(hook.Secret is null ? id : null, json);

    /// <summary>For what says neither its id nor its time: the same words may well tell of a second push.</summary>
    public static string New() => Guid.NewGuid().ToString();
}
