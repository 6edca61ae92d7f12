using AutoDeploy.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Events;

/// <summary>
/// Brings one consumer of the event log, whose uuid is the key, what it wants of it. Works on a timer of its own, so that one that is slow
/// to be told holds up nobody else. What all kinds of consumer have in common.
/// </summary>
public abstract partial class ConsumerGrain(ILedger ledger, TimeProvider time, IHostApplicationLifetime host, ILogger logger) : Grain
{
    private IGrainTimer? _timer;
    private bool _isWorking;
    private bool _woken;

    protected Guid Uuid => Guid.Parse(this.GetPrimaryKeyString());

    protected ILedger Ledger => ledger;

    protected TimeProvider Time => time;

    protected ILogger Logger => logger;

    /// <summary>Cancelled when the process is about to end.</summary>
    protected CancellationToken Stopping => host.ApplicationStopping;

    public Task Wake()
    {
        _woken = true;
        if (!_isWorking)
            Begin(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    /// <summary>Brings what there is to bring.</summary>
    /// <returns>When it is to be tried again; null: when there is something new.</returns>
    protected abstract Task<DateTimeOffset?> Deliver(CancellationToken cancellationToken);

    /// <summary>As <see cref="OutboxDispatcher.Deliver"/>.</summary>
    protected Task<DateTimeOffset?> Deliver(
        string organization,
        Func<LedgerEvent, Func<CancellationToken, Task<DeliveryResult>>?> wanted,
        CancellationToken cancellationToken
    ) => new OutboxDispatcher(ledger, time, Uuid).Deliver(organization, wanted, cancellationToken);

    private void Begin(TimeSpan after)
    {
        _timer?.Dispose();
        _timer = this.RegisterGrainTimer(
            DeliverEvents,
            new GrainTimerCreationOptions(after, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true }
        );
    }

    private async Task DeliverEvents(CancellationToken timer)
    {
        // the timer is told of the end only when its turn is over, and a turn may take long
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer, host.ApplicationStopping);
        DateTimeOffset? due = null;
        _isWorking = true;
        try
        {
            // also when it is to wait: what was noticed may be that it need not
            do
            {
                _woken = false;
                due = await Deliver(either.Token);
            } while (_woken);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // what was not told is told after the next start
        }
        catch (Exception failure)
        {
            // it is noticed again
            LogFailed(logger, GetType().Name, Uuid, failure);
        }
        finally
        {
            _isWorking = false;
            _timer?.Dispose();
            _timer = null;
        }

        if (due is { } at && !host.ApplicationStopping.IsCancellationRequested)
            Begin(at > time.GetUtcNow() ? at - time.GetUtcNow() : TimeSpan.Zero);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Grain} failed to deliver events to consumer {Consumer}; retrying")]
    private static partial void LogFailed(ILogger logger, string grain, Guid consumer, Exception failure);
}
