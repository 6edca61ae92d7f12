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
    private const int Batch = 256;

    private const int PushesAtOnce = 500;

    private IGrainTimer? _timer;
    private TaskCompletionSource _noticed = new();

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

    public Task Notice()
    {
        _noticed.TrySetResult();
        _timer ??= this.RegisterGrainTimer(
            WorkOff, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true });
        return Task.CompletedTask;
    }

    /// <summary>Between two tries of a push that cannot be judged yet.</summary>
    protected virtual TimeSpan Pause => TimeSpan.FromSeconds(2);

    /// <summary>Those of the open pushes to be offered now; the rest is looked at again later.</summary>
    protected virtual IReadOnlyList<OpenPush> Due(IReadOnlyList<OpenPush> pushes) => pushes;

    /// <summary>Under which key the services are subscribed that this push is for.</summary>
    protected virtual Task<string> SubscribedAs(CancellationToken cancellationToken) => Task.FromResult(Source);

    /// <summary>Finds out what has to be known of a push before it is offered, and answers how it is offered to one batch of services.</summary>
    protected abstract Task<IOffering> Prepare(Push push, string subscribedAs, CancellationToken cancellationToken);

    /// <summary>A push on its way to its services.</summary>
    protected interface IOffering
    {
        Task<Offered> OfferTo(IReadOnlyList<Guid> services, CancellationToken cancellationToken);
    }

    protected enum Offered
    {
        /// <summary>All have their verdicts.</summary>
        Done,

        /// <summary>It cannot be judged yet.</summary>
        NotYet,

        /// <summary>A service could not be asked.</summary>
        Failed,
    }

    /// <summary>A service may be on a silo that has just gone: from 1 s on, and less and less often, to 32 s.</summary>
    private static TimeSpan AfterFailures(int failures) => TimeSpan.FromSeconds(1 << Math.Min(failures - 1, 5));

    private async Task WorkOff(CancellationToken timer)
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
                _noticed = new TaskCompletionSource();
                var pushes = await ledger.OpenPushes(Source, PushesAtOnce, cancellationToken);
                more = pushes.Count > 0;
                var offered = more ? await FanOut(pushes, cancellationToken) : Offered.Done;
                failures = offered == Offered.Failed ? failures + 1 : 0;
                // one that has to wait does not hold up what comes after it
                if (offered != Offered.Done)
                    await Task.WhenAny(_noticed.Task, Task.Delay(failures == 0 ? Pause : AfterFailures(failures), time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
            while (more || _noticed.Task.IsCompleted);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
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
    private async Task<Offered> FanOut(IReadOnlyList<OpenPush> pushes, CancellationToken cancellationToken)
    {
        var source = await SubscribedAs(cancellationToken);
        if ((await ledger.Subscribers(source, null, 1, cancellationToken)).Count == 0)
        {
            await ledger.Settle([.. pushes.Select(p => p.Push.Uuid)], cancellationToken);
            return Offered.Done;
        }

        var due = Due(pushes);
        var worst = due.Count < pushes.Count ? Offered.NotYet : Offered.Done;
        foreach (var open in due)
            worst = Worse(worst, await FanOut(open, source, cancellationToken));
        return worst;
    }

    private async Task<Offered> FanOut(OpenPush open, string source, CancellationToken cancellationToken)
    {
        using var span = PushTrace.FanOut(open.Push);
        using var ids = LogIds.OfPush(logger, open.Push.Uuid);
        var offered = await OfferAll(open, source, cancellationToken);
        span?.SetTag(TraceTags.Result, Measures.Word(offered));
        if (offered == Offered.Failed)
            span.Fail("failed");
        return offered;
    }

    private async Task<Offered> OfferAll(OpenPush open, string source, CancellationToken cancellationToken)
    {
        var offering = await Prepare(open.Push, source, cancellationToken);
        var reached = open.Reached;
        var worst = Offered.Done;
        while (await ledger.Subscribers(source, reached, Batch, cancellationToken) is { Count: > 0 } services)
        {
            // once for the batch: what is set while a batch is judged counts from the next one on
            _organization = await GrainFactory.GetGrain<IOrganizationGrain>(open.Push.Organization is { Length: > 0 } name ? name : Organization.Default).Get();
            using (_batch = new PushTrace.Batch(services.Count))
                worst = Worse(worst, await offering.OfferTo(services, cancellationToken));
            if (worst == Offered.NotYet)
                return worst;
            reached = services[^1];
            if (services.Count < Batch)
                break;
            if (worst == Offered.Done)
                await ledger.Advance(open.Push.Uuid, reached.Value, cancellationToken);
        }

        if (worst == Offered.Done)
            await ledger.Settle([open.Push.Uuid], cancellationToken);
        return worst;
    }

    /// <summary>Null when the service could not be asked; then the push stays open and is offered again to all after the last safe point.</summary>
    protected async Task<OfferReply?> Offer(Guid service, Push push, PushedCommit? commit)
    {
        try
        {
            var reply = await GrainFactory.GetGrain<IServiceGrain>(service.ToString()).Offer(push, commit, _organization);
            _batch?.Add(reply.Verdict);
            return reply;
        }
        catch (Exception failure)
        {
            LogNotOffered(push.ToString(), service, failure);
            return null;
        }
    }

    private static Offered Worse(Offered one, Offered other) => (Offered)Math.Max((int)one, (int)other);

    [LoggerMessage(Level = LogLevel.Error, Message = "pushes of {Source} could not be worked off; they are taken up again")]
    private partial void LogFailed(string source, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "push of {Push} could not be offered to service {Service}")]
    private partial void LogNotOffered(string push, Guid service, Exception failure);
}
