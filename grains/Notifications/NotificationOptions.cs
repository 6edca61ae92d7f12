namespace AutoDeploy.Notifications;

public sealed record NotificationOptions
{
    /// <summary>How people reach the API, without a slash at the end; null: messages have no links.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Mail can be sent.</summary>
    public bool HasMail { get; init; }
}
