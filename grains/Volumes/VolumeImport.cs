using System.Globalization;
using System.Text.RegularExpressions;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Volumes;

/// <summary>
/// Finds the volumes of a service that was created before volumes were on record: those that its containers have, also the anonymous ones
/// of paths that an image declares, and those of slots that have no container at the moment.
/// </summary>
public static partial class VolumeImport
{
    /// <param name="service">Created before volumes were on record.</param>
    /// <param name="containers">The service's; of two with the same slot and path, the first one's volume counts.</param>
    /// <param name="labeled">The names of volumes that carry the service's label.</param>
    /// <param name="lent">Volumes that the containers have from another service's.</param>
    /// <param name="now">When that is.</param>
    public static IReadOnlyList<VolumeRecord> From(
        Service service,
        IEnumerable<EngineContainer> containers,
        IEnumerable<string> labeled,
        IReadOnlySet<string> lent,
        DateTimeOffset now
    )
    {
        var found = new Dictionary<(int Slot, int Generation, string Path), VolumeRecord>();
        var names = new HashSet<string>();
        foreach (var container in containers)
        foreach (var mount in container.Mounts.Where(mount => mount.IsVolume && !lent.Contains(mount.Source)))
        {
            var place = ParseName(service.Uuid, mount.Source);
            Add(place?.Slot ?? container.Labels.Slot, place?.Generation ?? service.VolumeGeneration, mount.Path, mount.Source);
        }

        foreach (var name in labeled)
            if (ParseName(service.Uuid, name) is { } place)
                Add(place.Slot, place.Generation, FindPath(service, place.Slot, place.Generation, name), name);
        return [.. found.Values];

        void Add(int slot, int generation, string path, string name)
        {
            if (!names.Add(name))
                return;
            found.TryAdd(
                (slot, generation, path.Length > 0 ? path : name),
                new VolumeRecord
                {
                    Uuid = Guid.NewGuid(),
                    Engine = service.Settings.Engine,
                    Name = name,
                    Organization = service.Organization,
                    ServiceId = service.Uuid,
                    ServiceName = service.Name,
                    Slot = slot,
                    Generation = generation,
                    Path = path,
                    Created = now,
                }
            );
        }
    }

    /// <summary>
    /// What a name says that was derived from slot, generation and path; null: it is another kind of name, or another service's.
    /// </summary>
    private static (int Slot, int Generation)? ParseName(Guid serviceId, string name) =>
        DerivedNamePattern().Match(name) is { Success: true } match
        && match.Groups[1].Value == serviceId.ToString()
        && int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var slot)
        && slot > 0
        && int.TryParse(match.Groups[3].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            ? (slot, generation)
            : null;

    /// <summary>Its path, if it is that of a binding; empty: it is found by its name when it is needed.</summary>
    private static string FindPath(Service service, int slot, int generation, string name) =>
        service
            .Settings.Container.Bindings.Select(binding => binding.ContainerPath)
            .FirstOrDefault(path => VolumeAssigner.DeriveName(service.Uuid, slot, generation, path) == name)
        ?? "";

    [GeneratedRegex("^autodeploy-([0-9a-f-]{36})-([0-9]{1,9})-([0-9]{1,9})-[0-9a-f]{12}$", RegexOptions.CultureInvariant)]
    private static partial Regex DerivedNamePattern();
}
