using System.Data.Common;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Notifications;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const string NotificationColumns = "uuid, organization, type, url_sealed, recipients, events, services, secret_sealed, created";

    internal const string SelectNotification = $"SELECT {NotificationColumns} FROM notifications WHERE uuid = @uuid";

    public Task PutNotification(Notification notification, CancellationToken cancellationToken)
    {
        var url = notification.Url is null ? null : Secrets.Seal(notification.Url.AbsoluteUri, NotificationUrl(notification.Uuid));
        var secret = notification.Secret is null ? null : Secrets.Seal(notification.Secret, NotificationSecret(notification.Uuid));
        return Write(session => Store(session, notification, url, secret), cancellationToken);
    }

    public Task<Notification?> FindNotification(Guid uuid, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectNotification, ReadNotification, ("uuid", uuid)), cancellationToken);

    public Task<Page<Notification>> ListNotifications(string organization, int limit, int offset, CancellationToken cancellationToken) =>
        PageOf("notifications", NotificationColumns, organization, ReadNotification, limit, offset, cancellationToken);

    public Task<IReadOnlyList<Guid>> ListNotificationUuids(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Guid>>(session => session.Query("SELECT uuid FROM notifications", row => row.Uuid(0)), cancellationToken);

    public Task<bool> RemoveNotification(Guid uuid, CancellationToken cancellationToken) =>
        Write(
            session =>
            {
                RemoveCursor(session, uuid);
                return session.Execute("DELETE FROM notifications WHERE uuid = @uuid", ("uuid", uuid)) == 1;
            },
            cancellationToken
        );

    private static int Store(Session session, Notification notification, byte[]? url, byte[]? secret)
    {
        // the last condition: a notification does not change hands
        var put = session.Execute(
            """
            INSERT INTO notifications (uuid, organization, type, url_sealed, recipients, events, services, secret_sealed, created)
            VALUES (@uuid, @organization, @type, @url_sealed, @recipients, @events, @services, @secret_sealed, @created)
            ON CONFLICT (uuid) DO UPDATE
            SET type = excluded.type, url_sealed = excluded.url_sealed, recipients = excluded.recipients, events = excluded.events,
                services = excluded.services, secret_sealed = excluded.secret_sealed
            WHERE notifications.organization = excluded.organization
            """,
            ("uuid", notification.Uuid),
            ("organization", notification.Organization),
            ("type", notification.Type),
            ("url_sealed", url),
            ("recipients", string.Join(Between, notification.Recipients)),
            ("events", string.Join(Between, notification.Events)),
            ("services", string.Join(Between, notification.ServiceIds)),
            ("secret_sealed", secret),
            ("created", notification.Created)
        );
        if (put == 1)
            PutCursor(session, notification.Uuid);
        return put;
    }

    private static string NotificationUrl(Guid uuid) => $"notification {uuid} (url)";

    private static string NotificationSecret(Guid uuid) => $"notification {uuid} (secret)";

    private Notification ReadNotification(DbDataReader row)
    {
        var uuid = row.Uuid(0);
        return new Notification
        {
            Uuid = uuid,
            Organization = row.Text(1),
            Type = row.Word<NotificationType>(2),
            Url = row.IsDBNull(3) ? null : new Uri(Secrets.Open(row.Bytes(3), NotificationUrl(uuid))),
            Recipients = [.. Words(row.Text(4))],
            Events = [.. Words(row.Text(5)).Select(Enum.Parse<NotificationKind>)],
            ServiceIds = [.. Words(row.Text(6)).Select(Guid.Parse)],
            Secret = row.IsDBNull(7) ? null : Secrets.Open(row.Bytes(7), NotificationSecret(uuid)),
            Created = row.Time(8),
        };
    }

    private static string[] Words(string text) => text.Split(Between, StringSplitOptions.RemoveEmptyEntries);
}
