using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Volumes;

namespace AutoDeploy.Deployments.Rollouts;

/// <summary>
/// The volumes of one deployment's service. A volume is on record before it is made and until it is gone, so that a crash leaves none of
/// which nobody knows; only what is on record is used and removed.
/// </summary>
internal sealed class ServiceVolumes(DeploymentContext context, IContainerEngine engine)
{
    private readonly Service _service = context.Service;
    private IReadOnlyList<VolumeRecord>? _known;

    /// <summary>Reads what is on record, and puts there what a service from before there was a record has.</summary>
    public async Task Load(CancellationToken cancellationToken)
    {
        if (_known is not null)
            return;
        if (context.Deployment.Operation != Operation.Terminate)
            await context.Tools.Ledger.KeepVolumes(_service.Uuid, cancellationToken);
        if (!context.VolumesRecorded)
        {
            await context.Tools.Ledger.AddVolumes(await Import(cancellationToken), cancellationToken);
            context.VolumesRecorded = true;
        }

        _known = await context.Tools.Ledger.ListVolumesOfService(_service.Uuid, cancellationToken);
    }

    /// <summary>What a slot's new container gets; what is new is on record then.</summary>
    /// <exception cref="DeploymentFailedException">The service's settings name a volume that there is not.</exception>
    public async Task<IReadOnlyList<VolumeUse>> Assign(
        int slot,
        IEnumerable<string> declared,
        IReadOnlyCollection<string> lent,
        CancellationToken cancellationToken
    )
    {
        await Load(cancellationToken);
        foreach (var name in _service.Settings.Container.Bindings.Select(binding => binding.Volume).OfType<string>())
            if (_known!.All(volume => volume.Name != name))
                throw new DeploymentFailedException($"The volume {name}, which `bindings` names, is not the service's any more.");
            else if (!await engine.HasVolume(name, cancellationToken))
                throw new DeploymentFailedException($"The volume {name}, which `bindings` names, is gone from the engine.");
        declared = [.. declared];
        var uses = VolumeAssigner.Assign(_service, slot, context.VolumeGeneration, declared, lent, _known!, context.Tools.Time.GetUtcNow());
        if (uses.All(use => use.Origin != VolumeOrigin.New))
            return uses;

        // nothing is made that is not on record; should another volume have come in between, it is that
        await context.Tools.Ledger.AddVolumes(
            [.. uses.Where(use => use.Origin == VolumeOrigin.New).Select(use => use.Volume)],
            cancellationToken
        );
        _known = await context.Tools.Ledger.ListVolumesOfService(_service.Uuid, cancellationToken);
        var recorded = VolumeAssigner.Assign(
            _service,
            slot,
            context.VolumeGeneration,
            declared,
            lent,
            _known,
            context.Tools.Time.GetUtcNow()
        );
        return
        [
            .. recorded.Select(use =>
                uses.Any(known => known.Volume.Uuid == use.Volume.Uuid && known.Origin == VolumeOrigin.New)
                    ? use with
                    {
                        Origin = VolumeOrigin.New,
                    }
                    : use
            ),
        ];
    }

    /// <summary>Tells the log which volume goes where.</summary>
    public async Task Tell(string container, IEnumerable<VolumeUse> uses, CancellationToken cancellationToken)
    {
        foreach (var use in uses)
        {
            var gone = use.Origin == VolumeOrigin.Reused && !await engine.HasVolume(use.Volume.Name, cancellationToken);
            await context.Log($"{container}: {use}{(gone ? " It is gone from the engine and is made anew, empty." : "")}");
        }
    }

    /// <summary>Removes the set of volumes that the deployment has begun, or one like it that ended without an end.</summary>
    /// <returns>What could not be removed yet, in a sentence; null: nothing.</returns>
    public async Task<string?> DropNew(CancellationToken cancellationToken)
    {
        if (context.Deployment.ReuseVolumes)
            return null;
        await Load(cancellationToken);
        return await Remove(
            [.. _known!.Where(volume => volume.Slot > 0 && volume.Generation == context.VolumeGeneration)],
            cancellationToken
        );
    }

