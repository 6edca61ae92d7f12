using System.Text.RegularExpressions;
using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.Hooks;

/// <summary>What is in registries beside images: parts of images, signatures, charts. Each says why it does not matter, or null.</summary>
internal static partial class ArtifactTypes
{
    /// <summary>What a Helm chart says it is.</summary>
    public const string Chart = "application/vnd.cncf.helm.config.v1+json";

    private static readonly string[] Deployable =
    [
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
    ];

    public static string? Objection(string? tag) =>
        string.IsNullOrEmpty(tag) ? "An event without a tag changes nothing; the tag's own event does."
        : NotOfAnImage().IsMatch(tag) ? $"The tag \"{ApiException.Shorten(tag)}\" is not one of an image that could be deployed."
        : null;

    public static string? ObjectionToType(string? mediaType) =>
        Array.IndexOf(Deployable, mediaType) >= 0
            ? null
            : $"The media type \"{ApiException.Shorten(mediaType ?? "")}\" is not one of an image that could be deployed.";

    // a digest in a tag's place is that of an untagged part; signatures and the like are under tags made of the digest that they belong to
    [GeneratedRegex(@"^(sha(256|512):|sha(256|512)-[0-9a-f]{64,128}(\.[A-Za-z0-9._-]*)?\z)")]
    private static partial Regex NotOfAnImage();
}
