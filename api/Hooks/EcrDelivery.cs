using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

/// <param name="Type">Of SNS, whose <paramref name="Message"/> is the event's JSON.</param>
/// <param name="Detail">Of any type, as <paramref name="DetailType"/> has it.</param>
internal sealed record EcrDelivery(
    [property: JsonPropertyName("Type")] string? Type,
    [property: JsonPropertyName("Message")] string? Message,
    string? Id,
    [property: JsonPropertyName("detail-type")] string? DetailType,
    string? Account,
    string? Region,
    JsonElement? Detail
);
