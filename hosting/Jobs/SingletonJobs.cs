using AutoDeploy.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Jobs;

/// <summary>Ensures at start and every few seconds that each singleton job runs on some silo.</summary>
public sealed partial class SingletonJobs(
    IGrainFactory grains,
    IEnumerable<ISingletonJob> all,
    TimeProvider time,
    ILogger<SingletonJobs> logger
) : BackgroundService
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.WhenAll(all.Select(Ensure));
                await Task.Delay(CheckInterval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task Ensure(ISingletonJob job)
    {
        try
        {
            await grains.GetGrain<ISingletonJobGrain>(job.Name).Ensure();
        }
        catch (Exception failure)
        {
            LogFailed(job.Name, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to ensure that job {Name} runs: {Reason}")]
    private partial void LogFailed(string name, string reason);
}
