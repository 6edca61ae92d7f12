using System.Text.Json;
using AutoDeploy.Sources;

namespace AutoDeploy.Registry.Signatures;

/// <summary>Reads the manifests and lists in which registries keep signatures. What does not fit is left out.</summary>
internal static class SignatureManifest
{
    /// <summary>What cosign calls its signatures among the referrers of an image.</summary>
    public const string ArtifactType = "application/vnd.dev.cosign.artifact.sig.v1+json";

    public const string PayloadMediaType = "application/vnd.dev.cosign.simplesigning.v1+json";
    public const string SignatureAnnotation = "dev.cosignproject.cosign/signature";
    private const string BundleType = "application/vnd.dev.sigstore.bundle";

    /// <summary>The payloads of a manifest and the signatures of them; null: it cannot be read.</summary>
    public static List<(string Digest, string Base64)>? ReadLayers(byte[] json) =>
        ReadArray(json, "layers")
            ?.Where(layer => Text(layer, "mediaType") == PayloadMediaType)
            .Select(layer => (Digest: Text(layer, "digest") ?? "", Base64: Text(Find(layer, "annotations"), SignatureAnnotation) ?? ""))
            .Where(layer => ImageName.IsDigest(layer.Digest))
            .ToList();

    /// <summary>The manifests of signatures in a list of referrers, and whether it has signatures of the other form; null: it cannot be
    /// read.</summary>
    public static (List<string> Digests, bool HasBundles)? ReadReferrers(byte[] json) =>
        ReadArray(json, "manifests") is { } referrers
            ? (
                [
                    .. referrers
                        .Where(referrer => Text(referrer, "artifactType") == ArtifactType)
                        .Select(referrer => Text(referrer, "digest") ?? "")
                        .Where(ImageName.IsDigest),
                ],
                referrers.Any(referrer => Text(referrer, "artifactType")?.StartsWith(BundleType, StringComparison.Ordinal) == true)
            )
            : null;

    private static List<JsonElement>? ReadArray(byte[] json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Find(document.RootElement, name) is { ValueKind: JsonValueKind.Array } items
                ? [.. items.Clone().EnumerateArray()]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Find(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? element, string name) =>
        Find(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
