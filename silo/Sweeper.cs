using System.Threading.Channels;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Silo;

/// <summary>
/// At start and every 30 s: pushes that lack verdicts and deployments that lack an end are taken up again, and held pushes whose window
/// has opened are released; also when it is asked to. Each silo has one: what they call can be called again without harm.
/// </summary>
public sealed partial class Sweeper(IGrainFactory grains, ILedger ledger, TimeProvider time, ILogger<Sweeper> logger) : BackgroundService
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>For what a crash came in between.</summary>
    private static readonly TimeSpan ReleaseAllPeriod = TimeSpan.FromHours(1);

    private const int PageSize = 200;

    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Sweeps as soon as it can, rather than when it is time to.</summary>
    public void SweepNow() => _asked.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset? releasedAll = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Try("sweep", Sweep, stoppingToken);
            await Try("release", token => Release(time.GetUtcNow(), token), stoppingToken);
            if (releasedAll is null || time.GetUtcNow() - releasedAll > ReleaseAllPeriod)
            {
                await Try("release", token => Release(null, token), stoppingToken);
                releasedAll = time.GetUtcNow();
            }

            await UntilDue(stoppingToken);
        }
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

    private async Task UntilDue(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = _asked.Reader.WaitToReadAsync(either.Token).AsTask();
        await Task.WhenAny(asked, Task.Delay(Period, time, either.Token));
        await either.CancelAsync();
        _asked.Reader.TryRead(out _);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the sweeper could not {What}; it tries again")]
    private partial void LogFailed(string what, Exception failure);
}
