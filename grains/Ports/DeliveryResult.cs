using System.Text.Json.Serialization;

namespace AutoDeploy.Ports;

/// <summary>What became of one attempt to tell somebody.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Receipt")]
public sealed record DeliveryResult
{
    /// <summary>Taken, for good.</summary>
    [Id(0), JsonPropertyName("Delivered")]
    public required bool IsDelivered { get; init; }

    /// <summary>The status that was answered, of HTTP or SMTP; null: there was no answer.</summary>
    [Id(1)]
    public int? Status { get; init; }

    /// <summary>The beginning of what was answered.</summary>
    [Id(2), JsonPropertyName("Answer")]
    public string ResponseText { get; init; } = "";

    /// <summary>Why it was not delivered, in a sentence; null when it was.</summary>
    [Id(3)]
    public string? Error { get; init; }

    /// <summary>So long it shall not be tried again.</summary>
    [Id(4)]
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>It is refused for good: to try it again is of no use.</summary>
    [Id(5)]
    public bool IsFinal { get; init; }

    public static DeliveryResult CreateFailure(string error) => new() { IsDelivered = false, Error = error };
}
