using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace AutoDeploy.Api.Hooks;

/// <summary>HMAC-SHA256 with the hook's secret over the bytes that were sent, in hexadecimal digits.</summary>
internal static class HmacSignature
{
    /// <summary>How GitHub, and who imitates it, say which algorithm it is.</summary>
    public const string Sha256 = "sha256=";

    /// <summary>Whether a value is the prefix and the digest. An empty digest is none: Gitea sends that where it has no secret.</summary>
    public static bool IsIn(StringValues values, string prefix, string secret, ReadOnlySpan<byte> signed)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        byte[]? expected = null;
        var found = false;
        foreach (var value in values)
        {
            if (
                value?.Length != prefix.Length + 2 * given.Length
                || !value.StartsWith(prefix, StringComparison.Ordinal)
                || Convert.FromHexString(value.AsSpan(prefix.Length), given, out _, out _) != OperationStatus.Done
            )
                continue;
            expected ??= HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
            found |= CryptographicOperations.FixedTimeEquals(given, expected);
        }

        return found;
    }
}
