using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

/// <param name="ImageTag">Missing or empty where there is none.</param>
internal sealed record EcrDetail(
    [property: JsonPropertyName("action-type")] string? ActionType,
    string? Result,
    [property: JsonPropertyName("repository-name")] string? RepositoryName,
    [property: JsonPropertyName("image-tag")] string? ImageTag,
    [property: JsonPropertyName("image-digest")] string? ImageDigest,
    [property: JsonPropertyName("manifest-media-type")] string? ManifestMediaType,
    [property: JsonPropertyName("artifact-media-type")] string? ArtifactMediaType
);
