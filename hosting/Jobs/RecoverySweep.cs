using System.Threading.Channels;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Jobs;

/// <summary>
/// At start and every 30 s: pushes that lack verdicts and deployments that lack an end are taken up again, events that services still carry
/// are
/// handed over, and held pushes whose window has opened are released; also when it is asked to. Each silo has one: what they call can be
/// called again without harm.
/// </summary>
public sealed partial class RecoverySweep(IGrainFactory grains, ILedger ledger, TimeProvider time, ILogger<RecoverySweep> logger)
    : BackgroundService
{
    public static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    /// <summary>After something could not be taken up: it may be on a silo that has just gone.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    /// <summary>To take up is to begin, and takes no time; who does not answer by then may never do.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For what a crash came in between.</summary>
    private static readonly TimeSpan ReleaseAllInterval = TimeSpan.FromHours(1);

    private const int PageSize = 200;

    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Sweeps as soon as it can, rather than when it is time to.</summary>
    public void SweepNow() => _requests.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset? releasedAll = null;
        var asked = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var complete = await Try("sweep", Sweep, stoppingToken);
            complete &= await Try("release held pushes that are due", token => Release(time.GetUtcNow(), token), stoppingToken);
            if (releasedAll is null || time.GetUtcNow() - releasedAll > ReleaseAllInterval)
            {
                complete &= await Try("release all held pushes", token => Release(null, token), stoppingToken);
                releasedAll = time.GetUtcNow();
            }

            // who asks may know of a silo that has gone before the grains here have noticed
            asked = await WaitUntilDue(complete && !asked ? SweepInterval : RetryDelay, stoppingToken);
        }
    }

    private async Task<bool> Sweep(CancellationToken cancellationToken) =>
        await ForEach("wake source", await ledger.ListOpenSources(cancellationToken), grains.WakeSource, cancellationToken)
        & await ForEach(
            "resume the deployments of service",
            (await ledger.ListOpenDeployments(null, cancellationToken)).Select(d => d.ServiceId).Distinct(),
            serviceId => grains.GetGrain<IServiceGrain>(serviceId.ToString()).Resume(),
            cancellationToken
        )
        & await ForEach(
            "hand over the events of service",
            await ledger.ServicesToHandOver(cancellationToken),
            serviceId => grains.GetGrain<IServiceGrain>(serviceId.ToString()).HandOver(),
            cancellationToken
        );

    /// <summary>What is held until now, or (null) all that is held, is judged again; the latter for what a crash came in between.</summary>
    private async Task<bool> Release(DateTimeOffset? due, CancellationToken cancellationToken) =>
        await ForEach(
            "release the held push of service",
            await ledger.ListHeldServices(due, cancellationToken),
            serviceId => grains.GetGrain<IServiceGrain>(serviceId.ToString()).ReevaluateHeld(),
            cancellationToken
        );

    /// <summary>One that fails or does not answer must not keep the rest from being swept; false when there is one.</summary>
    private async Task<bool> ForEach<T>(string what, IEnumerable<T> all, Func<T, Task> call, CancellationToken cancellationToken)
    {
        var complete = true;
        foreach (var some in all.Chunk(PageSize))
        {
            var each = await Task.WhenAll(
                some.Select(one =>
                    Try(
                        $"{what} {one}",
                        async token =>
                        {
                            await call(one).WaitAsync(CallTimeout, time, token);
                            return true;
                        },
                        cancellationToken
                    )
                )
            );
            complete &= each.All(done => done);
        }

        return complete;
    }

    private async Task<bool> Try(string what, Func<CancellationToken, Task<bool>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(what, failure);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Answers whether it was asked to sweep.</summary>
    private async Task<bool> WaitUntilDue(TimeSpan period, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = _requests.Reader.WaitToReadAsync(either.Token).AsTask();
        await Task.WhenAny(asked, Task.Delay(period, time, either.Token));
        await either.CancelAsync();
        return _requests.Reader.TryRead(out _);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Recovery sweep failed to {What}; retrying")]
    private partial void LogFailed(string what, Exception failure);
}
