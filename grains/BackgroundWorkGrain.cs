using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy;

/// <summary>
/// A grain that works for long. It does so beside its turns and not in one: a grain ends only when its turns have, and one that is to end
/// (its
/// place in Orleans' directory went with another silo, say) would go on beside the one that takes its place. What it does is stopped when
/// it
/// ends, and is to be taken up again by whoever calls next.
/// </summary>
public abstract partial class BackgroundWorkGrain(IHostApplicationLifetime host, ILogger logger) : Grain
{
    private readonly CancellationTokenSource _deactivating = new();
    private Task _work = Task.CompletedTask;

    /// <summary>What it began has not ended.</summary>
    protected bool IsWorking { get; private set; }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _deactivating.CancelAsync();
        await _work.WaitAsync(cancellationToken);
        _deactivating.Dispose();
    }

    /// <summary>
    /// Begins to work, unless it does already or the process is about to end; returns at once. The work is none of what the caller's trace
    /// is about.
    /// </summary>
    /// <param name="work">Runs as the grain's own code does, one step at a time. Its token: the grain or the process ends.</param>
    protected void Begin(Func<CancellationToken, Task> work)
    {
        if (IsWorking || _deactivating.IsCancellationRequested || host.ApplicationStopping.IsCancellationRequested)
            return;
        IsWorking = true;
        using (ExecutionContext.SuppressFlow())
            _work = Task
                .Factory.StartNew(
                    () => RunGuarded(work),
                    CancellationToken.None,
                    TaskCreationOptions.DenyChildAttach,
                    TaskScheduler.Current
                )
                .Unwrap();
    }

    private async Task RunGuarded(Func<CancellationToken, Task> work)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_deactivating.Token, host.ApplicationStopping);
        try
        {
            await work(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested) { }
        catch (Exception failure)
        {
            LogInterrupted(logger, GetType().Name, this.GetPrimaryKeyString(), failure);
        }
        finally
        {
            IsWorking = false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Background work of {Grain} {Key} failed; the next call starts it again")]
    private static partial void LogInterrupted(ILogger logger, string grain, string key, Exception failure);
}
