using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace AutoDeploy.Services;

/// <summary>A public key that images are signed with.</summary>
public sealed class SignatureKey
{
    public const int MaxTextLength = 4096;
    private const int MinRsaBits = 2048;
    private const int MaxRsaBits = 8192;

    /// <summary>What stands before the 32 bytes of an Ed25519 key (RFC 8410).</summary>
    private static readonly byte[] Ed25519Header = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    private SignatureKey(SignatureKeyKind kind, byte[] subjectPublicKeyInfo) => (Kind, SubjectPublicKeyInfo) = (kind, subjectPublicKeyInfo);

    public SignatureKeyKind Kind { get; }

    /// <summary>The key in DER.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>The 32 bytes of an Ed25519 key.</summary>
    public byte[] Ed25519Point => SubjectPublicKeyInfo[Ed25519Header.Length..].ToArray();

    /// <param name="text">A key in PEM.</param>
    /// <param name="key">The key.</param>
    /// <param name="error">What is wrong, as the end of a sentence that begins with the field's name. It repeats nothing of the
    /// text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SignatureKey? key, [NotNullWhen(false)] out string? error)
    {
        (key, error) = Read(text.Trim());
        return key is not null;
    }

    private static (SignatureKey? Key, string? Error) Read(string text)
    {
        const string expected = "expected one public key in PEM, which begins with -----BEGIN PUBLIC KEY-----";
        if (!PemEncoding.TryFind(text, out var fields))
            return (null, $"is no PEM; {expected}");
        if (text[fields.Label].Contains("PRIVATE", StringComparison.Ordinal))
            return (null, $"is a private key, which belongs to nobody but the one who signs; {expected}");
        if (text[fields.Label] != "PUBLIC KEY")
            return (null, $"is no public key; {expected}");
        if (fields.Location.GetOffsetAndLength(text.Length) != (0, text.Length))
            return (null, $"has more than one key, or text around it; {expected}");

        var der = Convert.FromBase64String(text[fields.Base64Data]);
        if (der.Length == Ed25519Header.Length + 32 && der.AsSpan().StartsWith(Ed25519Header))
            return (new SignatureKey(SignatureKeyKind.Ed25519, der), null);
        if (TryImport(ECDsa.Create, key => key.ImportSubjectPublicKeyInfo(der, out _)) is { } elliptic)
            using (elliptic)
                return elliptic.ExportParameters(false).Curve.Oid switch
                {
                    { Value: "1.2.840.10045.3.1.7" } or { FriendlyName: "nistP256" or "ECDSA_P256" } => (
                        new SignatureKey(SignatureKeyKind.EcdsaP256, der),
                        null
                    ),
                    { Value: "1.3.132.0.34" } or { FriendlyName: "nistP384" or "ECDSA_P384" } => (
                        new SignatureKey(SignatureKeyKind.EcdsaP384, der),
                        null
                    ),
                    _ => (null, "is an ECDSA key of another curve; expected P-256 or P-384"),
                };
        if (TryImport(RSA.Create, key => key.ImportSubjectPublicKeyInfo(der, out _)) is { } rsa)
            using (rsa)
                return rsa.KeySize is >= MinRsaBits and <= MaxRsaBits
                    ? (new SignatureKey(SignatureKeyKind.Rsa, der), null)
                    : (null, $"is an RSA key of {rsa.KeySize} bits; expected {MinRsaBits} to {MaxRsaBits}");
        return (null, "is a key of another kind; expected ECDSA (P-256 or P-384), RSA or Ed25519");
    }

    private static T? TryImport<T>(Func<T> create, Action<T> import)
        where T : AsymmetricAlgorithm
    {
        var key = create();
        try
        {
            import(key);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            key.Dispose();
            return null;
        }
    }
}
