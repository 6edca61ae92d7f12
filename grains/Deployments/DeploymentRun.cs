using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Deployments;

/// <summary>One run through a deployment's plan, from wherever it stands to its end.</summary>
internal sealed class DeploymentRun(
    Deployment deployment,
    Service service,
    ILedger ledger,
    IEngine engine,
    IRegistry registry,
    TimeProvider time,
    TimeSpan pullDeadline,
    IGrainFactory grains,
    Func<string, Task> log)
{
    /// <summary>As far as it came.</summary>
    public Deployment Deployment { get; private set; } = deployment;

    private TimeSpan StopTimeout => TimeSpan.FromSeconds(service.Settings.StopTimeout);

    public Task<DeploymentOutcome> Do(CancellationToken cancellationToken) => Deployment.Operation switch
    {
        Operation.Redeploy => Redeploy(cancellationToken),
        Operation.Start => Start(cancellationToken),
        Operation.Scale => Scale(cancellationToken),
        Operation.Stop => Stop(cancellationToken),
        _ => Terminate(cancellationToken),
    };

    private async Task<DeploymentOutcome> Redeploy(CancellationToken cancellationToken)
    {
        ServiceVersion? version = null;
        Rollout? rollout = null;
        try
        {
            version = await Resolve(cancellationToken);
            if (NothingToDo(version) is { } reason)
                return await Success(reason, null, cancellationToken);

            var image = await Pull(version, cancellationToken);
            rollout = await Rollout(version, image, cancellationToken);
            if (Deployment.Step == Steps.Back)
                throw new DeploymentFailedException(Deployment.Result);
            if (Deployment.Step != Steps.Retire)
            {
                await At(Steps.Replace, cancellationToken);
                await rollout.Replace(cancellationToken);
                await At(Steps.Retire, cancellationToken);
            }
        }
        catch (Exception failure) when (Sentence(failure) is { } sentence)
        {
            return await Failed(sentence, version?.Digest, rollout, version, cancellationToken);
        }

        await rollout.Retire(cancellationToken);
        await engine.RemoveVolumes(service.Uuid, [Generation], cancellationToken);
        await RemoveOldImages(version, cancellationToken);
        return await Success($"{service.Name} runs {version}.", version, cancellationToken);
    }

    private async Task<DeploymentOutcome> Start(CancellationToken cancellationToken)
    {
        ServiceVersion? version = null;
        Rollout? rollout = null;
        try
        {
            version = service.Current is { } current ? current : await Resolve(cancellationToken);
            var image = await Pull(version, cancellationToken);
            rollout = await Rollout(version, image, cancellationToken);
            if (Deployment.Step == Steps.Back)
                throw new DeploymentFailedException(Deployment.Result);
            await At(Steps.Replace, cancellationToken);
            await rollout.Complete(cancellationToken);
        }
        catch (Exception failure) when (Sentence(failure) is { } sentence)
        {
            return await Failed(sentence, service.Current is null ? version?.Digest : null, rollout, version, cancellationToken);
        }

        await rollout.Shrink(cancellationToken);
        await rollout.Rename(cancellationToken);
        return await Success($"{service.Name} runs {version}.", service.Current is null ? version : null, cancellationToken);
    }

    private async Task<DeploymentOutcome> Scale(CancellationToken cancellationToken)
    {
        var version = service.Current!;
        Rollout? rollout = null;
        try
        {
            var image = await Pull(version, cancellationToken);
            rollout = await Rollout(version, image, cancellationToken);
            if (Deployment.Step == Steps.Back)
                throw new DeploymentFailedException(Deployment.Result);
            await At(Steps.Scale, cancellationToken);
            await rollout.Complete(cancellationToken);
        }
        catch (Exception failure) when (Sentence(failure) is { } sentence)
        {
            return await Failed(sentence, null, rollout, version, cancellationToken);
        }

        await rollout.Shrink(cancellationToken);
        await rollout.Rename(cancellationToken);
        return await Success($"{service.Name} has {service.Settings.TargetContainers} container(s).", null, cancellationToken);
    }

    private async Task<DeploymentOutcome> Stop(CancellationToken cancellationToken)
    {
        await At(Steps.Stop, cancellationToken);
        await Task.WhenAll((await engine.List(service.Uuid, cancellationToken)).Where(c => c.Runs).Select(async container =>
        {
            await log($"Stopping {container.Name}.");
            await engine.Stop(container.Id, StopTimeout, cancellationToken);
        }));
        return await Success($"{service.Name} is stopped.", null, cancellationToken);
    }

    private async Task<DeploymentOutcome> Terminate(CancellationToken cancellationToken)
    {
        await At(Steps.Remove, cancellationToken);
        await Task.WhenAll((await engine.List(service.Uuid, cancellationToken)).Select(async container =>
        {
            if (container.Runs)
                await engine.Stop(container.Id, StopTimeout, cancellationToken);
            await engine.Remove(container.Id, cancellationToken);
            await log($"{container.Name} is gone.");
        }));
        await engine.RemoveVolumes(service.Uuid, [], cancellationToken);
        foreach (var version in (IEnumerable<ServiceVersion>)[.. service.Previous, .. service.Current is { } current ? [current] : Array.Empty<ServiceVersion>()])
            await RemoveImage(version, cancellationToken);
        return await Success($"{service.Name} is terminated.", null, cancellationToken);
    }

    private int Generation => service.VolumeGeneration + (Deployment.ReuseVolumes ? 0 : 1);

    /// <summary>What a tag means is asked once, when the deployment begins, and kept.</summary>
    private async Task<ServiceVersion> Resolve(CancellationToken cancellationToken)
    {
        var image = Deployment.Image is { } told ? ImageName.Parse(told) : service.RunningImage;
        if (Deployment.Digest is null)
        {
            var digest = image.Digest;
            if (digest is null)
            {
                await At(Steps.Resolve, cancellationToken);
                digest = await registry.Resolve(image, await Credential(image, cancellationToken), cancellationToken);
                await log($"{image.Familiar()} is {digest}.");
            }

            await Keep(Deployment with { Image = image.ToString(), Digest = digest }, cancellationToken);
            await grains.GetGrain<IServiceGrain>(service.Uuid.ToString()).Resolved(Deployment.Uuid, digest);
        }

        return new ServiceVersion { Image = image, Digest = Deployment.Digest, Time = time.GetUtcNow() };
    }

    /// <summary>Why a push needs no new containers after all; a person's wish is always carried out.</summary>
    private string? NothingToDo(ServiceVersion version)
    {
        if (Deployment.Cause.Kind != CauseKind.Push || Deployment.Step is not (Steps.Resolve or ""))
            return null;
        if (service.Current?.Digest == version.Digest)
            return $"{version} is what runs already; nothing was done.";
        if (service.Failed.Contains(version.Digest!))
            return $"{version} failed before and is not tried again by itself; nothing was done.";
        return null;
    }

    private async Task<EngineImage> Pull(ServiceVersion version, CancellationToken cancellationToken)
    {
        if (await engine.FindImage(version.Reference, cancellationToken) is { } there)
            return there;

        if (Deployment.Step is not (Steps.Back or Steps.Retire))
            await At(Steps.Pull, cancellationToken);
        await log($"Pulling {version}.");
        var begun = time.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(pullDeadline);
        try
        {
            var image = await engine.Pull(
                version.Image, version.Digest!, await Credential(version.Image, cancellationToken), new LogProgress(log), limit.Token);
            await log(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Pulled in {time.GetElapsedTime(begun).TotalSeconds:0.0} s."));
            return image;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DeploymentFailedException($"{version} could not be pulled within {pullDeadline.TotalMinutes:0} minutes.");
        }
    }

    private async Task<Rollout> Rollout(ServiceVersion version, EngineImage image, CancellationToken cancellationToken)
    {
        var volumesFrom = new Dictionary<Guid, IReadOnlyList<EngineContainer>>();
        foreach (var other in service.Settings.Container.Bindings.Select(b => b.VolumesFrom).OfType<Guid>().Distinct())
            volumesFrom[other] = await engine.List(other, cancellationToken);
        var linked = new Dictionary<Guid, string>();
        foreach (var link in service.Settings.Links)
            if (await grains.GetGrain<IServiceGrain>(link.Service.ToString()).Get() is { } target)
                linked[link.Service] = target.Name;
        return new Rollout(
            engine, time, service, version, image, Deployment,
            slot => ContainerPlan.Spec(service, version, slot, Deployment.Uuid, Generation, volumesFrom, linked), log);
    }

    private async Task<DeploymentOutcome> Success(string result, ServiceVersion? version, CancellationToken cancellationToken) => new()
    {
        Deployment = End(DeploymentState.Success, result),
        Version = version,
        ContainerRevision = service.ContainerRevision,
        Containers = ContainerViews.Of(await engine.List(service.Uuid, cancellationToken)),
    };

    /// <summary>Takes back what was done. That it failed and why is kept first, so that a crash does not make it try again.</summary>
    private async Task<DeploymentOutcome> Failed(
        string sentence, string? digest, Rollout? rollout, ServiceVersion? version, CancellationToken cancellationToken)
    {
        if (Deployment.Step != Steps.Back)
            await log(sentence);
        if (rollout is not null)
        {
            await Keep(Deployment with { Step = Steps.Back, Result = sentence }, cancellationToken);
            try
            {
                await rollout.GoBack(cancellationToken);
            }
            catch (EngineException failure) when (failure.Fault != EngineFault.Unreachable)
            {
                await log($"Not everything could be taken back: {failure.Message}");
            }
        }

        if (version is not null && version.Digest != service.Current?.Digest)
            await RemoveImage(version, cancellationToken);
        return new DeploymentOutcome
        {
            Deployment = End(DeploymentState.Failed, sentence),
            FailedDigest = digest == service.Current?.Digest ? null : digest,
            Containers = ContainerViews.Of(await engine.List(service.Uuid, cancellationToken)),
        };
    }

    /// <summary>The versions that are kept for a way back keep their images; older ones go.</summary>
    private async Task RemoveOldImages(ServiceVersion version, CancellationToken cancellationToken)
    {
        foreach (var old in service.Previous.Skip(ServiceGrain.PreviousKept - 1).Where(p => p.Digest != version.Digest && p.Digest != service.Current?.Digest))
            await RemoveImage(old, cancellationToken);
    }

    private async Task RemoveImage(ServiceVersion version, CancellationToken cancellationToken)
    {
        try
        {
            await engine.RemoveImage(version.Image, version.Reference, cancellationToken);
        }
        catch (EngineException failure) when (failure.Fault != EngineFault.Unreachable)
        {
            await log($"The image {version} could not be removed: {failure.Message}");
        }
    }

    private async Task<RegistryCredential?> Credential(ImageName image, CancellationToken cancellationToken) =>
        (await ledger.FindRegistry(service.Organization, image.Host, cancellationToken))?.Credential;

    private Task At(string step, CancellationToken cancellationToken) =>
        Deployment.Step == step ? Task.CompletedTask : Keep(Deployment with { Step = step }, cancellationToken);

    private async Task Keep(Deployment changed, CancellationToken cancellationToken)
    {
        Deployment = changed;
        await ledger.UpdateDeployment(changed, cancellationToken);
    }

    private Deployment End(DeploymentState state, string result) =>
        Deployment with { State = state, Result = result, Ended = time.GetUtcNow() };

    /// <summary>The sentence of a failure that ends a deployment; null for one that is waited for, or that is ours.</summary>
    private static string? Sentence(Exception failure) => failure switch
    {
        DeploymentFailedException or RegistryException => failure.Message,
        EngineException { Fault: not EngineFault.Unreachable } => failure.Message,
        _ => null,
    };

    /// <summary>Hands reports on to the log in their order.</summary>
    private sealed class LogProgress(Func<string, Task> log) : IProgress<string>
    {
        public void Report(string value) => _ = log(value);
    }
}
