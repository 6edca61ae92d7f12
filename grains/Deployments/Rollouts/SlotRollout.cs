using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments.Rollouts;

/// <summary>
/// The rollout on one Docker host. Slot by slot a new container is started beside the old one, proven and given the service's name; the old
/// ones serve on until all new ones are proven, and only then go.
/// </summary>
internal sealed class SlotRollout : IRollout
{
    /// <summary>After an old container has lost its name, so long clients that know its address still find it serving.</summary>
    private static readonly TimeSpan DrainDelay = TimeSpan.FromSeconds(2);

    /// <summary>So long after the first containers the engine may go, when all is shut down together.</summary>
    private static readonly TimeSpan EngineShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Lines of a failed container that go into the log.</summary>
    private const int MaxLastLines = 50;

    private readonly DeploymentContext _context;
    private readonly ServiceReferences _references;
    private readonly IEngine _engine;
    private readonly IContainerEngine _containers;
    private readonly ServiceVolumes _volumes;
    private readonly TimeProvider _time;
    private readonly Service _service;
    private readonly ReadinessProbe _readiness;
    private readonly CommandContainer _commands;
    private readonly string[] _aliases;

    /// <summary>Ids of old containers that must not run while a new one does.</summary>
    private readonly HashSet<string> _stoppedFirstIds = [];

    private bool _isOverlapLogged;

    /// <summary>Ids of the containers that ran when the deployment began.</summary>
    private readonly HashSet<string> _startedContainerIds;

    public SlotRollout(DeploymentContext context, IContainerEngine engine, ServiceVolumes volumes, ServiceReferences references)
    {
        _context = context;
        _references = references;
        _engine = context.Engine;
        _containers = engine;
        _volumes = volumes;
        _time = context.Tools.Time;
        _service = context.Service;
        _readiness = new ReadinessProbe(_engine, _time);
        _commands = new CommandContainer(
            context,
            engine,
            async (name, command, token) => ContainerSpecFactory.CreateCommandSpec((await PlanSlot(1, token)).Spec, name, command)
        );
        _aliases = [_service.Name];
        _startedContainerIds = [.. _service.Containers.Where(container => container.Running).Select(container => container.Id)];
    }

    private Guid DeploymentId => _context.Deployment.Uuid;

    /// <summary>Puts a new container into every slot. The old ones are still there afterwards.</summary>
    public async Task Replace(CancellationToken cancellationToken)
    {
        for (var slot = 1; slot <= _service.Settings.TargetContainers; slot++)
        {
            await Replace(slot, cancellationToken);
            ReportProven(slot);
        }
    }

