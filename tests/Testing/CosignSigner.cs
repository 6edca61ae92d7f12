using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoDeploy.Testing;

/// <summary>Signs images as cosign does with a key, and keeps the signatures where it does.</summary>
/// <param name="publicKey">In PEM.</param>
/// <param name="sign">Signs what is given.</param>
public sealed class CosignSigner(string publicKey, Func<byte[], byte[]> sign)
{
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    public const string IndexType = "application/vnd.oci.image.index.v1+json";
    public const string ArtifactType = "application/vnd.dev.cosign.artifact.sig.v1+json";

    public string PublicKey => publicKey;

    public static CosignSigner WithNewKey()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CosignSigner(
            key.ExportSubjectPublicKeyInfoPem(),
            payload => key.SignData(payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        );
    }

    /// <summary>What is signed for an image.</summary>
    public static byte[] Payload(string? repository, string? digest, string type = "cosign container image signature") =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["critical"] = new JsonObject
                {
                    ["identity"] = new JsonObject { ["docker-reference"] = repository },
                    ["image"] = new JsonObject { ["docker-manifest-digest"] = digest },
                    ["type"] = type,
                },
                ["optional"] = null,
            }
        );

    public string Sign(byte[] payload) => Convert.ToBase64String(sign(payload));

    /// <summary>The manifest of one or more signatures.</summary>
    public static byte[] Manifest(params IEnumerable<(byte[] Payload, string Signature)> signatures) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = ManifestType,
                ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", Config),
                ["layers"] = new JsonArray([
                    .. signatures.Select(signature =>
                    {
                        var layer = Descriptor("application/vnd.dev.cosign.simplesigning.v1+json", signature.Payload);
                        layer["annotations"] = new JsonObject { ["dev.cosignproject.cosign/signature"] = signature.Signature };
                        return layer;
                    }),
                ]),
            }.ToJsonString()
        );

    /// <summary>A list of referrers, or what stands for it under the tag <c>sha256-…</c>.</summary>
    public static byte[] Referrers(params IEnumerable<(byte[] Manifest, string ArtifactType)> referrers) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = IndexType,
                ["manifests"] = new JsonArray([
                    .. referrers.Select(referrer =>
                    {
                        var descriptor = Descriptor(ManifestType, referrer.Manifest);
                        descriptor["artifactType"] = referrer.ArtifactType;
                        return descriptor;
                    }),
                ]),
            }.ToJsonString()
        );

    /// <summary>Signs an image in a registry, under the tag that cosign gives its signatures.</summary>
    /// <param name="registry">Keeps the image.</param>
    /// <param name="repository">Has the image.</param>
    /// <param name="digest">The image's.</param>
    /// <param name="host">Another name of the registry, by which it is signed.</param>
    public async Task Push(RegistryServer registry, string repository, string digest, string? host = null)
    {
        var payload = Payload($"{host ?? registry.Host}/{repository}", digest);
        var upload = new RegistryUpload(registry.Http, repository);
        await upload.Blob(Config);
        await upload.Blob(payload);
        await upload.Manifest(Manifest((payload, Sign(payload))), digest.Replace(':', '-') + ".sig", ManifestType);
    }

    /// <summary>Signs an image in a registry that has no list of referrers, as one of them.</summary>
    public async Task PushReferrer(RegistryServer registry, string repository, string digest)
    {
        var payload = Payload($"{registry.Host}/{repository}", digest);
        var upload = new RegistryUpload(registry.Http, repository);
        await upload.Blob(Config);
        await upload.Blob(payload);
        var manifest = Manifest((payload, Sign(payload)));
        await upload.Manifest(manifest, ImageLayer.Hash(manifest), ManifestType);
        await upload.Manifest(Referrers((manifest, ArtifactType)), digest.Replace(':', '-'), IndexType);
    }

    private static byte[] Config => "{}"u8.ToArray();

    private static JsonObject Descriptor(string type, byte[] content) =>
        new()
        {
            ["mediaType"] = type,
            ["size"] = content.Length,
            ["digest"] = ImageLayer.Hash(content),
        };
}
