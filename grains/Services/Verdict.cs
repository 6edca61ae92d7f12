using System.Text.Json.Serialization;

namespace AutoDeploy.Services;

/// <summary>What one push means for one service.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Verdict")]
public sealed record Verdict
{
    [Id(0)]
    public required Guid Uuid { get; init; }

    [Id(1), JsonPropertyName("Push")]
    public required Guid PushId { get; init; }

    [Id(2), JsonPropertyName("Service")]
    public required Guid ServiceId { get; init; }

    [Id(3)]
    public required VerdictKind Kind { get; init; }

    /// <summary>In a word: one of <see cref="VerdictReasons"/>.</summary>
    [Id(4)]
    public required string Reason { get; init; }

    /// <summary>In a sentence.</summary>
    [Id(5)]
    public required string Detail { get; init; }

    /// <summary>The deployment that it led to.</summary>
    [Id(6), JsonPropertyName("Deployment")]
    public Guid? DeploymentId { get; init; }

    /// <summary>When the push was received.</summary>
    [Id(7)]
    public required DateTimeOffset Received { get; init; }

    /// <summary>Of a held push: when it is judged again; null: not at a certain time.</summary>
    [Id(30)]
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>The person who approved it; null: nobody did.</summary>
    [Id(31)]
    public string? ApprovedBy { get; init; }

    [Id(32)]
    public DateTimeOffset? Approved { get; init; }
}
