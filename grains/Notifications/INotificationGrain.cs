using AutoDeploy.Ports;

namespace AutoDeploy.Notifications;

/// <summary>Brings one notification its messages; keyed by its uuid.</summary>
[Alias("AutoDeploy.INotificationGrain")]
public interface INotificationGrain : IGrainWithStringKey
{
    /// <summary>There may be something to tell, or the notification was changed.</summary>
    [Alias("Notice")]
    Task Wake();

    /// <summary>Sends a test message; null when there is no such notification.</summary>
    [Alias("Test"), AlwaysInterleave]
    Task<DeliveryResult?> SendTest(CancellationToken cancellationToken = default);
}
