using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

internal sealed record GoogleMessage(
    string? Data,
    [property: JsonPropertyName("messageId")] string? MessageId,
    [property: JsonPropertyName("message_id")] string? MessageIdToo
);
