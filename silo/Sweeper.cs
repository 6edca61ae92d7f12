using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Silo;

/// <summary>
/// At start and every 30 s: pushes that lack verdicts and deployments that lack an end are taken up again, and held pushes whose window
/// has opened are released. Once an hour what is too old is removed.
/// </summary>
public sealed partial class Sweeper(IGrainFactory grains, ILedger ledger, TimeProvider time, ILogger<Sweeper> logger) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

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

    private static readonly TimeSpan TrimPeriod = TimeSpan.FromHours(1);

    private const int PageSize = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset? trimmed = null;
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            await Try("sweep", Sweep, stoppingToken);
            await Try("release", token => Release(time.GetUtcNow(), token), stoppingToken);
            if (trimmed is null || time.GetUtcNow() - trimmed > TrimPeriod)
            {
                await Try("release", token => Release(null, token), stoppingToken);
                await Try("trim", Trim, stoppingToken);
                trimmed = time.GetUtcNow();
            }
        }
        while (await Tick(timer, stoppingToken));
    }

    private async Task Sweep(CancellationToken cancellationToken)
    {
        foreach (var source in await ledger.OpenSources(cancellationToken))
            await grains.NoticePushes(source);
        foreach (var service in (await ledger.OpenDeployments(null, cancellationToken)).Select(d => d.Service).Distinct())
            await Try("resume", _ => grains.GetGrain<IServiceGrain>(service.ToString()).Resume(), cancellationToken);
    }

    /// <summary>What is held until now, or (null) all that is held, is judged again; the latter for what a crash came in between.</summary>
    private async Task Release(DateTimeOffset? due, CancellationToken cancellationToken)
    {
        foreach (var some in (await ledger.HeldServices(due, cancellationToken)).Chunk(PageSize))
            await Task.WhenAll(some.Select(service => Try("release", _ => grains.GetGrain<IServiceGrain>(service.ToString()).Reconsider(), cancellationToken)));
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

    /// <summary>One thing that fails must not keep the rest from being swept.</summary>
    private async Task Try(string what, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(what, failure);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task<bool> Tick(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the sweeper could not {What}; it tries again")]
    private partial void LogFailed(string what, Exception failure);
}