    /// <summary>Removes the sets that neither the version nor one that can be gone back to has.</summary>
    /// <returns>What could not be removed yet, in a sentence; null: nothing.</returns>
    public async Task<string?> DropOutdated(ServiceVersion version, CancellationToken cancellationToken)
    {
        await Load(cancellationToken);
        var needed = VolumeGenerations.ListNeeded(_service, version, context.VolumeGeneration);
        return await Remove([.. _known!.Where(volume => volume.Slot > 0 && !needed.Contains(volume.Generation))], cancellationToken);
    }

    /// <summary>
    /// Lets the volumes of a service go whose containers are gone: for good, or for the time in which another service can have them.
    /// </summary>
    /// <returns>What could not be removed yet, in a sentence; null: nothing.</returns>
    public async Task<string?> Release(CancellationToken cancellationToken)
    {
        await Load(cancellationToken);
        if (context.Deployment.RemoveVolumes)
            return await Remove(_known!, cancellationToken);
        if (_known!.Count == 0)
            return null;
        var now = context.Tools.Time.GetUtcNow();
        var until = now + context.Tools.Options.VolumeGrace;
        await context.Tools.Ledger.ReleaseVolumes(_service.Uuid, now, until, cancellationToken);
        foreach (var volume in _known)
            await context.Log($"The volume {volume.Name}{At(volume)} is kept until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC.");
        return null;
    }

    private static string At(VolumeRecord volume) => volume.Path.Length > 0 ? $" ({volume.Path})" : "";

    /// <returns>What could not be removed yet, in a sentence; null: nothing.</returns>
    private async Task<string?> Remove(IReadOnlyList<VolumeRecord> volumes, CancellationToken cancellationToken)
    {
        if (volumes.Count == 0)
            return null;
        await context.ThrowIfFenced(cancellationToken);
        await context.Tools.Ledger.MarkForRemoval([.. volumes.Select(volume => volume.Uuid)], cancellationToken);
        _known = null;
        var inUse = new List<string>();
        foreach (var volume in volumes)
        {
            if (!await engine.RemoveVolume(volume.Name, cancellationToken))
            {
                inUse.Add(volume.Name);
                continue;
            }

            await context.Tools.Ledger.RemoveVolumeRecord(volume.Uuid, cancellationToken);
            await context.Log($"The volume {volume.Name}{At(volume)} is removed.");
        }

        return inUse.Count == 0 ? null : $"Containers of others still have {string.Join(", ", inUse)}, removed when they are gone.";
    }

    private async Task<IReadOnlyList<VolumeRecord>> Import(CancellationToken cancellationToken)
    {
        var containers = await context.Engine.List(_service.Uuid, cancellationToken);

        // what serves counts: the container before, until the new one has taken over for good
        var hasTakenOver = context.Deployment.Step.IsPastReturn();
        containers = [.. containers.OrderBy(c => c.Labels.DeploymentId == context.Deployment.Uuid != hasTakenOver).ThenBy(c => !c.IsUp)];
        var lent = new HashSet<string>();
        foreach (var mount in containers.Where(c => c.HasLentMounts).SelectMany(c => c.Mounts).Where(mount => mount.IsVolume))
            if (await engine.IsVolumeOfAnother(mount.Source, _service.Uuid, cancellationToken))
                lent.Add(mount.Source);
        var found = VolumeImport.From(
            _service,
            containers,
            await engine.LabeledVolumes(_service.Uuid, cancellationToken),
            lent,
            context.Tools.Time.GetUtcNow()
        );
        foreach (var volume in found.Where(volume => volume.Path.Length > 0))
            await context.Log($"{_service.Name} has had the volume {volume.Name} ({volume.Path}) and keeps it.");
        return found;
    }
}
