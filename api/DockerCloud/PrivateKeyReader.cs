using System.Security.Cryptography;
using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>
/// Reads a private key for ssh, as ssh-keygen and openssl write them; what ssh could not use is refused before it is needed.
/// </summary>
internal static class PrivateKeyReader
{
    private const int MaxLength = 64 << 10;

    private const string Begin = "-----BEGIN ";

    private const string Expected = "expected a private key in OpenSSH's or PEM form, which begins with \"-----BEGIN \"";

    private static ReadOnlySpan<byte> OpenSshMagic => "openssh-key-v1\0"u8;

    /// <summary>The cipher's name, after its length, of a key that has no passphrase.</summary>
    private static ReadOnlySpan<byte> NoCipher => "\0\0\0\x04none"u8;

    /// <returns>Well-formed, with its last line's end, without which OpenSSH does not take it; null for null.</returns>
    public static string? Read(RequestValue value)
    {
        if (value.IsNull)
            return null;
        var text = value.ReadText(MaxLength).Trim();
        if (text.Length == 0)
            throw value.CreateError($"is empty; {Expected}, or null for none");
        if (!text.StartsWith(Begin, StringComparison.Ordinal))
        {
            throw value.CreateError(
                text.StartsWith("ssh-", StringComparison.Ordinal) || text.StartsWith("ecdsa-", StringComparison.Ordinal)
                    ? $"is a public key; {Expected}"
                : text.StartsWith("PuTTY-", StringComparison.Ordinal)
                    ? $"is a key in PuTTY's form; {Expected} (\"puttygen KEY -O private-openssh\" makes one)"
                : $"is no private key; {Expected}"
            );
        }

        if (text.Contains(Begin + "ENCRYPTED", StringComparison.Ordinal) || text.Contains("4,ENCRYPTED", StringComparison.Ordinal))
            throw Encrypted(value);

        // openssl may write a curve's parameters before the key
        var rest = text;
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label];
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                var key = Convert.FromBase64String(rest[fields.Base64Data]);
                if (label == "OPENSSH PRIVATE KEY")
                    CheckOpenSsh(key, value);
                // written anew: pasting can have lost the ends of lines
                return PemEncoding.WriteString(label, key) + "\n";
            }

            rest = rest[fields.Location.End..];
        }

        throw value.CreateError(
            text.Contains("PRIVATE KEY-----", StringComparison.Ordinal)
                ? "is damaged or not complete; expected the whole private key, from its line \"-----BEGIN\" to its line \"-----END\""
                : $"is no private key; {Expected}"
        );
    }

    private static void CheckOpenSsh(ReadOnlySpan<byte> key, RequestValue value)
    {
        if (!key.StartsWith(OpenSshMagic))
            throw value.CreateError("is damaged; expected the whole private key, from its line \"-----BEGIN\" to its line \"-----END\"");
        if (!key[OpenSshMagic.Length..].StartsWith(NoCipher))
            throw Encrypted(value);
    }

    private static ApiException Encrypted(RequestValue value) =>
        value.CreateError("is encrypted with a passphrase; expected a key without one (\"ssh-keygen -p -f KEY\" takes it away)");
}
