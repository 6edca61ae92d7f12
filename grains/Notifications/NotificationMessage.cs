using AutoDeploy.Events;

namespace AutoDeploy.Notifications;

/// <summary>What somebody is told.</summary>
public sealed record NotificationMessage
{
    /// <summary>The same whenever the same is told, so that a repeat can be known.</summary>
    public required string Id { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Null: only a test.</summary>
    public NotificationKind? Kind { get; init; }

    /// <summary>A few words.</summary>
    public required string Subject { get; init; }

    /// <summary>One sentence: service, version, what happened, why, and by whose doing.</summary>
    public required string Text { get; init; }

    /// <summary>Where more is said; null: nowhere that is known.</summary>
    public Uri? Link { get; init; }

    /// <summary>What happened; null for a test.</summary>
    public LedgerEvent? Event { get; init; }
}
