using System.Collections.Immutable;
using AutoDeploy.Deployments;
using AutoDeploy.Engines;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Telemetry;
using AutoDeploy.Volumes;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace AutoDeploy.Services;

/// <summary>
/// Holds what is set and what is of one service, and lets one operation at a time go on. What operations are open is read from the
/// ledger, so that a crash between two writes leaves nothing half known.
/// </summary>
public sealed partial class ServiceGrain(
    [PersistentState("service", ServiceState.Storage)] IPersistentState<ServiceState> state,
    ILedger ledger,
    IGit git,
    TimeProvider time,
    ILogger<ServiceGrain> logger
) : Grain, IServiceGrain
{
    /// <summary>Between attempts to find somebody who works on a deployment.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ServiceStore _store = new(state, ledger, time);

    private readonly DeploymentSlots _slots = new();

    private bool _observeLater;
    private bool _restartAfterEngineLossLater;
    private bool _stopRequested;

    private IGrainTimer? _retryTimer;

    private Guid Uuid => Guid.Parse(this.GetPrimaryKeyString());

    private Service? Service => _store.Service;

    public Task<Service?> Get() => Task.FromResult(_store.WrittenService);

    public async Task<ServiceReply> Create(string organization, string name, ServiceSettings settings)
    {
        if (Service is not null)
            return ServiceReply.Refuse(RefusalKind.Conflict, "A service with this uuid exists already.", Service);

        var service = new Service
        {
            Uuid = Uuid,
            Organization = organization,
            Name = name,
            Settings = settings,
            Created = time.GetUtcNow(),
            VolumesRecorded = true,
        };

        // first: what is another's cannot be had, and what nobody comes to have is released again
        if (await Attach(service, settings) is { } taken)
            return taken;

        await _store.Write(service);
        if (await _store.HandOver(default))
            return new ServiceReply { Service = service };
        DeactivateOnIdle();
        return ServiceReply.Refuse(
            RefusalKind.Conflict,
            $"name: another service is called \"{name}\" already; expected a name that is free."
        );
    }

    public async Task<ServiceReply> Configure(ServiceSettings settings, long revision)
    {
        if (Service is not { } service)
            return NotFound();
        if (service.Status is ServiceStatus.Terminated or ServiceStatus.Terminating)
            return ServiceReply.Refuse(RefusalKind.Conflict, "The service is terminated; it can no longer be changed.", service);
        if (service.Revision != revision)
            return ServiceReply.Refuse(RefusalKind.Stale, "The service was changed meanwhile.", service);

        if (await Attach(service, settings) is { } taken)
            return taken;
        var changed = service.Configure(settings, time.GetUtcNow());
        await Write(changed);
        if (_slots.Running is null)
            await SetStatus(ContainerViewMapper.GetStatus(changed, changed.Containers));
        if (Service is { Held: { } held } now)
            await Reconsider(now, held);
        return new ServiceReply { Service = Service };
    }

    public async Task<ServiceReply> Begin(OperationCommand command)
    {
        if (Service is not { } service)
            return NotFound();
        if (command is RollbackCommand { To: { } to } rollback)
        {
            if (await RollbackVersionFinder.Find(service, to, ledger, default) is not { } version)
                return ServiceReply.Refuse(RefusalKind.Invalid, RollbackVersionFinder.Describe(to), service);
            command = rollback with { Version = version };
        }

        await ReadOpen();
        var objection =
            OperationRules.FindObjection(service, command.Operation)
            ?? (_slots.Running is not null ? "Another operation goes on." : null)
            ?? command.FindObjection(service);
        if (objection is not null)
            return ServiceReply.Refuse(RefusalKind.Conflict, objection, service);
        var closed = await FindClosedReason(service, command);
        if (closed is not null && !command.Force)
            return ServiceReply.Refuse(RefusalKind.Conflict, closed + DescribeForce(command), service);
        if (closed is not null)
            command = command with { Cause = command.Cause with { Text = $"{command.Cause.Text} (forced)" } };

        if (command is ScaleCommand { AdditionalContainers: not 0 } scale)
            await Write(service.AddContainers(scale.AdditionalContainers));
        var deployment = command.ApplyTo(CreateDeployment(command.Operation, command.Cause), service);
        await EnsureRecorded(ledger.AddDeployment(deployment, default));
        if (closed is not null)
            await ledger.AppendLog(deployment.Uuid, [$"Forced. {closed}"], default);
        if (command is TerminateCommand { Force: true } && !await GrainFactory.GetGrain<IEngineGrain>(deployment.Engine).IsReachable())
            await GiveUp(deployment);
        else
            await Run(deployment);
        return new ServiceReply { Service = Service, DeploymentId = deployment.Uuid };
    }

    public async Task<ServiceReply> BeginTriggered(OperationCommand command)
    {
        if (Service is not { } service)
            return NotFound();
        await ReadOpen();
        if (!service.MayRun || service.StoppedByHand)
            return ServiceReply.Refuse(
                RefusalKind.Conflict,
                "The service is stopped, or was never started; a trigger does not start it.",
                service
            );
        if (command.Operation != Operation.Redeploy || _slots.Running is not { Operation: Operation.Redeploy or Operation.Start })
            return await Begin(command);
        if (await FindClosedReason(service, command) is { } closed)
            return ServiceReply.Refuse(RefusalKind.Conflict, closed, service);

        var deployment = command.ApplyTo(CreateDeployment(command.Operation, command.Cause), service);
        if (_slots.Waiting is { } old)
            await CancelWaiting(old, "Superseded by a trigger's call before it began.", "Superseded before it began.");
        await EnsureRecorded(ledger.AddDeployment(deployment, default));
        _slots.Waiting = deployment;
        return new ServiceReply { Service = Service, DeploymentId = deployment.Uuid };
    }

    public async Task<ServiceReply> Cancel(Guid deploymentId, string by)
    {
        if (Service is not { } service)
            return NotFound();
        await ReadOpen();
        if (_slots.Waiting is { } waiting && waiting.Uuid == deploymentId)
        {
            var result = $"Canceled by {by} before it began.";
            await CancelWaiting(waiting, result, result);
            _slots.Waiting = null;
            return new ServiceReply { Service = service, DeploymentId = deploymentId };
        }

        var found = await ledger.FindDeployment(deploymentId, default);
        var objection = found switch
        {
            { HasEnded: false } open when open.ServiceId == Uuid => open.CancelRequestedBy is not null || open.CanBeCanceled ? null
            : open.Step == DeploymentStep.Compensating ? "It has failed, and is being taken back already."
            : open.Step.IsPastReturn() ? "It is too late: the new containers serve, and the old ones go. Roll back instead."
            : $"A {open.Operation.ToString().ToLowerInvariant()} that has begun goes on to its end.",
            _ => "The action has ended.",
        };
        if (objection is not null || !await ledger.RequestCancel(deploymentId, by, default))
            return ServiceReply.Refuse(RefusalKind.Conflict, objection ?? "The action has ended.", service);
        await ledger.AppendLog(deploymentId, [$"{by} cancels it."], default);
        await GrainFactory.GetDeploymentGrain(found!).Cancel(by);
        return new ServiceReply { Service = service, DeploymentId = deploymentId };
    }

    public async Task<EvaluateReply> Evaluate(Push push, PushedCommit? commit, OrganizationSettings organization)
    {
        if (Service is not { } service || !service.IsSubscribedTo(push))
            return EvaluateReply.NotConcerned;
        if (push is { IsGit: true, Deleted: false } && commit is null)
            return new EvaluateReply { UnreadSource = service.Settings.Git };

        if (service is { MayRun: true, Settings.Autoredeploy: true })
            await ReadOpen();

        // offered again, after a crash, it is not in its own way
        var again = service.Held?.Push.Uuid == push.Uuid;
        var decision = Judge.ApplyHolds(
            await Decide(again ? service with { Held = null } : service, push, commit),
            push,
            service.Settings,
            organization,
            approved: false,
            time.GetUtcNow()
        );
        if (decision.RememberAvailable)
            await Remember(push, commit);

        var deployment = decision.Kind == VerdictKind.Deploy ? CreateDeployment(service, push, commit) : null;
        var verdict = new Verdict
        {
            Uuid = Guid.NewGuid(),
            PushId = push.Uuid,
            ServiceId = Uuid,
            Kind = decision.Kind,
            Reason = decision.Reason,
            Detail = decision.Detail,
            DeploymentId = deployment?.Uuid,
            Received = push.Received,
            HeldUntil = decision.Until,
        };
        var outdates = decision.SupersedesHeld && service.Held is not null;

        // what is held stays so until it is known that this is new
        if ((outdates || decision.Kind == VerdictKind.Held) && await ledger.FindVerdict(push.Uuid, Uuid, default) is { } known)
            return new EvaluateReply { Verdict = known };
        if (decision.Kind == VerdictKind.Held)
        {
            await Write(
                Service! with
                {
                    Held = new HeldPush
                    {
                        Verdict = verdict,
                        Push = push,
                        Commit = commit,
                        Version = service.CreateVersion(push, commit),
                    },
                }
            );
        }
        else if (outdates)
        {
            await ledger.DropHeld(Uuid, default);
            await Write(Service! with { Held = null });
        }

        var deciding = ledger.Decide(verdict, deployment, deployment is null ? null : _slots.Waiting?.Uuid, default);
        await EnsureRecorded(deciding);
        if (!await deciding)
            return new EvaluateReply { Verdict = await ledger.FindVerdict(push.Uuid, Uuid, default) };
        AutoDeployMetrics.CountVerdict(verdict);

        // its verdict has been superseded with the one above
        if (Service is { Held: not null } && (deployment is not null || (again && decision.Kind == VerdictKind.Skip)))
            await Write(Service with { Held = null });
        if (deployment is not null)
            await Enqueue(deployment);
        return new EvaluateReply { Verdict = verdict };
    }

    public async Task RecordResolvedVersion(Guid deploymentId, string version)
    {
        await ReadOpen();
        _slots.RecordVersion(deploymentId, version, isCommit: Service?.Settings.Git is not null);
    }

    public async Task Complete(DeploymentOutcome outcome)
    {
        await ReadOpen();
        var deployment = outcome.Deployment;
        if (await ledger.FindDeployment(deployment.Uuid, default) is { } now && now.LeaseEpoch != deployment.LeaseEpoch)
            return;
        if (Service is { } service && _slots.Running?.Uuid == deployment.Uuid)
            // handed over when the deployment's end is on record: who is told that the service runs finds the deployment ended
            await _store.Write(service.Complete(outcome, time.GetUtcNow()));

        // last, so that a crash before it lets the deployment tell us again
        try
        {
            await EnsureRecorded(ledger.UpdateDeployment(deployment, default));
        }
        catch
        {
            ScheduleRetry();
            throw;
        }

        AutoDeployMetrics.RecordEnded(deployment);
        LogEnded(Uuid, deployment.Uuid, deployment.Operation, deployment.State, deployment.Result);

        _slots.Release(deployment);
        if (_slots.TakeWaiting() is { } waiting)
        {
            await Run(waiting);
        }
        else if (_slots.Running is null && Service is { } idle)
        {
            await SetStatus(idle.Status);
            if (_restartAfterEngineLossLater)
                this.RegisterGrainTimer(
                    _ => RestartAfterEngineLoss(),
                    new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan)
                );
            else if (_observeLater)
                this.RegisterGrainTimer(_ => Observe([]), new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        }

        // what ran out of date with it, or has nothing to be deployed to any more, is not held on
        if (Service is { Held: { } held } after)
            await Reconsider(after, held);
    }

    public async Task Observe(ImmutableArray<StopRequest> stops)
    {
        if (Service is not { } service || service.Status is ServiceStatus.Terminated)
            return;
        await ReadOpen();
        _observeLater = _slots.Running is not null;
        if (_slots.Running is not null)
            return;

        var reply = await GrainFactory.GetGrain<IEngineGrain>(service.Settings.Engine).ListContainers(Uuid);
        if (reply.Objection is { } objection)
            throw new EngineException(EngineFault.Unreachable, objection);
        var containers = reply.Containers;
        var status = ContainerViewMapper.GetStatus(service, containers);
        _stopRequested =
            stops.Any(stop => service.IsStoppedByHand(stop, containers)) || (_stopRequested && status != ServiceStatus.Running);
        var seen = service.Observe(containers, _stopRequested, time.GetUtcNow());
        if (seen.DiffersInContainers(service))
            await Write(seen);
    }

    public async Task MarkEngineLost()
    {
        _stopRequested = false;
        if (Service is { StoppedByHand: true } service)
            await Write(service with { StoppedByHand = false });
    }

    public async Task RestartAfterEngineLoss()
    {
        await ReadOpen();
        _restartAfterEngineLossLater = _slots.Running is not null;
        if (_slots.Running is not null)
            return;
        await Observe([]);
        if (Service is { WantsToRun: true, StoppedByHand: false, Status: ServiceStatus.PartlyRunning or ServiceStatus.Stopped })
            await Begin(
                new StartCommand
                {
                    Cause = new DeploymentCause { Kind = CauseKind.Engine, Text = "the engine was away, and what ran stopped with it" },
                }
            );
    }

    public async Task Resume()
    {
        _slots.Forget();
        await ReadOpen();
        if (_slots.Running is not null)
            await Run(_slots.Running);
    }

    public async Task Forget()
    {
        if (Service is not { Status: ServiceStatus.Terminated })
            return;
        await _store.Remove(default);
        DeactivateOnIdle();
    }

    public async Task HandOver()
    {
        await _store.HandOver(default);
        if (Service is null)
            DeactivateOnIdle();
    }

    /// <summary>Makes the volumes that the settings name the service's; answers why not, if another one has one of them.</summary>
    private async Task<ServiceReply?> Attach(Service service, ServiceSettings settings)
    {
        foreach (var binding in settings.Container.Bindings.Where(b => b.Volume is not null))
            if (
                await ledger.FindVolume(settings.Engine, binding.Volume!, default) is not { } volume
                || !await ledger.AttachVolume(volume.Uuid, service.Uuid, service.Name, binding.ContainerPath, default)
            )
                return ServiceReply.Refuse(
                    RefusalKind.Conflict,
                    $"`bindings` names the volume {binding.Volume}, which is gone or belongs to another service.",
                    Service
                );
        return null;
    }

    private static ServiceReply NotFound() => ServiceReply.Refuse(RefusalKind.NotFound, "There is no service with this uuid.");

    private Deployment CreateDeployment(Operation operation, DeploymentCause cause) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            ServiceId = Uuid,
            Operation = operation,
            State = DeploymentState.Pending,
            Cause = cause,
            Repository = Service?.Settings.Git?.Url,
            Engine = Service?.Settings.Engine ?? EngineNames.Local,
            Created = time.GetUtcNow(),
        };

    private async Task<JudgeDecision> Decide(Service service, Push push, PushedCommit? commit) =>
        push.IsGit
            ? Judge.Decide(service, push, commit, null) ?? Judge.Decide(service, push, commit, await FindCommitRelations(service, commit!))!
            : Judge.Decide(service, push, _slots.FindDigest(push.Digest), _slots.FindTag());

    /// <summary>What differs from what runs, and how the commit stands to the newest that is about to run.</summary>
    private async Task<CommitRelations> FindCommitRelations(Service service, PushedCommit commit)
    {
        var remote = await ledger.Resolve(service.Organization, service.Settings.Git!, default);
        var running = await Compare(service.Current?.Commit);
        var deploying = _slots.FindCommit();
        var relation = deploying is null ? GitRelation.Unknown : (await Compare(deploying)).Relation;
        var back = service.RolledBackFrom?.Commit is { } from ? (await Compare(from)).Relation : GitRelation.Unknown;
        var held = service.Held?.Version.Commit is { } holding ? (await Compare(holding)).Relation : GitRelation.Unknown;
        return new CommitRelations(running, deploying, relation, back, held);

        async Task<GitDifference> Compare(string? from)
        {
            var unknown = new GitDifference(null, GitRelation.Unknown);
            try
            {
                return from is null ? unknown : await git.Compare(remote, from, commit.Id!, default);
            }
            catch (GitException failure)
            {
                LogNotCompared(Uuid, failure.Message);
                return unknown;
            }
        }
    }

    /// <summary>A newer version is there for the taking.</summary>
    private async Task Remember(Push push, PushedCommit? commit)
    {
        var service = Service!;
        var remembered = service.Remember(service.CreateVersion(push, commit));
        if (remembered != service)
            await Write(remembered);
    }

    private async Task CancelWaiting(Deployment waiting, string line, string result)
    {
        await ledger.AppendLog(waiting.Uuid, [line], default);
        waiting = waiting with { State = DeploymentState.Canceled, Result = result, Ended = time.GetUtcNow() };
        await EnsureRecorded(ledger.UpdateDeployment(waiting, default));
        AutoDeployMetrics.RecordEnded(waiting);
    }

    /// <summary>At most one runs and one waits; a newer one takes the waiting one's place (in the ledger it has already).</summary>
    private async Task Enqueue(Deployment deployment)
    {
        if (_slots.Running is null)
        {
            await Run(deployment);
            return;
        }

        if (_slots.Waiting is { } old)
        {
            await ledger.AppendLog(old.Uuid, ["Superseded by a newer push before it began."], default);
            AutoDeployMetrics.RecordEnded(old with { State = DeploymentState.Canceled });
        }

        _slots.Waiting = deployment;

        // what is still being built is out of date; not twice in a row, or pushes that come faster than builds would starve each other
        if (_slots.FindOutdated() is { } outdated)
            await TryRun(() => GrainFactory.GetDeploymentGrain(outdated).Supersede());
    }

    /// <summary>Terminates without the engine.</summary>
    private async Task GiveUp(Deployment deployment)
    {
        _slots.Running = deployment;
        var now = time.GetUtcNow();
        var result =
            $"{Service!.Name} is terminated. The engine \"{deployment.Engine}\" does not answer: what the service has there is left.";
        await ledger.AppendLog(deployment.Uuid, [result], default);
        if (deployment.RemoveVolumes)
            await ledger.MarkForRemoval([.. (await ledger.ListVolumesOfService(Uuid, default)).Select(volume => volume.Uuid)], default);
        await Complete(
            new DeploymentOutcome
            {
                Deployment = deployment with { State = DeploymentState.Success, Started = now, Ended = now, Result = result },
            }
        );
    }

    /// <summary>
    /// Has a deployment begun that the ledger has. Who asked for it has got it, also while nobody can be found to work on it (a silo has
    /// just
    /// gone, say) or nothing more can be written: that is tried again until it can.
    /// </summary>
    private async Task Run(Deployment deployment)
    {
        _slots.Running = deployment;
        if (!await TryRun(() => Start(deployment)))
            ScheduleRetry();
    }

    private async Task Start(Deployment deployment)
    {
        await SetStatus(OperationRules.GetStatusDuring(deployment.Operation));
        await GrainFactory.GetDeploymentGrain(deployment).Run();
    }

    private void ScheduleRetry() =>
        _retryTimer ??= this.RegisterGrainTimer(_ => OnRetryTimer(), new GrainTimerCreationOptions(RetryDelay, RetryDelay));

    /// <summary>What could not be done before: what is open is begun, or it is told that nothing is.</summary>
    private async Task OnRetryTimer()
    {
        var done = await TryRun(async () =>
        {
            await ReadOpen();
            if (_slots.Running is { } deployment)
                await Start(deployment);
            else if (Service is { } idle)
                await SetStatus(idle.Status);
        });
        if (!done)
            return;
        _retryTimer?.Dispose();
        _retryTimer = null;
    }

    /// <summary>
    /// Waits for what is written of deployments. When that fails, whether it was written is not known: what is open is read again.
    /// </summary>
    private async Task EnsureRecorded(Task writing)
    {
        try
        {
            await writing;
        }
        catch
        {
            _slots.Forget();
            throw;
        }
    }

    /// <summary>False when it is to be tried again: a grain or the ledger cannot be reached at the moment.</summary>
    private async Task<bool> TryRun(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception failure)
            when (failure
                    is TimeoutException
                        or LedgerException { IsUnavailable: true }
                        or (OrleansException and not InconsistentStateException)
            )
        {
            LogNotTold(Uuid, failure.Message);
            return false;
        }
    }

    private async Task SetStatus(ServiceStatus status)
    {
        if (Service is not { } service)
            return;
        if (service.Status != status)
            await Write(service with { Status = status });
        else
            await _store.HandOver(default);
    }

    private async Task ReadOpen()
    {
        if (!_slots.AreKnown)
            _slots.Fill(await ledger.ListOpenDeployments(Uuid, default));
    }

    private async Task Write(Service service)
    {
        await _store.Write(service);
        await _store.HandOver(default);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Service {Service}: failed to determine the files that a push changes: {Reason}")]
    private partial void LogNotCompared(Guid service, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Service {Service}: failed to start its deployment: {Reason}")]
    private partial void LogNotTold(Guid service, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Service {Service}: {Operation} {Deployment} ended: {State}. {Result}")]
    private partial void LogEnded(Guid service, Guid deployment, Operation operation, DeploymentState state, string result);
}
