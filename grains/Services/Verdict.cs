namespace AutoDeploy.Services;

/// <summary>What one push means for one service.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Verdict")]
public sealed record Verdict
{
    [Id(0)] public required Guid Uuid { get; init; }

    [Id(1)] public required Guid Push { get; init; }

    [Id(2)] public required Guid Service { get; init; }

    [Id(3)] public required VerdictKind Kind { get; init; }

    /// <summary>In a word: one of <see cref="Reasons"/>.</summary>
    [Id(4)] public required string Reason { get; init; }

    /// <summary>In a sentence.</summary>
    [Id(5)] public required string Detail { get; init; }

    /// <summary>The deployment that it led to.</summary>
    [Id(6)] public Guid? Deployment { get; init; }

    /// <summary>When the push was received.</summary>
    [Id(7)] public required DateTimeOffset Received { get; init; }

    /// <summary>Of a held push: when it is judged again; null: not at a certain time.</summary>
    [Id(30)] public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>The person who approved it; null: nobody did.</summary>
    [Id(31)] public string? ApprovedBy { get; init; }

    [Id(32)] public DateTimeOffset? Approved { get; init; }
}

[GenerateSerializer, Alias("AutoDeploy.VerdictKind")]
public enum VerdictKind
{
    Deploy,
    Skip,
    Held,
}

/// <summary>The words for why.</summary>
public static class Reasons
{
    /// <summary>It is a new version: it is deployed.</summary>
    public const string New = "new";
    public const string Deleted = "deleted";
    public const string AutoredeployOff = "autoredeploy_off";
    public const string Stopped = "stopped";
    public const string Tag = "tag";
    public const string SkipMarker = "skip_marker";
    public const string Restricted = "restricted";
    public const string Current = "current";
    public const string Older = "older";
    public const string RolledBack = "rolled_back";
    public const string FailedBefore = "failed_before";

    /// <summary>It was held, and something newer came.</summary>
    public const string Superseded = "superseded";

    /// <summary>Held until a deployment window opens.</summary>
    public const string Window = "window";

    /// <summary>Held until a freeze is lifted.</summary>
    public const string Frozen = "frozen";

    /// <summary>Held until somebody approves it.</summary>
    public const string Approval = "approval";
}
