using AutoDeploy.Events;
using AutoDeploy.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Notifications;

/// <summary>Tells what one notification is for.</summary>
public sealed partial class NotificationGrain(
    ILedger ledger,
    INotifier notifier,
    NotificationOptions options,
    TimeProvider time,
    IHostApplicationLifetime host,
    ILogger<NotificationGrain> logger
) : ConsumerGrain(ledger, time, host, logger), INotificationGrain
{
    public async Task<DeliveryResult?> SendTest(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(Stopping, cancellationToken);
        return await Ledger.FindNotification(Uuid, either.Token) is { } notification
            ? await notifier.Send(notification, NotificationMessageFactory.CreateTest(Time.GetUtcNow()), either.Token)
            : null;
    }

    protected override async Task<DateTimeOffset?> Deliver(CancellationToken cancellationToken)
    {
        if (await Ledger.FindNotification(Uuid, cancellationToken) is not { } notification)
        {
            DeactivateOnIdle();
            return null;
        }

        return await Deliver(notification.Organization, ledgerEvent => CreateDelivery(notification, ledgerEvent), cancellationToken);
    }

    private Func<CancellationToken, Task<DeliveryResult>>? CreateDelivery(Notification notification, LedgerEvent ledgerEvent)
    {
        if (
            NotificationKindMapper.From(ledgerEvent) is not { } kind
            || !notification.Events.Contains(kind)
            || !(notification.ServiceIds.IsEmpty || (ledgerEvent.ServiceId is { } serviceId && notification.ServiceIds.Contains(serviceId)))
        )
            return null;
        return async cancellationToken =>
        {
            var result = await notifier.Send(
                notification,
                NotificationMessageFactory.From(ledgerEvent, kind, options.PublicUrl),
                cancellationToken
            );
            if (!result.IsDelivered)
                LogNotTold(Logger, Uuid, result.Error ?? "");
            return result;
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to deliver notification {Notification}; retrying: {Reason}")]
    private static partial void LogNotTold(ILogger logger, Guid notification, string reason);
}
