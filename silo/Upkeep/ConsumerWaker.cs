using AutoDeploy.Notifications;
using AutoDeploy.Ports;
using AutoDeploy.Statuses;
using AutoDeploy.Upkeep;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Silo;

/// <summary>Wakes those who bring the event log to its consumers when there are new events, at start, and every 30 s what may have gone astray.</summary>
public sealed partial class ConsumerWaker(IGrainFactory grains, ILedger ledger, TimeProvider time, ILogger<ConsumerWaker> logger) : IUpkeep
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>Many events in a row wake them once.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    public string Name => "consumers";

    public async Task Run(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var last = (await ledger.EventRange("", cancellationToken)).Last;
                await Wake(cancellationToken);
                await ledger.WaitForEvent(last, Period, cancellationToken);
                await Task.Delay(Gathering, time, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(failure);
                await Task.Delay(Period, time, cancellationToken);
            }
        }
    }

    private async Task Wake(CancellationToken cancellationToken)
    {
        foreach (var notification in await ledger.NotificationUuids(cancellationToken))
            await grains.GetGrain<INotificationGrain>(notification.ToString()).Notice();
        foreach (var host in await ledger.StatusGitHosts(cancellationToken))
            await grains.GetGrain<IStatusGrain>(host.ToString()).Notice();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "those who tell what has happened could not be woken; it is tried again")]
    private partial void LogFailed(Exception failure);
}
