using AutoDeploy.Notifications;

namespace AutoDeploy.Ports;

/// <summary>Tells somebody outside.</summary>
public interface INotifier
{
    /// <summary>One attempt, of ten seconds at most. That it failed is answered, not thrown.</summary>
    Task<DeliveryResult> Send(Notification notification, NotificationMessage message, CancellationToken cancellationToken);
}
