using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy;

/// <summary>
/// A grain with long work. The work runs beside the grain's turns: a grain deactivates only after its turns have ended, so long work inside
/// a turn could overlap with the grain's next activation. Deactivation cancels the work. The next call must start it again.
/// </summary>
public abstract partial class BackgroundWorkGrain(IHostApplicationLifetime host, ILogger logger) : Grain
{
    private readonly CancellationTokenSource _deactivating = new();
    private Task _work = Task.CompletedTask;

    /// <summary>Whether the work is running.</summary>
    protected bool IsWorking { get; private set; }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _deactivating.CancelAsync();
        await _work.WaitAsync(cancellationToken);
        _deactivating.Dispose();
    }

    /// <summary>
    /// Starts the work and returns, unless it is running or the process is stopping. The work does not belong to the caller's trace.
    /// </summary>
    /// <param name="work">Runs on the grain's scheduler. Its token is cancelled when the grain deactivates or the process stops.</param>
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
