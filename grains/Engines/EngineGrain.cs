using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Engines;

/// <summary>On a silo that does not reach the engine it goes, so that the next call finds another one.</summary>
[RunsOnEngine]
public sealed class EngineGrain(
    IEngineProvider engineProvider,
    ILedger ledger,
    TimeProvider time,
    IHostApplicationLifetime host,
    ILogger<EngineGrain> logger
) : BackgroundWorkGrain(host, logger), IEngineGrain
{
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Orleans gives a call up after 30 s.</summary>
    private static readonly TimeSpan MaxCallDuration = TimeSpan.FromSeconds(20);

    private string Name => this.GetPrimaryKeyString();

    public Task Listen()
    {
        if (IsReached())
            Begin(token => new EngineListener(Name, engineProvider.Get(Name), GrainFactory, ledger, time, logger).Run(token));
        return Task.CompletedTask;
    }

    public async Task<EngineReport> Ping(CancellationToken cancellationToken) =>
        await Answers(PingTimeout, cancellationToken) ? new EngineReport { Name = Name } : EngineReport.Silent;

    public Task<bool> IsReachable(CancellationToken cancellationToken) => Answers(MaxCallDuration, cancellationToken);

    public async Task<EngineReport> Describe(CancellationToken cancellationToken)
    {
        var report = await Ping(cancellationToken);
        if (!report.Answers)
            return report;
        using var patience = new CancellationTokenSource(PingTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var info = await engineProvider.Get(Name).Describe(either.Token).WaitAsync(either.Token);
            return new EngineReport { Name = info.Name, Version = info.Version };
        }
        catch (Exception silent)
            when (silent is EngineException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return report;
        }
    }

    public async Task<ContainersReply> ListContainers(Guid serviceId, CancellationToken cancellationToken)
    {
        if (!IsReached())
            return new ContainersReply { Objection = EngineNames.DescribeUnreachable(Name) };
        using var limit = new CancellationTokenSource(MaxCallDuration, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return new ContainersReply
            {
                Containers = ContainerViewMapper.From(await engineProvider.Get(Name).List(serviceId, either.Token)),
            };
        }
        catch (EngineException failure)
        {
            return new ContainersReply { Objection = failure.Message };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ContainersReply { Objection = $"The engine \"{Name}\" did not answer in time." };
        }
    }

    public async Task<string?> RemoveVolume(string name, CancellationToken cancellationToken)
    {
        if (!IsReached())
            return EngineNames.DescribeUnreachable(Name);
        using var limit = new CancellationTokenSource(MaxCallDuration, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await engineProvider.GetContainerEngine(Name).RemoveVolume(name, either.Token) ? null : "A container has it.";
        }
        catch (EngineException failure)
        {
            return failure.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The engine \"{Name}\" did not answer in time.";
        }
    }

    private async Task<bool> Answers(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (!IsReached())
            return false;
        using var patience = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await engineProvider.Get(Name).Ping(either.Token).WaitAsync(either.Token);
            return true;
        }
        catch (Exception silent)
            when (silent is EngineException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private bool IsReached()
    {
        var reached = engineProvider.Names.Contains(Name);
        if (!reached)
            DeactivateOnIdle();
        return reached;
    }
}
