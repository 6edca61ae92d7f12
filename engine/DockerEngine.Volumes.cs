using System.Globalization;
using AutoDeploy.Ports;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Engine;

public sealed partial class DockerEngine
{
    public async Task<bool> HasVolume(string name, CancellationToken cancellationToken) =>
        await _docker.Look(client => client.Volumes.InspectAsync(name, cancellationToken), cancellationToken) is not null;

    public async Task<IReadOnlyList<string>> LabeledVolumes(Guid service, CancellationToken cancellationToken)
    {
        var found = await _docker.Ask(
            client => client.Volumes.ListAsync(
                new Api.VolumesListParameters { Filters = Filter(("label", $"{LabelNames.Service}={service}")) }, cancellationToken),
            cancellationToken);
        return [.. (found.Volumes ?? []).Select(volume => volume.Name)];
    }

    public async Task<bool> IsVolumeOfAnother(string name, Guid service, CancellationToken cancellationToken)
    {
        var found = await _docker.Ask(
            client => client.Containers.ListContainersAsync(
                new Api.ContainersListParameters { All = true, Filters = Filter(("volume", name), ("label", LabelNames.Service)) }, cancellationToken),
            cancellationToken);
        return found.Any(container => container.Labels is { } labels && labels.TryGetValue(LabelNames.Service, out var other) && other != service.ToString());
    }

    public async Task<bool> RemoveVolume(string name, CancellationToken cancellationToken)
    {
        try
        {
            await _docker.Ask(client => client.Volumes.RemoveAsync(name, null, cancellationToken), cancellationToken);
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
            await _docker.Ask(
                client => client.Volumes.CreateAsync(
                    new Api.VolumesCreateParameters
                    {
                        Name = mount.Source,
                        Labels = new Dictionary<string, string>
                        {
                            [LabelNames.Service] = spec.Labels.Service.ToString(),
                            [LabelNames.Slot] = spec.Labels.Slot.ToString(CultureInfo.InvariantCulture),
                            [LabelNames.Path] = mount.Target,
                        },
                    },
                    cancellationToken),
                cancellationToken);
    }
}
