using AutoDeploy.Deployments.Images;
using AutoDeploy.Engines;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Deployments;

/// <summary>
/// Runs one deployment. What it must not forget is in the ledger and in the engine; begun again after a crash it does what is left.
/// </summary>
[RunsOnEngine]
public sealed partial class DeploymentGrain(
    ILedger ledger,
    IEngineProvider engineProvider,
    IRegistry registry,
    IGit git,
    BuildCoordinators builds,
    DeploymentOptions options,
    TimeProvider time,
    IHostApplicationLifetime host,
    ILogger<DeploymentGrain> logger
) : BackgroundWorkGrain(host, logger), IDeploymentGrain
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan HandOverTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A silo that reaches an engine records that every 30 s; an older record does not count.</summary>
    private static readonly TimeSpan EngineRecordTimeout = TimeSpan.FromSeconds(45);

    private readonly CancellationSignals _signals = new();

    private DeploymentRunner? _runner;

    private string Engine => RunsOnEngineAttribute.GetEngine(this.GetPrimaryKeyString());

    private Guid Uuid => Guid.Parse(this.GetPrimaryKeyString()[(Engine.Length + 1)..]);

    public Task Run()
    {
        Begin(RunDeployment);
        return Task.CompletedTask;
    }

    // one that does not work may be about to be told to: it does not end itself here, or what it begins then would end with it

    public Task Supersede() => IsWorking ? _signals.Supersede() : Task.CompletedTask;

    public Task Cancel(string by) => IsWorking ? _signals.Cancel(by) : Task.CompletedTask;

    public Task<DeploymentProgress> GetProgress() => Task.FromResult(_runner?.Progress ?? new DeploymentProgress());

    private async Task RunDeployment(CancellationToken cancellationToken)
    {
        try
        {
            if (await ledger.Acquire(Uuid, cancellationToken) is { } deployment)
                await UntilHandedOver(deployment, cancellationToken);
        }
        catch (DeploymentFencedException)
        {
            LogFenced(Uuid);
        }
        finally
        {
            // one that was interrupted is called again by the sweeper
            DeactivateOnIdle();
        }
    }

    /// <summary>Whoever stops to work on it in good order says so: what is lost otherwise counts against the deployment.</summary>
    private async Task UntilHandedOver(Deployment deployment, CancellationToken cancellationToken)
    {
        try
        {
            await RunTraced(deployment, cancellationToken);
        }
        catch (Exception failure) when (failure is not DeploymentFencedException)
        {
            using var limit = new CancellationTokenSource(HandOverTimeout, time);
            await ledger
                .HandOver(deployment, limit.Token)
                .WaitAsync(limit.Token)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task RunTraced(Deployment deployment, CancellationToken cancellationToken)
    {
        using var span = DeploymentTrace.Start(deployment);
        using var ids = LogScopeIds.BeginDeploymentScope(logger, deployment);
        AutoDeployMetrics.ChangeActive(1);
        try
        {
            DeploymentTrace.End(span, await RunDeployment(deployment, cancellationToken));
        }
        catch (Exception failure)
        {
            span.Fail(failure);
            throw;
        }
        finally
        {
            AutoDeployMetrics.ChangeActive(-1);
        }
    }

    /// <summary>Answers the deployment as it ended.</summary>
    private async Task<Deployment> RunDeployment(Deployment deployment, CancellationToken cancellationToken)
    {
        var grain = GrainFactory.GetGrain<IServiceGrain>(deployment.ServiceId.ToString());
        if (await grain.Get() is not { } service)
        {
            deployment = End(deployment, DeploymentState.Failed, "The service is gone.");
            await ledger.UpdateDeployment(deployment, cancellationToken);
            return deployment;
        }

        if (deployment.CancelRequestedBy is { } by)
            await _signals.Cancel(by);
        if (!engineProvider.Names.Contains(Engine))
            return await WaitForEngine(deployment, cancellationToken) ? deployment : await EndCanceled(deployment, grain, service);

        var queue = GrainFactory.GetQueueGrain(deployment);
        var mine = true;
        try
        {
            if (!await WaitForTurn(queue, deployment, service, cancellationToken))
                return await EndCanceled(deployment, grain, service);

            // it may have been changed while this waited
            service = await grain.Get() ?? service;
            deployment = await RunDeployment(deployment, grain, service, cancellationToken);
            if (DeployGroupBarrier.Find(service, deployment, GrainFactory) is { } group)
                await group.ReportEnded();
            return deployment;
        }
        catch (DeploymentFencedException)
        {
            mine = false;
            throw;
        }
        finally
        {
            // one that is interrupted keeps its place for when it is taken up again; and a silo that ends finds no grains any more
            if (mine && !cancellationToken.IsCancellationRequested)
                await queue.Leave(Uuid).WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// It is here only because no silo reaches its engine. When one does it goes, and is found a place there by the sweeper; false when it
    /// was
    /// canceled before that.
    /// </summary>
    private async Task<bool> WaitForEngine(Deployment deployment, CancellationToken cancellationToken)
    {
        await Log($"{EngineNames.DescribeUnreachable(Engine)} Waiting for one that does.");
        var untouched = deployment.State == DeploymentState.Pending || deployment.Step.IsPreparation();
        while (!(await ledger.ListEngines(EngineRecordTimeout, cancellationToken)).Contains(Engine))
        {
            if (untouched && _signals.CanceledToken.IsCancellationRequested)
                return false;
            await Task.Delay(PollInterval, time, cancellationToken);
        }

        return true;
    }

    /// <summary>
    /// Waits for what has to go before it, then for its turn on the engine; false when it was canceled before that. To stop and terminate
    /// takes no turn.
    /// </summary>
    private async Task<bool> WaitForTurn(
        IDeploymentQueueGrain queue,
        Deployment deployment,
        Service service,
        CancellationToken cancellationToken
    )
    {
        if (deployment.Operation is Operation.Stop or Operation.Terminate || deployment.Step is DeploymentStep.Bake or DeploymentStep.Group)
            return true;
        if (deployment.State == DeploymentState.InProgress)
        {
            await queue.Hold(Uuid);
            return true;
        }

        using var span = AutoDeployTracing.StartPart("wait");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _signals.CanceledToken);
        try
        {
            await new DependencyGate(ledger, GrainFactory, time).Wait(deployment, service, Log, either.Token);
            var said = int.MaxValue;
            while (
                await queue.Enter(Uuid, deployment.Cause.Kind == CauseKind.Person, either.Token).WaitAsync(either.Token)
                    is > 0
                        and var place
            )
            {
                if (place < said)
                    await Log(
                        place == 1
                            ? "Waiting for others on the engine; it is the next."
                            : $"Waiting for others on the engine; {place - 1} more begin before it."
                    );
                said = Math.Min(said, place);
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<Deployment> RunDeployment(
        Deployment deployment,
        IServiceGrain grain,
        Service service,
        CancellationToken cancellationToken
    )
    {
        if (deployment.State == DeploymentState.Pending)
        {
            deployment = deployment with { State = DeploymentState.InProgress, Started = time.GetUtcNow() };
            if (!await ledger.UpdateDeployment(deployment, cancellationToken))
                throw new DeploymentFencedException(Uuid);
            AutoDeployMetrics.RecordBegan(deployment);
            await Log($"{deployment.Operation} of {service.Name}: {deployment.Cause.Text}.");
        }
        else
        {
            // from here on this process is known to work on it
            if (!await ledger.UpdateDeployment(deployment, cancellationToken))
                throw new DeploymentFencedException(Uuid);
            await Log("Taken up again.");
        }

        var tools = new DeploymentTools(ledger, engineProvider, registry, git, builds.GetForEngine(Engine), options, time, GrainFactory);
        _runner = new DeploymentRunner(tools, _signals, logger);
        var outcome = await _runner.Run(deployment, service, cancellationToken);
        await Log(outcome.Deployment.Result);
        await grain.Complete(outcome);
        return outcome.Deployment;
    }

    private async Task<Deployment> EndCanceled(Deployment deployment, IServiceGrain grain, Service service)
    {
        deployment = End(deployment, DeploymentState.Canceled, $"Canceled by {_signals.CanceledBy} before it began.");
        await grain.Complete(new DeploymentOutcome { Deployment = deployment, Containers = service.Containers });
        return deployment;
    }

    private Deployment End(Deployment deployment, DeploymentState state, string result) =>
        deployment with
        {
            State = state,
            Result = result,
            Ended = time.GetUtcNow(),
        };

    private Task Log(string line) => ledger.AppendLog(Uuid, [line], default);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Deployment {DeploymentId} was acquired by another process; this process stops working on it"
    )]
    private partial void LogFenced(Guid deploymentId);
}
