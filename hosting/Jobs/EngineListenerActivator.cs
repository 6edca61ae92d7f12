using AutoDeploy.Engines;
using AutoDeploy.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Jobs;

/// <summary>
/// Records in the ledger which engines this silo reaches, and activates the grains that listen to them: at start and at intervals, because
/// a listener may have been on a silo that failed.
/// </summary>
/// <param name="alone">This is the only silo.</param>
public sealed partial class EngineListenerActivator(
    IEngineProvider engineProvider,
    bool alone,
    IGrainFactory grains,
    ILedger ledger,
    TimeProvider time,
    ILogger<EngineListenerActivator> logger
) : BackgroundService
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);

    /// <summary>Records the engines before the first request.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ledger.RecordEngines(engineProvider.Names, alone, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CheckInterval, time);
        try
        {
            for (var round = 0; ; round++)
            {
                await Activate(round, stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    private async Task Activate(int round, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var name in engineProvider.Names)
                await grains.GetGrain<IEngineGrain>(name).Listen();
            if (!alone && round % 3 == 2)
                await ledger.RecordEngines(engineProvider.Names, alone, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to activate engine listeners; retrying")]
    private partial void LogFailed(Exception failure);
}
