using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Engines;

/// <summary>On a silo that does not reach the engine it goes, so that the next call finds another one.</summary>
[RunsOnEngine]
public sealed class EngineGrain(IEngines engines, ILedger ledger, TimeProvider time, IHostApplicationLifetime host, ILogger<EngineGrain> logger)
    : WorkingGrain(host, logger), IEngineGrain
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Orleans gives a call up after 30 s.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(20);

    private string Name => this.GetPrimaryKeyString();

    public Task Listen()
    {
        if (IsReached())
            Begin(token => new EngineWatch(Name, engines.Get(Name), GrainFactory, ledger, time, logger).Run(token));
        return Task.CompletedTask;
    }

    public async Task<EngineReport> Ping() => await Answers(Patience) ? new EngineReport { Name = Name } : EngineReport.Silent;

    public Task<bool> Answers() => Answers(LongestCall);

    public async Task<EngineReport> Describe()
    {
        var report = await Ping();
        if (!report.Answers)
            return report;
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            var info = await engines.Get(Name).Describe(patience.Token).WaitAsync(patience.Token);
            return new EngineReport { Name = info.Name, Version = info.Version };
        }
        catch (Exception silent) when (silent is EngineException or OperationCanceledException)
        {
            return report;
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

    public async Task<string?> RemoveVolume(string name)
    {
        if (!IsReached())
            return EngineNames.Away(Name);
        using var limit = new CancellationTokenSource(LongestCall, time);
        try
        {
            return await engines.Get(Name).RemoveVolume(name, limit.Token) ? null : "A container has it.";
        }
        catch (EngineException failure)
        {
            return failure.Message;
        }
        catch (OperationCanceledException)
        {
            return $"The engine \"{Name}\" did not answer in time.";
        }
    }

    private async Task<bool> Answers(TimeSpan limit)
    {
        if (!IsReached())
            return false;
        using var patience = new CancellationTokenSource(limit, time);
        try
        {
            await engines.Get(Name).Ping(patience.Token).WaitAsync(patience.Token);
            return true;
        }
        catch (Exception silent) when (silent is EngineException or OperationCanceledException)
        {
            return false;
        }
    }

    private bool IsReached()
    {
        var reached = engines.Names.Contains(Name);
        if (!reached)
            DeactivateOnIdle();
        return reached;
    }
}
