using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

/// <summary>In Event Grid's schema, or a CloudEvent.</summary>
/// <param name="EventType">In Event Grid's schema.</param>
/// <param name="SpecVersion">Of a CloudEvent.</param>
/// <param name="Type">Of a CloudEvent.</param>
/// <param name="Data">Of any type, as the event's type has it.</param>
internal sealed record AzureEvent(
    [property: JsonPropertyName("eventType")] string? EventType,
    [property: JsonPropertyName("specversion")] string? SpecVersion,
    string? Type,
    JsonElement? Data
);
