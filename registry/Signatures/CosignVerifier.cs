using System.Security.Cryptography;
using System.Text.Json;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace AutoDeploy.Registry.Signatures;

/// <summary>
/// Whether a signature is one of an image, by one of some keys. A pure function of what it is given. What was signed is read only when the
/// signature holds.
/// </summary>
public static class CosignVerifier
{
    public const string PayloadType = "cosign container image signature";
    private const int MaxSignatureLength = 4096;
    private const int MaxPayloadDepth = 16;

    /// <param name="signature">As the registry has it.</param>
    /// <param name="image">What is to be signed: its repository and its digest count.</param>
    /// <param name="keys">One of them has to have signed.</param>
    /// <returns>What is wrong, as the end of a sentence that begins with the image; null: it is signed.</returns>
    public static string? FindObjection(CosignSignature signature, ImageName image, IReadOnlyList<SignatureKey> keys)
    {
        if (ReadSignature(signature.Base64) is not { } bytes)
            return "has a signature that is no base64 of up to 4,096 characters";
        return keys.Any(key => IsSignedBy(key, signature.Payload, bytes))
            ? FindPayloadObjection(signature.Payload, image)
            : "has a signature by none of the keys that are given";
    }

    private static byte[]? ReadSignature(string base64)
    {
        var bytes = new byte[MaxSignatureLength];
        return base64.Length is > 0 and <= MaxSignatureLength && Convert.TryFromBase64String(base64, bytes, out var length) && length > 0
            ? bytes[..length]
            : null;
    }

    private static bool IsSignedBy(SignatureKey key, byte[] payload, byte[] signature)
    {
        try
        {
            return key.Kind switch
            {
                SignatureKeyKind.EcdsaP256 => IsEcdsa(HashAlgorithmName.SHA256),
                // cosign hashes with SHA-256 whatever the curve is; other signers take the hash that fits the curve
                SignatureKeyKind.EcdsaP384 => IsEcdsa(HashAlgorithmName.SHA256) || IsEcdsa(HashAlgorithmName.SHA384),
                SignatureKeyKind.Rsa => IsRsa(),
                _ => IsEd25519(),
            };
        }
        catch (Exception e) when (e is CryptographicException or CryptoException or ArgumentException or InvalidOperationException)
        {
            // a signature in no form that this kind of key has
            return false;
        }

        bool IsEcdsa(HashAlgorithmName hash)
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);
            return ecdsa.VerifyData(payload, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
        }

        bool IsRsa()
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);
            if (signature.Length != (rsa.KeySize + 7) / 8)
                return false;
            return rsa.VerifyData(payload, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                || rsa.VerifyData(payload, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
                // the salt is as long as the key lets it be where its length was not chosen
                || IsPss((rsa.KeySize - 1 + 7) / 8 - SHA256.HashSizeInBytes - 2);
        }

        bool IsPss(int saltLength) =>
            Verify(
                new PssSigner(new RsaEngine(), new Sha256Digest(), saltLength),
                PublicKeyFactory.CreateKey(key.SubjectPublicKeyInfo.ToArray())
            );

        bool IsEd25519() => Verify(new Ed25519Signer(), new Ed25519PublicKeyParameters(key.Ed25519Point));

        bool Verify(ISigner signer, AsymmetricKeyParameter publicKey)
        {
            signer.Init(forSigning: false, publicKey);
            signer.BlockUpdate(payload, 0, payload.Length);
            return signer.VerifySignature(signature);
        }
    }

    private static string? FindPayloadObjection(byte[] payload, ImageName image)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = MaxPayloadDepth });
        }
        catch (JsonException)
        {
            return "has a signature of something that is no JSON";
        }

        using (document)
        {
            if (Find(document.RootElement, "critical") is not { } critical)
                return "has a signature of something that is no signed statement of cosign (it lacks \"critical\")";
            if (Text(critical, "type") != PayloadType)
                return $"has a signature of something else than an image (\"critical.type\" is not \"{PayloadType}\")";
            if (Text(Find(critical, "image"), "docker-manifest-digest") != image.Digest)
                return "has a signature of another digest";
            return
                ImageName.TryParse(Text(Find(critical, "identity"), "docker-reference"), out var signed, out _)
                && signed.Repository == image.Repository
                ? null
                : $"has a signature for another repository than {image.Repository}";
        }
    }

    private static JsonElement? Find(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? element, string name) =>
        Find(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
