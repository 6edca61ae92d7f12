namespace AutoDeploy.Notifications;

/// <summary>How somebody is told.</summary>
public enum NotificationType
{
    /// <summary>JSON in the form of Standard Webhooks.</summary>
    Webhook,
    Slack,
    Discord,
    Email,
}
