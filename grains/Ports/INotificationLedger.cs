using AutoDeploy.Notifications;

namespace AutoDeploy.Ports;

/// <summary>
/// The organizations' notifications; each is a consumer of the event log. Secrets are encrypted before they touch the disk.
/// </summary>
public interface INotificationLedger
{
    /// <summary>
    /// Adds a notification, which is told of what happens from then on, or changes the one with this uuid, which is tried again at once.
    /// </summary>
    Task PutNotification(Notification notification, CancellationToken cancellationToken);

    Task<Notification?> FindNotification(Guid uuid, CancellationToken cancellationToken);

    Task<Page<Notification>> ListNotifications(string organization, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>The uuids of all notifications.</summary>
    Task<IReadOnlyList<Guid>> ListNotificationUuids(CancellationToken cancellationToken);

    /// <summary>Forgets the notification and how far it has come.</summary>
    Task<bool> RemoveNotification(Guid uuid, CancellationToken cancellationToken);
}
