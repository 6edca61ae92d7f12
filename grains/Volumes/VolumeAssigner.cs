using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Services;

namespace AutoDeploy.Volumes;

/// <summary>Says which volumes a container gets: a pure function of the service, its slot, the image and the volumes on record.</summary>
public static class VolumeAssigner
{
    /// <summary>
    /// The volumes of a slot, by path. What the slot has had is used again, whichever version it was that had it; what is missing is new.
    /// </summary>
    /// <param name="service">Whose containers they are.</param>
    /// <param name="slot">From 1.</param>
    /// <param name="generation">The set of volumes that the containers get.</param>
    /// <param name="declared">The paths that the image declares with VOLUME.</param>
    /// <param name="lent">Paths at which the volumes of other services' containers are.</param>
    /// <param name="known">The service's volumes on record, none that is being removed.</param>
    /// <param name="now">When new ones are made.</param>
    /// <returns>A named volume that the service has no longer is left out.</returns>
    public static IReadOnlyList<VolumeUse> Assign(
        Service service,
        int slot,
        int generation,
        IEnumerable<string> declared,
        IEnumerable<string> lent,
        IReadOnlyCollection<VolumeRecord> known,
        DateTimeOffset now
    )
    {
        var uses = new List<VolumeUse>();
        foreach (var binding in service.Settings.Container.Bindings.Where(binding => binding is { HostPath: null, VolumesFrom: null }))
        {
            if (binding.Volume is null)
                uses.Add(OfSlot(binding.ContainerPath, !binding.Rewritable));
            else if (known.FirstOrDefault(volume => volume.Name == binding.Volume) is { } named)
                uses.Add(new VolumeUse(named, binding.ContainerPath, !binding.Rewritable, VolumeOrigin.Named));
        }

        // a binding takes the place of what the image declares there, and so does another service's volume
        var taken = service
            .Settings.Container.Bindings.Select(binding => binding.ContainerPath)
            .Concat(lent)
            .Select(ContainerPaths.Normalize)
            .ToHashSet();
        uses.AddRange(
            declared
                .Select(ContainerPaths.Normalize)
                .Distinct()
                .Where(path => path != "/" && !taken.Contains(path))
                .Order(StringComparer.Ordinal)
                .Select(path => OfSlot(path, readOnly: false))
        );
        return uses;

        VolumeUse OfSlot(string path, bool readOnly)
        {
            var volume = known.FirstOrDefault(volume =>
                volume.Slot == slot
                && volume.Generation == generation
                && (volume.Path == path || volume.Name == DeriveName(service.Uuid, slot, generation, path))
            );
            return volume is not null
                ? new VolumeUse(volume, path, readOnly, VolumeOrigin.Reused)
                : new VolumeUse(CreateRecord(service, slot, generation, path, now), path, readOnly, VolumeOrigin.New);
        }
    }

    /// <summary>The name that was derived from a volume's place, before volumes were on record.</summary>
    public static string DeriveName(Guid serviceId, int slot, int generation, string path)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..12];
        return $"autodeploy-{serviceId}-{slot}-{generation}-{hash}";
    }

    /// <summary>Its name can be guessed by nobody: what somebody else has made is never taken for it.</summary>
    private static VolumeRecord CreateRecord(Service service, int slot, int generation, string path, DateTimeOffset now) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Engine = service.Settings.Engine,
            Name = $"autodeploy-{service.Uuid}-{slot}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}",
            Organization = service.Organization,
            ServiceId = service.Uuid,
            ServiceName = service.Name,
            Slot = slot,
            Generation = generation,
            Path = path,
            Created = now,
        };
}
