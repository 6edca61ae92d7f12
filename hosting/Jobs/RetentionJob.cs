using AutoDeploy.Jobs;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Jobs;

/// <summary>Removes expired records at start and once an hour.</summary>
public sealed partial class RetentionJob(IGrainFactory grains, ILedger ledger, TimeProvider time, ILogger<RetentionJob> logger)
    : ISingletonJob
{
    /// <summary>How long settled pushes, verdicts and logs are kept.</summary>
    public static readonly TimeSpan PushRetention = TimeSpan.FromDays(30);

    /// <summary>How long the headers and bodies of deliveries are kept.</summary>
    public static readonly TimeSpan BodyRetention = TimeSpan.FromDays(7);

    /// <summary>How long events are kept, and how many of each organization.</summary>
    public static readonly TimeSpan EventRetention = TimeSpan.FromDays(7);

    public const int MaxEvents = 100_000;

    /// <summary>How long a terminated service can still be looked up.</summary>
    public static readonly TimeSpan TerminatedRetention = TimeSpan.FromHours(24);

    public const int MaxDeploymentsPerService = 200;

    private static readonly TimeSpan TrimInterval = TimeSpan.FromHours(1);

    private const int PageSize = 200;

    public string Name => "trimming";

    public async Task Run(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await Trim(cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }

            await Task.Delay(TrimInterval, time, cancellationToken);
        }
    }

    private async Task Trim(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await ledger.Trim(now - PushRetention, MaxDeploymentsPerService, cancellationToken);
        await ledger.TrimDeliveries(now - BodyRetention, cancellationToken);
        await ledger.TrimEvents(now - EventRetention, MaxEvents, cancellationToken);

        var filter = new ServiceFilter { State = ServiceStatus.Terminated };
        var page = await ledger.ListServices(filter, PageSize, 0, cancellationToken);
        foreach (var row in page.Items)
        {
            var grain = grains.GetGrain<IServiceGrain>(row.Uuid.ToString());
            if (await grain.Get() is not { } service)
                await ledger.RemoveService(row.Uuid, cancellationToken);
            else if (service.Destroyed < now - TerminatedRetention)
                await grain.Forget();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to remove expired records; retrying in an hour")]
    private partial void LogFailed(Exception failure);
}