    /// <summary>Starts what is there of the version, and makes what is missing; touches nothing that runs.</summary>
    public async Task Complete(CancellationToken cancellationToken)
    {
        for (var slot = 1; slot <= _service.Settings.TargetContainers; slot++)
        {
            var containers = (await _engine.List(_service.Uuid, cancellationToken)).Where(c => c.Labels.Slot == slot).ToList();
            var container =
                containers.FirstOrDefault(c => c.IsUp) ?? containers.FirstOrDefault(c => c.State is not EngineContainerState.Removing);
            if (container is null || container.Labels.DeploymentId == DeploymentId)
            {
                await Replace(slot, cancellationToken);
            }
            else if (!container.IsUp)
            {
                await _context.Log($"Starting {container.Name}.");
                await _containers.Start(container.Id, cancellationToken);
                await WaitUntilReady(container, cancellationToken);
                await _context.ThrowIfFenced(cancellationToken);
                await _containers.Expose(container.Id, _aliases, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Takes everything back that <see cref="Replace(CancellationToken)"/> or <see cref="Complete"/> did: the old containers serve as
    /// before.
    /// </summary>
    public async Task GoBack(CancellationToken cancellationToken)
    {
        var containers = await _engine.List(_service.Uuid, cancellationToken);
        var fresh = containers.Where(c => c.Labels.DeploymentId == DeploymentId).ToList();
        var old = containers.Where(c => c.Labels.DeploymentId != DeploymentId).ToList();

        // a port of the host is free again, and a volume nobody's, only when the new container is gone
        _stoppedFirstIds.UnionWith(
            old.Where(other => fresh.Any(one => GetObjection(one.Labels.Slot, one.Mounts, other) is not null)).Select(other => other.Id)
        );
        var isApart = _stoppedFirstIds.Count > 0;
        if (isApart)
        {
            // what it writes to is used again: it may end in order
            await Task.WhenAll(fresh.Where(c => c.IsUp).Select(c => _containers.Stop(c.Id, _context.StopTimeout, cancellationToken)));
            await Remove(fresh, cancellationToken);
        }

        if (_context.Deployment.Operation == Operation.Redeploy)
        {
            foreach (var container in old)
            {
                // it had to stop first, or while the new one baked, or the engine went down meanwhile; one that was down before stays so
                if (
                    !container.IsUp
                    && (_stoppedFirstIds.Contains(container.Id) || _startedContainerIds.Contains(container.Id))
                    && _service.WantsToRun
                    && !_service.StoppedByHand
                )
                    await StartAgain(container, cancellationToken);

                await _containers.Expose(container.Id, _aliases, cancellationToken);
            }
        }

        // what a failed start started is stopped again, so that the service is in the state in which it was
        if (_context.Deployment.Operation == Operation.Start && !_service.WantsToRun)
        {
            foreach (var container in old.Where(c => c.IsUp))
                await _containers.Stop(container.Id, _context.StopTimeout, cancellationToken);
        }

        if (!isApart)
            await Remove(fresh, cancellationToken);
    }

    /// <summary>Lets the old containers go: SIGTERM, the stop timeout, removal. Then the new ones take the plain names.</summary>
    public async Task Retire(CancellationToken cancellationToken)
    {
        await _volumes.Load(cancellationToken);
        await StopAndRemove(await WithdrawOld(cancellationToken), cancellationToken);
        await Rename(cancellationToken);
    }

    /// <summary>Stops the old containers, and keeps them.</summary>
    public async Task StopOld(CancellationToken cancellationToken) =>
        await Task.WhenAll((await WithdrawOld(cancellationToken)).Where(c => c.IsUp).Select(c => Stop(c, cancellationToken)));

    /// <summary>The new containers as they are now.</summary>
    public async Task<IReadOnlyList<EngineContainer>> ListNew(CancellationToken cancellationToken) =>
        [.. (await _engine.List(_service.Uuid, cancellationToken)).Where(c => c.Labels.DeploymentId == DeploymentId)];

    /// <summary>Starts new containers again that served and are down, by no fault of theirs.</summary>
    public async Task RestartNew(CancellationToken cancellationToken)
    {
        foreach (var container in (await ListNew(cancellationToken)).Where(c => !c.IsUp))
        {
            await StartAgain(container, cancellationToken);
            await WaitUntilReady(container, cancellationToken);
        }
    }

    public Task<string?> RemoveOldVolumes(CancellationToken cancellationToken) =>
        _volumes.DropOutdated(_context.Version!, cancellationToken);

    public Task<string?> RemoveNewVolumes(CancellationToken cancellationToken) => _volumes.DropNew(cancellationToken);

    public async Task Stop(CancellationToken cancellationToken) =>
        await Task.WhenAll(
            (await _engine.List(_service.Uuid, cancellationToken)).Where(c => c.IsUp).Select(c => Stop(c, cancellationToken))
        );

    public async Task<string?> Terminate(CancellationToken cancellationToken)
    {
        await StopAndRemove(await _engine.List(_service.Uuid, cancellationToken), cancellationToken);
        return await _volumes.Release(cancellationToken);
    }

    public Task<string?> RunCommand(ServiceCommand command, CancellationToken stop, CancellationToken cancellationToken) =>
        _commands.Run(command, stop, cancellationToken);

    public Task RemoveCommands(CancellationToken cancellationToken) => _commands.Remove(cancellationToken);

    /// <summary>Gives new containers the plain names; where somebody else has one, the container keeps the longer name.</summary>
    public async Task Rename(CancellationToken cancellationToken)
    {
        foreach (var container in await ListNew(cancellationToken))
            await _containers.Rename(container.Id, ContainerNames.Plain(_service.Name, container.Labels.Slot), cancellationToken);
    }

    /// <summary>Removes the containers of slots that are no longer wanted.</summary>
    public async Task RemoveSurplus(CancellationToken cancellationToken)
    {
        var surplus = (await _engine.List(_service.Uuid, cancellationToken))
            .Where(c => c.Labels.Slot > _service.Settings.TargetContainers)
            .ToList();
        if (surplus.Count == 0)
            return;
        foreach (var container in surplus.Where(c => c.IsUp))
            await _containers.Withdraw(container.Id, _aliases, cancellationToken);
        await Task.Delay(DrainDelay, _time, cancellationToken);
        await StopAndRemove(surplus, cancellationToken);
    }

    private async Task Replace(int slot, CancellationToken cancellationToken)
    {
        _context.StopToken.ThrowIfCancellationRequested();
        var all = await _engine.List(_service.Uuid, cancellationToken);
        var mine = all.FirstOrDefault(c => c.Labels.Slot == slot && c.Labels.DeploymentId == DeploymentId);
        var old = all.Where(c => c.Labels.Slot == slot && c.Labels.DeploymentId != DeploymentId).ToList();

        var plan = await PlanSlot(slot, cancellationToken);
        if (mine is not null && !HasAllVolumes(mine, plan.Spec.Mounts))
        {
            // a version of AutoDeploy made it that let the data of a declared path go: nobody has been served by it yet
            await Remove([mine], cancellationToken);
            mine = null;
        }

        var first = FindStopFirst(plan, slot, old, all);
        await LogOverlap(plan, old, first);
        if (_context.EngineWasAway && _service.WantsToRun)
        {
            foreach (var container in old.Where(c => !c.IsUp && _startedContainerIds.Contains(c.Id) && !_stoppedFirstIds.Contains(c.Id)))
                await _containers.Start(container.Id, cancellationToken);
        }

        // when nobody else serves the name there is nobody to protect, and the name can lead to the new container from the start
        var alone = !all.Any(c => c.IsUp && c.Id != mine?.Id && !_stoppedFirstIds.Contains(c.Id));
        if (mine is not null && !alone && mine.IsUp && mine.Aliases.Contains(_service.Name))
        {
            // it got the name because it was proven, before a crash
            ReadinessProbe.ThrowIfDown(mine);
        }
        else
        {
            var spec = plan.Spec with { Aliases = alone ? _aliases : [] };
            if (mine is null)
                await _volumes.Tell(spec.Name, plan.Volumes, cancellationToken);
            var id = mine?.Id ?? await _containers.Create(spec, cancellationToken);
            foreach (var (container, why) in first.Where(c => c.Container.IsUp))
            {
                await _context.Log($"Stopping {container.Name} first: {why}.");
                await _containers.Stop(container.Id, _context.StopTimeout, cancellationToken);
            }

            if (mine is null || mine.State == EngineContainerState.Created || (_context.EngineWasAway && !mine.IsUp))
            {
                var beside = old.FirstOrDefault(c => c.IsUp && !_stoppedFirstIds.Contains(c.Id)) is { } running
                    ? $" beside {running.Name}"
                    : "";
                await _context.Log($"Starting {spec.Name} with {_context.Version}{beside}.");
                await _containers.Start(id, cancellationToken);
            }
            else
            {
                // a crash while it was given the name left it off the network, where no check can reach it
                await _containers.Expose(id, spec.Aliases, cancellationToken);
            }

            mine =
                (await _engine.Find(id, cancellationToken))
                ?? throw new DeploymentFailedException("The new container was removed by somebody.");
            await WaitUntilReady(mine, cancellationToken);
        }

        await _context.ThrowIfFenced(cancellationToken);
        await _containers.Expose(mine.Id, _aliases, cancellationToken);
        foreach (var container in old.Where(c => c.IsUp && !_stoppedFirstIds.Contains(c.Id)))
            await _containers.Withdraw(container.Id, _aliases, cancellationToken);
        await _context.Log(old.Count == 0 ? $"{mine.Name} serves as {_service.Name}." : $"Switched: {_service.Name} leads to {mine.Name}.");
    }

    private static bool HasAllVolumes(EngineContainer container, IEnumerable<MountSpec> mounts) =>
        mounts
            .Where(mount => mount.Volume)
            .All(mount => container.Mounts.Any(has => has.IsVolume && has.Source == mount.Source && has.Path == mount.Target));

    /// <summary>
    /// The old containers that must not run beside the slot's new one, with the reasons: of the slot, and of a redeploy of all slots.
    /// </summary>
    private List<(EngineContainer Container, string Why)> FindStopFirst(
        SlotPlan plan,
        int slot,
        List<EngineContainer> old,
        IReadOnlyList<EngineContainer> all
    )
    {
        var found = new List<(EngineContainer, string)>();
        foreach (
            var container in _context.Deployment.Operation == Operation.Redeploy
                ? all.Where(c => c.Labels.DeploymentId != DeploymentId)
                : old
        )
        {
            if (GetObjection(slot, plan.Mounts, container) is not { } why)
                continue;
            _stoppedFirstIds.Add(container.Id);
            found.Add((container, why));
        }

        return found;
    }

    private string? GetObjection(int slot, IEnumerable<EngineMount> mounts, EngineContainer old) =>
        OverlapRule.FindObjection(_service.Settings, slot, mounts, old);

    /// <summary>Logs once whether old and new run side by side, and why.</summary>
    private async Task LogOverlap(SlotPlan plan, List<EngineContainer> old, List<(EngineContainer Container, string Why)> first)
    {
        if (_isOverlapLogged || _context.Deployment.Operation != Operation.Redeploy || old.Count == 0)
            return;
        _isOverlapLogged = true;
        var shared = old.Select(container => OverlapRule.FindSharedMount(plan.Mounts, container.Mounts))
            .FirstOrDefault(what => what is not null);
        await _context.Log(
            first.Count > 0 ? $"Old and new do not run side by side: {first[0].Why}."
            : shared is not null ? $"Old and new run side by side, since overlap is true, though both write to {shared}."
            : "Old and new run side by side: they share nothing that both write to."
        );
    }

    public void ReportProven(int containers) =>
        _context.Progress = _context.Progress with { ContainersProven = containers, ContainersWanted = _service.Settings.TargetContainers };

    private async Task WaitUntilReady(EngineContainer container, CancellationToken cancellationToken)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _context.StopToken);
            var how = await _readiness.Wait(container.Id, _service.Settings, _context.Image?.HealthCheck, either.Token);
            await _context.Log($"{container.Name} {how}.");
        }
        catch (DeploymentFailedException)
        {
            await WaitIfEngineShutsDown(cancellationToken);
            await LogLastLines(container, cancellationToken);
            throw;
        }
    }

    /// <summary>
    /// An engine that is shut down stops all containers before it stops to answer: that is not the new version's fault. Where the whole
    /// machine
    /// is shut down containers may even go first; when old ones went down too, it may be that.
    /// </summary>
    /// <exception cref="EngineException">The engine goes.</exception>
    private async Task WaitIfEngineShutsDown(CancellationToken cancellationToken)
    {
        await _engine.ThrowIfShuttingDown(cancellationToken);
        if (!(await _engine.List(_service.Uuid, cancellationToken)).Any(IsDownByOthers))
            return;
        var begun = _time.GetTimestamp();
        while (_time.GetElapsedTime(begun) < EngineShutdownTimeout)
        {
            await Task.Delay(ReadinessProbe.PollInterval, _time, cancellationToken);
            await _engine.ThrowIfShuttingDown(cancellationToken);
        }
    }

    private bool IsDownByOthers(EngineContainer container) =>
        container.Labels.DeploymentId != DeploymentId
        && !container.IsUp
        && _startedContainerIds.Contains(container.Id)
        && !_stoppedFirstIds.Contains(container.Id);

    /// <summary>What a container wrote last goes into the log.</summary>
    public async Task LogLastLines(EngineContainer container, CancellationToken cancellationToken)
    {
        var lines = await _engine.ReadLogs(container.Id, MaxLastLines, cancellationToken);
        await _context.Log(lines.Count == 0 ? $"{container.Name} wrote nothing." : $"The last lines of {container.Name}:");
        foreach (var line in lines)
            await _context.Log($"  | {line}");
    }

    private async Task<SlotPlan> PlanSlot(int slot, CancellationToken cancellationToken)
    {
        // a run that was resumed after the new version had taken over has not acquired the image again
        _context.Image ??= await _containers.FindImage(_context.Version!.Reference, cancellationToken);
        var lent = ContainerSpecFactory.Lent(_service, _references.VolumesFrom);
        var volumes = await _volumes.Assign(
            slot,
            _context.Image?.Volumes ?? [],
            [.. lent.Select(mount => mount.Path), .. _service.Settings.Container.Options.ListTemporaryPaths()],
            cancellationToken
        );
        var spec = ContainerSpecFactory.CreateSpec(
            _service,
            _context.Version!,
            slot,
            _context.Deployment,
            volumes,
            _references.VolumesFrom,
            _references.LinkedNames
        );
        return new SlotPlan(
            spec,
            volumes,
            [.. spec.Mounts.Select(mount => new EngineMount(mount.Volume, mount.Source, mount.Target, !mount.ReadOnly)), .. lent]
        );
    }

    private Task StopAndRemove(IReadOnlyList<EngineContainer> containers, CancellationToken cancellationToken) =>
        Task.WhenAll(
            containers.Select(async container =>
            {
                if (container.IsUp)
                    await Stop(container, cancellationToken);
                await _containers.Remove(container.Id, cancellationToken);
                await _context.Log($"{container.Name} is gone.");
            })
        );

    private async Task StartAgain(EngineContainer container, CancellationToken cancellationToken)
    {
        await _context.Log($"Starting {container.Name} again.");
        await _containers.Start(container.Id, cancellationToken);
    }

    private async Task Stop(EngineContainer container, CancellationToken cancellationToken)
    {
        await _context.Log($"Stopping {container.Name}.");
        await _containers.Stop(container.Id, _context.StopTimeout, cancellationToken);
    }

    /// <summary>The old containers, after nobody asks them any more.</summary>
    private async Task<List<EngineContainer>> WithdrawOld(CancellationToken cancellationToken)
    {
        var old = (await _engine.List(_service.Uuid, cancellationToken)).Where(c => c.Labels.DeploymentId != DeploymentId).ToList();
        if (old.Any(c => c.IsUp))
        {
            foreach (var container in old.Where(c => c.IsUp))
                await _containers.Withdraw(container.Id, _aliases, cancellationToken);
            await Task.Delay(DrainDelay, _time, cancellationToken);
            await _context.ThrowIfFenced(cancellationToken);
        }

        return old;
    }

    private async Task Remove(IEnumerable<EngineContainer> containers, CancellationToken cancellationToken)
    {
        foreach (var container in containers)
        {
            await _containers.Remove(container.Id, cancellationToken);
            await _context.Log($"{container.Name} is removed.");
        }
    }
}
