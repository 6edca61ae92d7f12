using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments;

/// <summary>
/// Brings a service's containers to a version. Slot by slot a new container is started beside the old one, proven and given the
/// service's name; the old ones serve on until all new ones are proven, and only then go. Every step finds out from the engine what has
/// already happened, so that the whole can be begun again after a crash at any point.
/// </summary>
internal sealed class Rollout(
    IEngine engine,
    TimeProvider time,
    Service service,
    ServiceVersion version,
    EngineImage image,
    Func<int, ContainerSpec> spec,
    Progress progress,
    bool engineWasAway,
    CancellationToken stop)
{
    /// <summary>After an old container has lost its name, so long clients that know its address still find it serving.</summary>
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    /// <summary>So long after the first containers the engine may go, when all is shut down together.</summary>
    private static readonly TimeSpan GoingDown = TimeSpan.FromSeconds(20);

    /// <summary>Lines of a failed container that go into the log.</summary>
    private const int LastLines = 50;

    private readonly Proof _proof = new(engine, time);
    private readonly string[] _aliases = [service.Name];
    private readonly bool _stopFirst = ContainerPlan.StopFirst(service.Settings);

    /// <summary>Containers that ran when the deployment began.</summary>
    private readonly HashSet<string> _ran = [.. service.Containers.Where(c => c.Running).Select(c => c.Id)];

    private TimeSpan StopTimeout => TimeSpan.FromSeconds(service.Settings.StopTimeout);

    /// <summary>Puts a new container into every slot. The old ones are still there afterwards.</summary>
    public async Task Replace(CancellationToken cancellationToken)
    {
        for (var slot = 1; slot <= service.Settings.TargetContainers; slot++)
        {
            await Replace(slot, cancellationToken);
            CountProven(slot);
        }
    }

    /// <summary>Starts what is there of the version, and makes what is missing; touches nothing that runs.</summary>
    public async Task Complete(CancellationToken cancellationToken)
    {
        for (var slot = 1; slot <= service.Settings.TargetContainers; slot++)
        {
            var containers = (await engine.List(service.Uuid, cancellationToken)).Where(c => c.Labels.Slot == slot).ToList();
            var container = containers.FirstOrDefault(c => c.Runs) ?? containers.FirstOrDefault(c => c.State is not EngineContainerState.Removing);
            if (container is null || container.Labels.Deployment == progress.Deployment.Uuid)
            {
                await Replace(slot, cancellationToken);
            }
            else if (!container.Runs)
            {
                await progress.Log($"Starting {container.Name}.");
                await engine.Start(container.Id, cancellationToken);
                await Prove(container, cancellationToken);
                await progress.ThrowIfTakenOver(cancellationToken);
                await engine.Expose(container.Id, _aliases, cancellationToken);
            }
        }
    }

    /// <summary>Takes everything back that <see cref="Replace(CancellationToken)"/> or <see cref="Complete"/> did: the old containers serve as before.</summary>
    public async Task GoBack(CancellationToken cancellationToken)
    {
        var containers = await engine.List(service.Uuid, cancellationToken);
        var fresh = containers.Where(c => c.Labels.Deployment == progress.Deployment.Uuid).ToList();
        var old = containers.Where(c => c.Labels.Deployment != progress.Deployment.Uuid).ToList();

        // a port of the host is free again only when the new container is gone
        if (_stopFirst)
            await Remove(fresh, cancellationToken);
        if (progress.Deployment.Operation == Operation.Redeploy)
        {
            foreach (var container in old)
            {
                // it had to stop first, or while the new one baked, or the engine went down meanwhile; one that was down before stays so
                if (!container.Runs && (_stopFirst || _ran.Contains(container.Id)) && service.WantsToRun && !service.StoppedByHand)
                    await StartAgain(container, cancellationToken);

                await engine.Expose(container.Id, _aliases, cancellationToken);
            }
        }

        // what a failed start started is stopped again, so that the service is in the state in which it was
        if (progress.Deployment.Operation == Operation.Start && !service.WantsToRun)
        {
            foreach (var container in old.Where(c => c.Runs))
                await engine.Stop(container.Id, StopTimeout, cancellationToken);
        }

        if (!_stopFirst)
            await Remove(fresh, cancellationToken);
    }

    /// <summary>Lets the old containers go: SIGTERM, the stop timeout, removal. Then the new ones take the plain names.</summary>
    public async Task Retire(CancellationToken cancellationToken)
    {
        await StopAndRemove(await WithdrawOld(cancellationToken), cancellationToken);
        await Rename(cancellationToken);
    }

    /// <summary>Stops the old containers, and keeps them.</summary>
    public async Task StandDown(CancellationToken cancellationToken) =>
        await Task.WhenAll((await WithdrawOld(cancellationToken)).Where(c => c.Runs).Select(c => Stop(c, cancellationToken)));

    /// <summary>The new containers as they are now.</summary>
    public async Task<IReadOnlyList<EngineContainer>> Fresh(CancellationToken cancellationToken) =>
        [.. (await engine.List(service.Uuid, cancellationToken)).Where(c => c.Labels.Deployment == progress.Deployment.Uuid)];

    /// <summary>Starts new containers again that served and are down, by no fault of theirs.</summary>
    public async Task Revive(CancellationToken cancellationToken)
    {
        foreach (var container in (await Fresh(cancellationToken)).Where(c => !c.Runs))
        {
            await StartAgain(container, cancellationToken);
            await Prove(container, cancellationToken);
        }
    }

    /// <summary>Gives new containers the plain names; where somebody else has one, the container keeps the longer name.</summary>
    public async Task Rename(CancellationToken cancellationToken)
    {
        foreach (var container in await Fresh(cancellationToken))
            await engine.Rename(container.Id, ContainerPlan.Name(service, container.Labels.Slot), cancellationToken);
    }

    /// <summary>Removes the containers of slots that are no longer wanted.</summary>
    public async Task Shrink(CancellationToken cancellationToken)
    {
        var surplus = (await engine.List(service.Uuid, cancellationToken)).Where(c => c.Labels.Slot > service.Settings.TargetContainers).ToList();
        if (surplus.Count == 0)
            return;
        foreach (var container in surplus.Where(c => c.Runs))
            await engine.Withdraw(container.Id, _aliases, cancellationToken);
        await Task.Delay(Drain, time, cancellationToken);
        await StopAndRemove(surplus, cancellationToken);
    }

    private async Task Replace(int slot, CancellationToken cancellationToken)
    {
        stop.ThrowIfCancellationRequested();
        var all = await engine.List(service.Uuid, cancellationToken);
        var mine = all.FirstOrDefault(c => c.Labels.Slot == slot && c.Labels.Deployment == progress.Deployment.Uuid);
        var old = all.Where(c => c.Labels.Slot == slot && c.Labels.Deployment != progress.Deployment.Uuid).ToList();

        if (engineWasAway && !_stopFirst && service.WantsToRun)
        {
            foreach (var container in old.Where(c => !c.Runs && _ran.Contains(c.Id)))
                await engine.Start(container.Id, cancellationToken);
        }

        // when nobody else serves the name there is nobody to protect, and the name can lead to the new container from the start
        var alone = _stopFirst || !all.Any(c => c.Runs && c != mine);
        if (mine is not null && !alone && mine.Runs && mine.Aliases.Contains(service.Name))
        {
            // it got the name because it was proven, before a crash
            Proof.ThrowIfDown(mine);
        }
        else
        {
            var plan = spec(slot) with { Aliases = alone ? _aliases : [] };
            var id = mine?.Id ?? await engine.Create(plan, cancellationToken);
            if (_stopFirst)
            {
                foreach (var container in old.Where(c => c.Runs))
                {
                    await progress.Log($"Stopping {container.Name} first: the new container needs the same port of the host.");
                    await engine.Stop(container.Id, StopTimeout, cancellationToken);
                }
            }

            if (mine is null || mine.State == EngineContainerState.Created || (engineWasAway && !mine.Runs))
            {
                var beside = old.FirstOrDefault(c => c.Runs) is { } running && !_stopFirst ? $" beside {running.Name}" : "";
                await progress.Log($"Starting {plan.Name} with {version}{beside}.");
                await engine.Start(id, cancellationToken);
            }
            else
            {
                // a crash while it was given the name left it off the network, where no check can reach it
                await engine.Expose(id, plan.Aliases, cancellationToken);
            }

            mine = (await engine.Find(id, cancellationToken)) ?? throw new DeploymentFailedException("The new container was removed by somebody.");
            await Prove(mine, cancellationToken);
        }

        await progress.ThrowIfTakenOver(cancellationToken);
        await engine.Expose(mine.Id, _aliases, cancellationToken);
        foreach (var container in old.Where(c => c.Runs && !_stopFirst))
            await engine.Withdraw(container.Id, _aliases, cancellationToken);
        await progress.Log(old.Count == 0 ? $"{mine.Name} serves as {service.Name}." : $"Switched: {service.Name} leads to {mine.Name}.");
    }

    /// <summary>So many new containers are proven.</summary>
    public void CountProven(int containers) =>
        progress.Numbers = progress.Numbers with { ContainersProven = containers, ContainersWanted = service.Settings.TargetContainers };

    private async Task Prove(EngineContainer container, CancellationToken cancellationToken)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop);
            var how = await _proof.Wait(container.Id, service.Settings, image.HealthCheck, either.Token);
            await progress.Log($"{container.Name} {how}.");
        }
        catch (DeploymentFailedException)
        {
            await WaitIfEngineGoes(cancellationToken);
            await LogLastLines(container, cancellationToken);
            throw;
        }
    }

    /// <summary>
    /// An engine that is shut down stops all containers before it stops to answer: that is not the new version's fault. Where the whole machine
    /// is shut down containers may even go first; when old ones went down too, it may be that.
    /// </summary>
    /// <exception cref="EngineException">The engine goes.</exception>
    private async Task WaitIfEngineGoes(CancellationToken cancellationToken)
    {
        await engine.ThrowIfGoing(cancellationToken);
        if (_stopFirst || !(await engine.List(service.Uuid, cancellationToken)).Any(c => c.Labels.Deployment != progress.Deployment.Uuid && !c.Runs && _ran.Contains(c.Id)))
            return;
        var begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) < GoingDown)
        {
            await Task.Delay(Proof.Pace, time, cancellationToken);
            await engine.ThrowIfGoing(cancellationToken);
        }
    }

    /// <summary>What a container wrote last goes into the log.</summary>
    public async Task LogLastLines(EngineContainer container, CancellationToken cancellationToken)
    {
        var lines = await engine.Logs(container.Id, LastLines, cancellationToken);
        await progress.Log(lines.Count == 0 ? $"{container.Name} wrote nothing." : $"The last lines of {container.Name}:");
        foreach (var line in lines)
            await progress.Log($"  | {line}");
    }

    private Task StopAndRemove(IReadOnlyList<EngineContainer> containers, CancellationToken cancellationToken) =>
        Task.WhenAll(containers.Select(async container =>
        {
            if (container.Runs)
                await Stop(container, cancellationToken);
            await engine.Remove(container.Id, cancellationToken);
            await progress.Log($"{container.Name} is gone.");
        }));

    private async Task StartAgain(EngineContainer container, CancellationToken cancellationToken)
    {
        await progress.Log($"Starting {container.Name} again.");
        await engine.Start(container.Id, cancellationToken);
    }

    private async Task Stop(EngineContainer container, CancellationToken cancellationToken)
    {
        await progress.Log($"Stopping {container.Name}.");
        await engine.Stop(container.Id, StopTimeout, cancellationToken);
    }

    /// <summary>The old containers, after nobody asks them any more.</summary>
    private async Task<List<EngineContainer>> WithdrawOld(CancellationToken cancellationToken)
    {
        var old = (await engine.List(service.Uuid, cancellationToken)).Where(c => c.Labels.Deployment != progress.Deployment.Uuid).ToList();
        if (!_stopFirst && old.Any(c => c.Runs))
        {
            foreach (var container in old.Where(c => c.Runs))
                await engine.Withdraw(container.Id, _aliases, cancellationToken);
            await Task.Delay(Drain, time, cancellationToken);
            await progress.ThrowIfTakenOver(cancellationToken);
        }

        return old;
    }

    private async Task Remove(IEnumerable<EngineContainer> containers, CancellationToken cancellationToken)
    {
        foreach (var container in containers)
        {
            await engine.Remove(container.Id, cancellationToken);
            await progress.Log($"{container.Name} is removed.");
        }
    }
}
