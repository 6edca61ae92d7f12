using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketServerLinks([property: JsonPropertyName("clone")] IReadOnlyList<BitbucketServerLink?>? ToClone);
