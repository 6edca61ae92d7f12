using AutoDeploy.Events;
using AutoDeploy.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Notifications;

/// <summary>Works on a timer of its own, so that one that is slow to be told holds up nobody else.</summary>
public sealed partial class NotificationGrain(
    ILedger ledger, INotifier notifier, NotificationOptions options, TimeProvider time, IHostApplicationLifetime host, ILogger<NotificationGrain> logger)
    : Grain, INotificationGrain
{
    private Courier? _courier;
    private IGrainTimer? _timer;
    private bool _isWorking;
    private bool _noticed;

    private Guid Uuid => Guid.Parse(this.GetPrimaryKeyString());

    public Task Notice()
    {
        _noticed = true;
        if (!_isWorking)
            Begin(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public async Task<Receipt?> Test() =>
        await ledger.FindNotification(Uuid, default) is { } notification
            ? await notifier.Send(notification, Messages.Test(time.GetUtcNow()), host.ApplicationStopping)
            : null;

    private void Begin(TimeSpan after)
    {
        _timer?.Dispose();
        _timer = this.RegisterGrainTimer(
            Work, new GrainTimerCreationOptions(after, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true });
    }

    private async Task Work(CancellationToken timer)
    {
        // the timer is told of the end only when its turn is over, and a turn may take long
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer, host.ApplicationStopping);
        DateTimeOffset? due = null;
        _isWorking = true;
        try
        {
            do
            {
                _noticed = false;
                due = await Bring(either.Token);
            }
            while (_noticed && due is null);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // what was not told is told after the next start
        }
        catch (Exception failure)
        {
            // it is noticed again
            LogFailed(Uuid, failure);
        }
        finally
        {
            _isWorking = false;
            _timer?.Dispose();
            _timer = null;
        }

        if (due is { } at && !host.ApplicationStopping.IsCancellationRequested)
            Begin(at > time.GetUtcNow() ? at - time.GetUtcNow() : TimeSpan.Zero);
    }

    private async Task<DateTimeOffset?> Bring(CancellationToken cancellationToken)
    {
        if (await ledger.FindNotification(Uuid, cancellationToken) is not { } notification)
        {
            DeactivateOnIdle();
            return null;
        }

        _courier ??= new Courier(ledger, time, Uuid);
        return await _courier.Bring(notification.Organization, happened => Wanted(notification, happened), cancellationToken);
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
                LogNotTold(Uuid, receipt.Error ?? "");
            return receipt;
        };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "notification {Notification} could not be delivered and is tried again: {Reason}")]
    private partial void LogNotTold(Guid notification, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "notification {Notification} could not be worked off; it is taken up again")]
    private partial void LogFailed(Guid notification, Exception failure);
}
