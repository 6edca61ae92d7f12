using System.Collections.Immutable;

namespace AutoDeploy.Notifications;

/// <summary>Who is told of what happens to an organization's services, and how.</summary>
public sealed record Notification
{
    public required Guid Uuid { get; init; }

    public required string Organization { get; init; }

    public required NotificationType Type { get; init; }

    /// <summary>Where messages are posted to; null for mail. It can be all the secret that there is, and is stored encrypted.</summary>
    public Uri? Url { get; init; }

    /// <summary>Addresses of mail.</summary>
    public ImmutableArray<string> Recipients { get; init; } = [];

    /// <summary>What is told.</summary>
    public ImmutableArray<NotificationKind> Events { get; init; } = [];

    /// <summary>The services that are told of; none: all.</summary>
    public ImmutableArray<Guid> ServiceIds { get; init; } = [];

    /// <summary>What a webhook's messages are signed with; null: they are not. Stored encrypted.</summary>
    public string? Secret { get; init; }

    public required DateTimeOffset Created { get; init; }

    public override string ToString() => $"{Type} notification {Uuid}";
}
