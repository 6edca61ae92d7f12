using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

internal sealed record AzureValidation([property: JsonPropertyName("validationCode")] string? ValidationCode);
