using AutoDeploy.Engines;
using AutoDeploy.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Silo;

/// <summary>
/// Tells the ledger which engines this silo reaches, and sees to it that somebody listens to them: at start, and every so often, since whoever
/// did may have been on a silo that is gone.
/// </summary>
/// <param name="alone">There is no other silo.</param>
public sealed partial class EngineWaker(IEngines engines, bool alone, IGrainFactory grains, ILedger ledger, TimeProvider time, ILogger<EngineWaker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>The engines are known before anybody can ask for them.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ledger.SeeEngines(engines.Names, alone, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            for (var round = 0; ; round++)
            {
                await Wake(round, stoppingToken);
                await timer.WaitForNextTickAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task Wake(int round, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var name in engines.Names)
                await grains.GetGrain<IEngineGrain>(name).Listen();
            if (!alone && round % 3 == 2)
                await ledger.SeeEngines(engines.Names, alone, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "who listens to the engines could not be woken; it is tried again")]
    private partial void LogFailed(Exception failure);
}
