using System.Collections.Immutable;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments;

/// <summary>One run through a deployment's plan, from wherever it stands to its end.</summary>
/// <param name="engineWasAway">What is down may have been stopped with the engine.</param>
internal sealed class DeploymentRun(Service service, Progress progress, DeploymentTools tools, bool engineWasAway)
{
    /// <summary>For so long it is tried to remove what must not stay: a full disk, say, may be freed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The grain or the process ends.</summary>
    private CancellationToken _interrupted;

    private Deployment Deployment => progress.Deployment;

    private TimeSpan StopTimeout => TimeSpan.FromSeconds(service.Settings.StopTimeout);

    private int Generation => service.VolumeGeneration + (Deployment.ReuseVolumes ? 0 : 1);

    public Task<DeploymentOutcome> Do(CancellationToken cancellationToken)
    {
        _interrupted = cancellationToken;
        return Deployment.Operation switch
        {
            Operation.Stop => Stop(cancellationToken),
            Operation.Terminate => Terminate(cancellationToken),
            _ => Roll(cancellationToken),
        };
    }

    /// <summary>Redeploy, start and scale: get a version, bring containers to it, see how it keeps, tidy up.</summary>
    private async Task<DeploymentOutcome> Roll(CancellationToken cancellationToken)
    {
        IProvision provision = service.Settings.Git is { } git
            ? new BuiltImage(service, git, progress, tools)
            : new PulledImage(service, progress, tools);
        ServiceVersion? version = null;
        Rollout? rollout = null;
        CommandRun? commands = null;
        using var overdue = new CancellationTokenSource(TimeLeft(), tools.Time);
        using var stoppable = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, progress.Interruptions.Canceled, overdue.Token);

