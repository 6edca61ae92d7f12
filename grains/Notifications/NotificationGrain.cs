using AutoDeploy.Events;
using AutoDeploy.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Notifications;

/// <summary>Tells what one notification is for.</summary>
public sealed partial class NotificationGrain(
    ILedger ledger, INotifier notifier, NotificationOptions options, TimeProvider time, IHostApplicationLifetime host, ILogger<NotificationGrain> logger)
    : ConsumerGrain(ledger, time, host, logger), INotificationGrain
{
    public async Task<Receipt?> Test(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(Stopping, cancellationToken);
        return await Ledger.FindNotification(Uuid, either.Token) is { } notification
            ? await notifier.Send(notification, Messages.Test(Time.GetUtcNow()), either.Token)
            : null;
    }

    protected override async Task<DateTimeOffset?> Bring(CancellationToken cancellationToken)
    {
        if (await Ledger.FindNotification(Uuid, cancellationToken) is not { } notification)
        {
            DeactivateOnIdle();
            return null;
        }

        return await Bring(notification.Organization, happened => Wanted(notification, happened), cancellationToken);
    }

    private Func<CancellationToken, Task<Receipt>>? Wanted(Notification notification, Event happened)
    {
        if (NotificationKinds.Of(happened) is not { } kind || !notification.Events.Contains(kind)
            || !(notification.Services.IsEmpty || (happened.Service is { } service && notification.Services.Contains(service))))
            return null;
        return async cancellationToken =>
        {
            var receipt = await notifier.Send(notification, Messages.Of(happened, kind, options.PublicUrl), cancellationToken);
            if (!receipt.Delivered)
                LogNotTold(Logger, Uuid, receipt.Error ?? "");
            return receipt;
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "notification {Notification} could not be delivered and is tried again: {Reason}")]
    private static partial void LogNotTold(ILogger logger, Guid notification, string reason);
}
