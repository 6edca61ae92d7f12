using AutoDeploy.Jobs;
using AutoDeploy.Notifications;
using AutoDeploy.Ports;
using AutoDeploy.Statuses;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Jobs;

/// <summary>Activates the grains of event consumers: when there are new events, at start, and every 30 s in case a call was lost.</summary>
public sealed partial class ConsumerGrainActivator(
    IGrainFactory grains,
    ILedger ledger,
    TimeProvider time,
    ILogger<ConsumerGrainActivator> logger
) : ISingletonJob
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(30);

    /// <summary>Events in quick succession cause one activation.</summary>
    private static readonly TimeSpan GatherDelay = TimeSpan.FromMilliseconds(100);

    public string Name => "consumers";

    public async Task Run(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var last = (await ledger.GetEventRange("", cancellationToken)).Last;
                await Wake(cancellationToken);
                await ledger.WaitForEvent(last, CheckInterval, cancellationToken);
                await Task.Delay(GatherDelay, time, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(failure);
                await Task.Delay(CheckInterval, time, cancellationToken);
            }
        }
    }

    private async Task Wake(CancellationToken cancellationToken)
    {
        foreach (var notificationId in await ledger.ListNotificationUuids(cancellationToken))
            await grains.GetGrain<INotificationGrain>(notificationId.ToString()).Wake();
        foreach (var host in await ledger.ListStatusGitHosts(cancellationToken))
            await grains.GetGrain<IStatusGrain>(host.ToString()).Wake();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to activate event consumers; retrying")]
    private partial void LogFailed(Exception failure);
}
