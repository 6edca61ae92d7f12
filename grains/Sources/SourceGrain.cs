using System.Diagnostics;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Sources;

/// <summary>
/// Works off the pushes of one source on a timer of its own, oldest first, in bounded batches, and remembers how far it came. What the two
/// kinds of source have in common.
/// </summary>
public abstract partial class SourceGrain(ILedger ledger, TimeProvider time, IHostApplicationLifetime host, ILogger logger) : Grain
{
    /// <summary>So many services are asked at the same time.</summary>
    private const int BatchSize = 256;

    private const int MaxConcurrentPushes = 500;

    private IGrainTimer? _timer;
    private TaskCompletionSource _woken = new();

    /// <summary>Of the push that is being offered.</summary>
    private OrganizationSettings _organization = new();

    /// <summary>The services that are being asked.</summary>
    private PushTrace.Batch? _batch;

    protected string Source => this.GetPrimaryKeyString();

    protected ILedger Ledger => ledger;

    protected TimeProvider Time => time;

    protected ILogger Logger => logger;

    /// <summary>Cancelled when the process is about to end.</summary>
    protected CancellationToken Stopping => host.ApplicationStopping;

    public Task Wake()
    {
        _woken.TrySetResult();
        _timer ??= this.RegisterGrainTimer(
            ProcessPushes,
            new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true }
        );
        return Task.CompletedTask;
    }

    /// <summary>Between two tries of a push that cannot be judged yet.</summary>
    protected virtual TimeSpan RetryDelay => TimeSpan.FromSeconds(2);

    /// <summary>Those of the open pushes to be offered now; the rest is looked at again later.</summary>
    protected virtual IReadOnlyList<OpenPush> SelectDue(IReadOnlyList<OpenPush> pushes) => pushes;

    /// <summary>Under which key the services are subscribed that this push is for.</summary>
    protected virtual Task<string> FindSubscriptionName(CancellationToken cancellationToken) => Task.FromResult(Source);

    /// <summary>
    /// Finds out what has to be known of a push before it is offered, and answers how it is offered to one batch of services.
    /// </summary>
    protected abstract Task<IPushFanOut> Prepare(Push push, string subscribedAs, CancellationToken cancellationToken);

    /// <summary>A push on its way to its services.</summary>
    protected interface IPushFanOut
    {
        Task<FanOutResult> EvaluateBatch(IReadOnlyList<Guid> serviceIds, CancellationToken cancellationToken);
    }

    protected enum FanOutResult
    {
        /// <summary>All have their verdicts.</summary>
        Done,

        /// <summary>It cannot be judged yet.</summary>
        NotYet,

        /// <summary>A service could not be asked.</summary>
        Failed,
    }

    /// <summary>A service may be on a silo that has just gone: from 1 s on, and less and less often, to 32 s.</summary>
    private static TimeSpan GetRetryDelay(int failures) => TimeSpan.FromSeconds(1 << Math.Min(failures - 1, 5));

    private async Task ProcessPushes(CancellationToken timer)
    {
        // what set the timer is done with
        Activity.Current = null;
        // the timer is told of the end only when its turn is over, and a turn may take long
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer, host.ApplicationStopping);
        var cancellationToken = either.Token;
        try
        {
            bool more;
            var failures = 0;
            do
            {
                _woken = new TaskCompletionSource();
                var pushes = await ledger.ListOpenPushes(Source, MaxConcurrentPushes, cancellationToken);
                more = pushes.Count > 0;
                var offered = more ? await FanOut(pushes, cancellationToken) : FanOutResult.Done;
                failures = offered == FanOutResult.Failed ? failures + 1 : 0;
                // one that has to wait does not hold up what comes after it
                if (offered != FanOutResult.Done)
                    await Task.WhenAny(
                        _woken.Task,
                        Task.Delay(failures == 0 ? RetryDelay : GetRetryDelay(failures), time, cancellationToken)
                    );
                cancellationToken.ThrowIfCancellationRequested();
            } while (more || _woken.Task.IsCompleted);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested) { }
        catch (Exception failure)
        {
            // the sweeper calls again; until then other sources are not held up
            LogFailed(Source, failure);
        }
        finally
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Other than done: some have to be tried again later.</summary>
    private async Task<FanOutResult> FanOut(IReadOnlyList<OpenPush> pushes, CancellationToken cancellationToken)
    {
        var source = await FindSubscriptionName(cancellationToken);
        if ((await ledger.ListSubscribers(source, null, 1, cancellationToken)).Count == 0)
        {
            await ledger.Complete([.. pushes.Select(p => p.Push.Uuid)], cancellationToken);
            return FanOutResult.Done;
        }

        var due = SelectDue(pushes);
        var worst = due.Count < pushes.Count ? FanOutResult.NotYet : FanOutResult.Done;
        foreach (var open in due)
            worst = SelectWorse(worst, await FanOut(open, source, cancellationToken));
        return worst;
    }

    private async Task<FanOutResult> FanOut(OpenPush open, string source, CancellationToken cancellationToken)
    {
        using var span = PushTrace.StartFanOut(open.Push);
        using var ids = LogScopeIds.BeginPushScope(logger, open.Push.Uuid);
        var offered = await FanOutPush(open, source, cancellationToken);
        span?.SetTag(TraceTags.Result, AutoDeployMetrics.FormatWord(offered));
        if (offered == FanOutResult.Failed)
            span.Fail("failed");
        return offered;
    }

    private async Task<FanOutResult> FanOutPush(OpenPush open, string source, CancellationToken cancellationToken)
    {
        var offering = await Prepare(open.Push, source, cancellationToken);
        var reached = open.ReachedServiceId;
        var worst = FanOutResult.Done;
        while (await ledger.ListSubscribers(source, reached, BatchSize, cancellationToken) is { Count: > 0 } serviceIds)
        {
            // once for the batch: what is set while a batch is judged counts from the next one on
            _organization = await GrainFactory
                .GetGrain<IOrganizationGrain>(open.Push.Organization is { Length: > 0 } name ? name : OrganizationNames.Default)
                .Get();
            using (_batch = new PushTrace.Batch(serviceIds.Count))
                worst = SelectWorse(worst, await offering.EvaluateBatch(serviceIds, cancellationToken));
            if (worst == FanOutResult.NotYet)
                return worst;
            reached = serviceIds[^1];
            if (serviceIds.Count < BatchSize)
                break;
            if (worst == FanOutResult.Done)
                await ledger.Advance(open.Push.Uuid, reached.Value, cancellationToken);
        }

        if (worst == FanOutResult.Done)
            await ledger.Complete([open.Push.Uuid], cancellationToken);
        return worst;
    }

    /// <summary>
    /// Null when the service could not be asked; then the push stays open and is offered again to all after the last safe point.
    /// </summary>
    protected async Task<EvaluateReply?> Evaluate(Guid serviceId, Push push, PushedCommit? commit)
    {
        try
        {
            var reply = await GrainFactory.GetGrain<IServiceGrain>(serviceId.ToString()).Evaluate(push, commit, _organization);
            _batch?.Add(reply.Verdict);
            return reply;
        }
        catch (Exception failure)
        {
            LogNotEvaluated(push.ToString(), serviceId, failure);
            return null;
        }
    }

    private static FanOutResult SelectWorse(FanOutResult one, FanOutResult other) => (FanOutResult)Math.Max((int)one, (int)other);

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to process the pushes of {Source}; retrying")]
    private partial void LogFailed(string source, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Service {Service} failed to evaluate push {Push}")]
    private partial void LogNotEvaluated(string push, Guid service, Exception failure);
}