        // from there the way leads to the end, whoever wants what
        var stop = Deployment.Step is Steps.Back or Steps.Retire ? cancellationToken : stoppable.Token;
        try
        {
            var begun = !Steps.OnlyPrepare(Deployment.Step) && Deployment.Step != Steps.Retire;
            if (!begun)
                stop.ThrowIfCancellationRequested();
            version = Deployment.Operation != Operation.Redeploy && service.Current is { } current ? current : await provision.Resolve(begun ? cancellationToken : stop);
            if (Deployment is { Cause.Kind: CauseKind.Push, Step: Steps.Resolve or "" } && await provision.NothingToDo(version, stop) is { } reason)
                return await Success(reason, null, cancellationToken);

            // what was made before a crash has to be taken back, whatever comes in between from here on: that takes the plan
            if (begun)
                (rollout, commands) = await Plan(version, new EngineImage("", null), cancellationToken, cancellationToken);
            if (Deployment.Step == Steps.Back)
                throw new DeploymentFailedException(Deployment.Result);
            stop.ThrowIfCancellationRequested();

            if (Deployment.Step == Steps.Retire)
            {
                // the new containers serve, whether or not their image can still be had
                (rollout, commands) = await Plan(version, new EngineImage("", null), cancellationToken, cancellationToken);
            }
            else
            {
                (version, var image) = await provision.Provide(version, stop);
                (rollout, commands) = await Plan(version, image, stop, cancellationToken);
            }

            if (Deployment.Step is not (Steps.Bake or Steps.Group or Steps.Retire))
            {
                if (Deployment.Step != Steps.Replace && service.Settings.Git is not null)
                    progress.Superseded.ThrowIfCancellationRequested();
                if (Deployment.Step != Steps.Replace && Renews)
                    await commands.Pre(stop, cancellationToken);

                // whoever sees the step sees the numbers with it
                if (Deployment.Operation == Operation.Redeploy)
                    rollout.CountProven(0);
                await progress.At(Steps.Replace, cancellationToken);
                await (Deployment.Operation == Operation.Redeploy ? rollout.Replace(cancellationToken) : rollout.Complete(cancellationToken));
                stop.ThrowIfCancellationRequested();
            }

            if (Deployment.Step != Steps.Retire)
            {
                if (Bakes && Deployment.Step != Steps.Group)
                    await new Bake(service, progress, rollout, tools).Run(cancellationToken);
                await new GroupWait(service, progress, rollout, tools).Run(engineWasAway, stop, cancellationToken);
                await progress.At(Steps.Retire, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested
            && (stoppable.IsCancellationRequested || progress.Superseded.IsCancellationRequested))
        {
            return progress.Interruptions.Canceled.IsCancellationRequested
                    ? await TakeBack(DeploymentState.Canceled, $"Canceled by {progress.Interruptions.CanceledBy}.", rollout, commands, version, cancellationToken)
                : overdue.IsCancellationRequested
                    ? await TakeBack(DeploymentState.Failed, $"It was not through within {service.Settings.Limits.Whole} s.", rollout, commands, version, cancellationToken)
                : await TakeBack(DeploymentState.Canceled, "Superseded by a newer push while it was being built.", rollout, commands, version, cancellationToken);
        }
        catch (Exception failure) when (Sentence(failure) is { } sentence)
        {
            var canceled = Deployment is { Step: Steps.Back, CancelAsked: not null };
            var outcome = await TakeBack(canceled ? DeploymentState.Canceled : DeploymentState.Failed, sentence, rollout, commands, version, cancellationToken);
            return failure is DeploymentFailedException { Blameless: true } ? outcome with { Failed = null } : outcome;
        }

        return await Finish(rollout, commands, version, cancellationToken);
    }

    /// <summary>A first version has nothing to go back to, and one that is what ran before needs no trial.</summary>
    private bool Bakes => service.Settings.BakeSeconds > 0 && Deployment.Operation == Operation.Redeploy && service.Current is not null;

    /// <summary>It brings a version, rather than more or again of the one that is there.</summary>
    private bool Renews => Deployment.Operation == Operation.Redeploy || (Deployment.Operation == Operation.Start && service.Current is null);

    /// <summary>Of the time for the whole. A clock that was put back gives no more than there was.</summary>
    private TimeSpan TimeLeft()
    {
        var whole = TimeSpan.FromSeconds(service.Settings.Limits.Whole + (Bakes ? service.Settings.BakeSeconds : 0));
        var left = (Deployment.Started ?? tools.Time.GetUtcNow()) + whole - tools.Time.GetUtcNow();
        return left < TimeSpan.Zero ? TimeSpan.Zero : left > whole ? whole : left;
    }

    /// <summary>The new containers serve; what cannot be tidied up does not change that.</summary>
    private async Task<DeploymentOutcome> Finish(Rollout rollout, CommandRun commands, ServiceVersion version, CancellationToken cancellationToken)
    {
        var redeploy = Deployment.Operation == Operation.Redeploy;
        var failure = Renews ? await Command(commands, cancellationToken) : "";
        var untidy = redeploy
            ? await TidyPatiently(() => rollout.Retire(cancellationToken), "The old containers could not all be removed", cancellationToken)
                + await Tidy(() => tools.Engine.RemoveVolumes(service.Uuid, [Generation], cancellationToken), "Old volumes could not be removed")
            : await TidyPatiently(() => rollout.Shrink(cancellationToken), "Surplus containers could not all be removed", cancellationToken)
                + await Tidy(() => rollout.Rename(cancellationToken), "The containers could not be renamed");
        if (redeploy)
            await RemoveOldImages(version, cancellationToken);
        var result = Deployment.Operation == Operation.Scale
            ? $"{service.Name} has {service.Settings.TargetContainers} container(s)."
            : $"{service.Name} runs {version}.";
        return await Success(result + failure + untidy, redeploy || version.Digest != service.Current?.Digest ? version : null, cancellationToken);
    }

    /// <summary>The command after, and what is left of both.</summary>
    private async Task<string> Command(CommandRun commands, CancellationToken cancellationToken)
    {
        var failure = "";
        try
        {
            failure = await commands.Post(cancellationToken) is { } sentence ? " " + sentence : "";
        }
        catch (Exception wrong) when (Sentence(wrong) is { } sentence)
        {
            failure = $" {sentence} The new version stays.";
        }

        return failure + await Tidy(() => commands.Clean(cancellationToken), "A command's container could not be removed");
    }

    private async Task<string> Tidy(Func<Task> work, string otherwise)
    {
        try
        {
            await work();
            return "";
        }
        catch (Exception failure) when (failure is EngineException ? Sentence(failure) is not null : IsEnd(failure))
        {
            return $" {otherwise}: {failure.Message}";
        }
    }

    /// <summary>As <see cref="Tidy"/>, for containers: two versions must not serve side by side for ever.</summary>
    private async Task<string> TidyPatiently(Func<Task> work, string otherwise, CancellationToken cancellationToken)
    {
        var begun = tools.Time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var untidy = await Tidy(work, otherwise);
            if (untidy.Length == 0 || tools.Time.GetElapsedTime(begun) > Patience)
                return untidy;
            if (pause == FirstPause)
                await progress.Log($"{untidy.Trim()} Trying again.");
            await Task.Delay(pause, tools.Time, cancellationToken);
        }
    }

