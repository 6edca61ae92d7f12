namespace AutoDeploy.Api.Hooks;

/// <summary>The answer to a sender's validation request.</summary>
/// <param name="ValidationResponse">The code that it asked with.</param>
public sealed record HandshakeAnswer(
    [property: System.Text.Json.Serialization.JsonPropertyName("validationResponse")] string ValidationResponse
);
