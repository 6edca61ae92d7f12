using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace AutoDeploy.Api.Hooks;

/// <summary>A secret that a sender sends as it is, in a header that its configuration fixes.</summary>
public static class HookSecret
{
    public const string Header = "X-AutoDeploy-Secret";

    /// <summary>Compares all places, so that the time reveals nothing about the secret.</summary>
    public static bool IsIn(IHeaderDictionary headers, string secret)
    {
        var expected = Hash(secret);
        var found = IsOneOf(headers[Header], secret) | IsOneOf(headers.Authorization, secret);
        foreach (var value in headers.Authorization)
            found |= Access.BasicCredentials.Read(value) is { } credentials && Same(credentials.Secret, expected);
        return found;
    }

    public static bool IsOneOf(StringValues values, string secret)
    {
        var expected = Hash(secret);
        var found = false;
        foreach (var value in values)
            found |= Same(value, expected);
        return found;
    }

    private static bool Same(string? value, byte[] expected) =>
        !string.IsNullOrEmpty(value) && CryptographicOperations.FixedTimeEquals(Hash(value), expected);

    // of equal length, whatever was sent
    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
