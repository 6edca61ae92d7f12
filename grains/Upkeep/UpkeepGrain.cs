using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Upkeep;

public sealed partial class UpkeepGrain(IEnumerable<IUpkeep> all, IHostApplicationLifetime host, ILogger<UpkeepGrain> logger) : Grain, IUpkeepGrain
{
    private IGrainTimer? _timer;

    public Task Keep()
    {
        // a silo that is about to stop begins nothing
        if (!host.ApplicationStopping.IsCancellationRequested)
            _timer ??= this.RegisterGrainTimer(
                Work, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true });
        return Task.CompletedTask;
    }

    private async Task Work(CancellationToken timer)
    {
        var name = this.GetPrimaryKeyString();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer, host.ApplicationStopping);
        try
        {
            // outside of our turns: it is no part of the grain's state
            if (all.FirstOrDefault(upkeep => upkeep.Name == name) is { } work)
                await Task.Run(() => work.Run(either.Token), CancellationToken.None);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // another silo goes on with it, or we do after the next start
        }
        catch (Exception failure)
        {
            LogFailed(name, failure);
        }
        finally
        {
            _timer?.Dispose();
            _timer = null;
            DeactivateOnIdle();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the work \"{Name}\" ended; it is begun anew")]
    private partial void LogFailed(string name, Exception failure);
}
