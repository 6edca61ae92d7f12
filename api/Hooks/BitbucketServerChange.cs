using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketServerChange(
    BitbucketServerRef? Ref,
    [property: JsonPropertyName("refId")] string? RefId,
    [property: JsonPropertyName("toHash")] string? ToHash,
    string? Type
);
