using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

internal sealed record RegistryTarget(
    [property: JsonPropertyName("mediaType")] string? MediaType,
    string? Digest,
    string? Repository,
    string? Url,
    string? Tag
);
