using System.Threading.Channels;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Jobs;

/// <summary>
/// Resumes unfinished work at start, every 30 s and on request: pushes without all verdicts, deployments without an end, events that
/// services have not handed over, and held pushes whose window has opened. Each silo runs one; all calls can be repeated without harm.
/// </summary>
public sealed partial class RecoverySweep(IGrainFactory grains, ILedger ledger, TimeProvider time, ILogger<RecoverySweep> logger)
    : BackgroundService
{
    public static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    /// <summary>The delay after a failed call: its grain may have been on a silo that has just failed.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    /// <summary>The timeout of one call. The calls only start work, so they are short.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How often all held pushes are evaluated again, in case a crash interrupted their release.</summary>
    private static readonly TimeSpan ReleaseAllInterval = TimeSpan.FromHours(1);

    private const int PageSize = 200;

    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Requests a sweep as soon as possible.</summary>
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

            // the request may come before this silo has noticed that another one failed, so sweep again soon
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

    /// <summary>Evaluates held pushes again: those that are due at the given time, or all (null).</summary>
    private async Task<bool> Release(DateTimeOffset? due, CancellationToken cancellationToken) =>
        await ForEach(
            "release the held push of service",
            await ledger.ListHeldServices(due, cancellationToken),
            serviceId => grains.GetGrain<IServiceGrain>(serviceId.ToString()).ReevaluateHeld(),
            cancellationToken
        );

    /// <summary>Calls all; a failed call does not stop the others. Returns false if one failed.</summary>
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

    /// <summary>Returns whether a sweep was requested.</summary>
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
