using System.Globalization;
using AutoDeploy.Ports;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

public sealed partial class DockerEngine
{
    public async Task<bool> HasVolume(string name, CancellationToken cancellationToken) =>
        await _docker.Find(client => client.Volumes.InspectAsync(name, cancellationToken), cancellationToken) is not null;

    public async Task<IReadOnlyList<string>> LabeledVolumes(Guid serviceId, CancellationToken cancellationToken)
    {
        var found = await _docker.Execute(
            client =>
                client.Volumes.ListAsync(
                    new Api.VolumesListParameters { Filters = Filter(("label", $"{ContainerLabelNames.Service}={serviceId}")) },
                    cancellationToken
                ),
            cancellationToken
        );
        return [.. (found.Volumes ?? []).Select(volume => volume.Name)];
    }

    public async Task<bool> IsVolumeOfAnother(string name, Guid serviceId, CancellationToken cancellationToken)
    {
        var found = await _docker.Execute(
            client =>
                client.Containers.ListContainersAsync(
                    new Api.ContainersListParameters
                    {
                        All = true,
                        Filters = Filter(("volume", name), ("label", ContainerLabelNames.Service)),
                    },
                    cancellationToken
                ),
            cancellationToken
        );
        return found.Any(container =>
            container.Labels is { } labels
            && labels.TryGetValue(ContainerLabelNames.Service, out var other)
            && other != serviceId.ToString()
        );
    }

    public async Task<bool> RemoveVolume(string name, CancellationToken cancellationToken)
    {
        try
        {
            await _docker.Execute(client => client.Volumes.RemoveAsync(name, null, cancellationToken), cancellationToken);
            return true;
        }
        catch (EngineException e) when (e.Fault is EngineFault.NotFound or EngineFault.Conflict)
        {
            return e.Fault == EngineFault.NotFound;
        }
    }

    /// <summary>Makes the volumes of a container that are missing, with labels for people. One that is there stays as it is.</summary>
    private async Task MakeVolumes(ContainerSpec spec, CancellationToken cancellationToken)
    {
        foreach (var mount in spec.Mounts.Where(mount => mount.Volume))
            await _docker.Execute(
                client =>
                    client.Volumes.CreateAsync(
                        new Api.VolumesCreateParameters
                        {
                            Name = mount.Source,
                            Labels = new Dictionary<string, string>
                            {
                                [ContainerLabelNames.Service] = spec.Labels.ServiceId.ToString(),
                                [ContainerLabelNames.Slot] = spec.Labels.Slot.ToString(CultureInfo.InvariantCulture),
                                [ContainerLabelNames.Path] = mount.Target,
                            },
                        },
                        cancellationToken
                    ),
                cancellationToken
            );
    }
}
