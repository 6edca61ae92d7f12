using AutoDeploy.Upkeep;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Silo;

/// <summary>Sees to it, at start and every few seconds, that all upkeep goes on somewhere: a silo that went may have had it.</summary>
public sealed partial class Keeper(IGrainFactory grains, IEnumerable<IUpkeep> all, TimeProvider time, ILogger<Keeper> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.WhenAll(all.Select(Keep));
                await Task.Delay(Period, time, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task Keep(IUpkeep upkeep)
    {
        try
        {
            await grains.GetGrain<IUpkeepGrain>(upkeep.Name).Keep();
        }
        catch (Exception failure)
        {
            LogFailed(upkeep.Name, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "it is not known whether the work \"{Name}\" goes on: {Reason}")]
    private partial void LogFailed(string name, string reason);
}