    private async Task<DeploymentOutcome> Stop(CancellationToken cancellationToken)
    {
        await progress.At(Steps.Stop, cancellationToken);
        var failure = await Tidy(
            async () => await Task.WhenAll((await tools.Engine.List(service.Uuid, cancellationToken)).Where(c => c.Runs).Select(async container =>
            {
                await progress.Log($"Stopping {container.Name}.");
                await tools.Engine.Stop(container.Id, StopTimeout, cancellationToken);
            })),
            "Not all containers could be stopped");
        return failure.Length == 0
            ? await Success($"{service.Name} is stopped.", null, cancellationToken)
            : await Outcome(DeploymentState.Failed, failure.Trim(), cancellationToken);
    }

    private async Task<DeploymentOutcome> Terminate(CancellationToken cancellationToken)
    {
        await progress.At(Steps.Remove, cancellationToken);
        var failure = await Tidy(
            async () =>
            {
                await Task.WhenAll((await tools.Engine.List(service.Uuid, cancellationToken)).Select(async container =>
                {
                    if (container.Runs)
                        await tools.Engine.Stop(container.Id, StopTimeout, cancellationToken);
                    await tools.Engine.Remove(container.Id, cancellationToken);
                    await progress.Log($"{container.Name} is gone.");
                }));
                await tools.Engine.RemoveVolumes(service.Uuid, [], cancellationToken);
            },
            "Not all of it could be removed");
        if (failure.Length > 0)
            return await Outcome(DeploymentState.Failed, failure.Trim(), cancellationToken);
        foreach (var version in (IEnumerable<ServiceVersion>)[.. service.Previous, .. service.Current is { } current ? [current] : Array.Empty<ServiceVersion>()])
            await RemoveImage(version, cancellationToken);
        return await Success($"{service.Name} is terminated.", null, cancellationToken);
    }

    /// <param name="version">What it brings containers to.</param>
    /// <param name="image">The version's.</param>
    /// <param name="stop">Ends the proving.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    private async Task<(Rollout Rollout, CommandRun Commands)> Plan(ServiceVersion version, EngineImage image, CancellationToken stop, CancellationToken cancellationToken)
    {
        var volumesFrom = new Dictionary<Guid, IReadOnlyList<EngineContainer>>();
        foreach (var other in service.Settings.Container.Bindings.Select(b => b.VolumesFrom).OfType<Guid>().Distinct())
            volumesFrom[other] = await tools.Engine.List(other, cancellationToken);
        var linked = new Dictionary<Guid, string>();
        foreach (var link in service.Settings.Links)
            if (await tools.Grains.GetGrain<IServiceGrain>(link.Service.ToString()).Get() is { } target)
                linked[link.Service] = target.Name;
        return (
            new Rollout(tools.Engine, tools.Time, service, version, image, Spec, progress, engineWasAway, stop),
            new CommandRun(service, progress, tools, engineWasAway, (name, command) => ContainerPlan.Command(Spec(1), name, command)));

        ContainerSpec Spec(int slot) => ContainerPlan.Spec(service, version, slot, Deployment, Generation, volumesFrom, linked);
    }

    private async Task<DeploymentOutcome> Success(string result, ServiceVersion? version, CancellationToken cancellationToken) =>
        await Outcome(DeploymentState.Success, result, cancellationToken) with { Version = version, ContainerRevision = service.ContainerRevision };

