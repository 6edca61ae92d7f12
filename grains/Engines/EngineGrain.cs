using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Engines;

/// <summary>
/// Listens beside its calls, and not in a turn: a grain ends only when its turns have, and one that is to end (its place in Orleans' directory went
/// with another silo, say) would answer nobody until then. On a silo that does not reach the engine it goes, so that the next call finds another one.
/// </summary>
[RunsOnEngine]
public sealed partial class EngineGrain(
    IEngines engines, ILedger ledger, TimeProvider time, IHostApplicationLifetime host, ILogger<EngineGrain> logger) : Grain, IEngineGrain
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Orleans gives a call up after 30 s.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _ending = new();
    private Task _listening = Task.CompletedTask;

    private string Name => this.GetPrimaryKeyString();

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        await _listening.WaitAsync(cancellationToken);
        _ending.Dispose();
    }

    public Task Listen()
    {
        if (_listening.IsCompleted && IsReached())
            _listening = Follow();
        return Task.CompletedTask;
    }

    public async Task<EngineReport> Ping()
    {
        if (!IsReached())
            return EngineReport.Silent;
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            var info = await engines.Get(Name).Ping(patience.Token).WaitAsync(patience.Token);
            return new EngineReport { Name = info.Name, Version = info.Version };
        }
        catch (Exception silent) when (silent is EngineException or OperationCanceledException)
        {
            return EngineReport.Silent;
        }
    }

    public async Task<ContainersReply> Containers(Guid service)
    {
        if (!IsReached())
            return new ContainersReply { Objection = EngineNames.Away(Name) };
        using var limit = new CancellationTokenSource(LongestCall, time);
        try
        {
            return new ContainersReply { Containers = ContainerViews.Of(await engines.Get(Name).List(service, limit.Token)) };
        }
        catch (EngineException failure)
        {
            return new ContainersReply { Objection = failure.Message };
        }
        catch (OperationCanceledException)
        {
            return new ContainersReply { Objection = $"The engine \"{Name}\" did not answer in time." };
        }
    }

    private bool IsReached()
    {
        var reached = engines.Names.Contains(Name);
        if (!reached)
            DeactivateOnIdle();
        return reached;
    }

    private async Task Follow()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, host.ApplicationStopping);
        try
        {
            await new EngineWatch(Name, engines.Get(Name), GrainFactory, ledger, time, logger).Run(either.Token);
        }
        catch (Exception failure) when (!either.IsCancellationRequested)
        {
            // who wakes us does so again
            LogInterrupted(Name, failure);
        }
        catch (OperationCanceledException)
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the engine {Engine} is no longer listened to; it is tried again")]
    private partial void LogInterrupted(string engine, Exception failure);
}
