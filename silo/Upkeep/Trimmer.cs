using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Upkeep;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Silo;

/// <summary>At start and once an hour: removes what is too old.</summary>
public sealed partial class Trimmer(IGrainFactory grains, ILedger ledger, TimeProvider time, ILogger<Trimmer> logger) : IUpkeep
{
    /// <summary>How long settled pushes, verdicts and logs are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>How long the headers and bodies of deliveries are kept.</summary>
    public static readonly TimeSpan BodiesKept = TimeSpan.FromDays(7);

    /// <summary>How long events are kept, and how many of each organization.</summary>
    public static readonly TimeSpan EventsKept = TimeSpan.FromDays(7);

    public const int MostEvents = 100_000;

    /// <summary>How long a terminated service can still be looked up.</summary>
    public static readonly TimeSpan TerminatedKept = TimeSpan.FromHours(24);

    public const int DeploymentsKept = 200;

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

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

            await Task.Delay(Period, time, cancellationToken);
        }
    }

    private async Task Trim(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await ledger.Trim(now - Kept, DeploymentsKept, cancellationToken);
        await ledger.TrimDeliveries(now - BodiesKept, cancellationToken);
        await ledger.TrimEvents(now - EventsKept, MostEvents, cancellationToken);

        var filter = new ServiceFilter { State = ServiceStatus.Terminated };
        var page = await ledger.Services(filter, PageSize, 0, cancellationToken);
        foreach (var row in page.Items)
        {
            var grain = grains.GetGrain<IServiceGrain>(row.Uuid.ToString());
            if (await grain.Get() is not { } service)
                await ledger.RemoveService(row.Uuid, cancellationToken);
            else if (service.Destroyed < now - TerminatedKept)
                await grain.Forget();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "what is too old could not all be removed; it is tried again in an hour")]
    private partial void LogFailed(Exception failure);
}
