namespace AutoDeploy.Api.Hooks;

/// <summary>What a sender that asks first wants to hear.</summary>
/// <param name="ValidationResponse">The code that it asked with.</param>
public sealed record HandshakeAnswer(
    [property: System.Text.Json.Serialization.JsonPropertyName("validationResponse")] string ValidationResponse
);