    private async Task<DeploymentOutcome> Outcome(DeploymentState state, string result, CancellationToken cancellationToken) => new()
    {
        Deployment = progress.End(state, result),
        Containers = await Containers(cancellationToken),
    };

    private async Task<ImmutableArray<ContainerView>> Containers(CancellationToken cancellationToken)
    {
        try
        {
            return ContainerViews.Of(await tools.Engine.List(service.Uuid, cancellationToken));
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            return service.Containers;
        }
    }

    /// <summary>Takes back what was done. That it failed and why is kept first, so that a crash does not make it try again.</summary>
    private async Task<DeploymentOutcome> TakeBack(
        DeploymentState state, string sentence, Rollout? rollout, CommandRun? commands, ServiceVersion? version, CancellationToken cancellationToken)
    {
        if (Deployment.Step != Steps.Back)
            await progress.Log(sentence);
        if (rollout is not null)
        {
            await progress.Keep(
                Deployment with { Step = Steps.Back, Result = sentence, RolledBack = Deployment.RolledBack || Deployment.Step is Steps.Bake or Steps.Group }, cancellationToken);
            var untidy = await TidyPatiently(() => rollout.GoBack(cancellationToken), "Not everything could be taken back", cancellationToken)
                + (commands is null ? "" : await Tidy(() => commands.Clean(cancellationToken), "A command's container could not be removed"));
            if (untidy.Length > 0)
                await progress.Log(untidy.Trim());
        }

        await Forget(version, cancellationToken);
        var outcome = await Outcome(state, sentence, cancellationToken);
        return state == DeploymentState.Failed ? outcome with { Failed = Attempted(version) } : outcome;
    }

    /// <summary>What failed, so that no push has it tried again; nothing when it is what runs.</summary>
    private string? Attempted(ServiceVersion? version)
    {
        if (Deployment.Operation == Operation.Scale || (Deployment.Operation == Operation.Start && service.Current is not null))
            return null;
        return service.Settings.Git is null
            ? version?.Digest == service.Current?.Digest ? null : version?.Digest
            : Deployment.Commit == service.Current?.Commit ? null : Deployment.Commit;
    }

    /// <summary>The image of a version that did not come to run goes, unless it is kept for a way back.</summary>
    private async Task Forget(ServiceVersion? version, CancellationToken cancellationToken)
    {
        if (version is not null && Deployment.Digest is { } digest && digest != service.Current?.Digest && service.Previous.All(p => p.Digest != digest))
            await RemoveImage(version with { Digest = digest }, cancellationToken);
    }

    /// <summary>The versions that are kept for a way back keep their images; older ones go.</summary>
    private async Task RemoveOldImages(ServiceVersion version, CancellationToken cancellationToken)
    {
        var kept = WayBack.After(service, version);
        foreach (var old in service.Previous.Where(p => p.Digest != version.Digest && kept.All(k => k.Digest != p.Digest)))
            await RemoveImage(old, cancellationToken);
    }

    private async Task RemoveImage(ServiceVersion version, CancellationToken cancellationToken)
    {
        var untidy = await Tidy(() => tools.Engine.RemoveImage(version.Image, version.Reference, cancellationToken), $"The image {version} could not be removed");
        if (untidy.Length > 0)
            await progress.Log(untidy.Trim());
    }

    /// <summary>The sentence of a failure that ends a deployment; null for one that is waited for, or tried again.</summary>
    private string? Sentence(Exception failure) => failure switch
    {
        DeploymentFailedException or RegistryException or GitException => failure.Message,
        EngineException { Fault: not EngineFault.Unreachable } => failure.Message,
        _ => IsEnd(failure) ? DeploymentAttempts.Sentence(Deployment, failure) : null,
    };

    /// <summary>An unexpected failure that is not tried again: from here on the deployment is ended, as well as it can be.</summary>
    private bool IsEnd(Exception failure) =>
        DeploymentAttempts.IsLast(Deployment) && DeploymentAttempts.IsUnexpected(failure) && !_interrupted.IsCancellationRequested;
}
