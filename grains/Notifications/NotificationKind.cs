namespace AutoDeploy.Notifications;

/// <summary>What somebody can be told of.</summary>
public enum NotificationKind
{
    Started,
    Succeeded,
    Failed,

    /// <summary>What runs is again what ran before.</summary>
    RolledBack,

    /// <summary>A version waits for a person.</summary>
    Held,
    Canceled,
}
