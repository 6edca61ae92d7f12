using System.Globalization;
using AutoDeploy.Ports;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Engine;

public sealed partial class DockerEngine
{
    private const string GenerationLabel = "autodeploy.generation";

    public async Task RemoveVolumes(Guid service, IReadOnlyCollection<int> keepGenerations, CancellationToken cancellationToken)
    {
        var found = await _docker.Ask(
            client => client.Volumes.ListAsync(
                new Api.VolumesListParameters { Filters = Filter(("label", $"{LabelNames.Service}={service}")) }, cancellationToken),
            cancellationToken);
        foreach (var volume in found.Volumes ?? [])
        {
            if (volume.Labels is null || !volume.Labels.TryGetValue(GenerationLabel, out var text)
                || !int.TryParse(text, CultureInfo.InvariantCulture, out var generation) || keepGenerations.Contains(generation))
                continue;
            try
            {
                await _docker.Ask(client => client.Volumes.RemoveAsync(volume.Name, null, cancellationToken), cancellationToken);
            }
            catch (EngineException e) when (e.Fault is EngineFault.NotFound or EngineFault.Conflict)
            {
                // gone already, or a container still has it: the next call will remove it
            }
        }
    }

    /// <summary>Makes the volumes of a container that are missing, with our labels. One that is there stays as it is.</summary>
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
                            [GenerationLabel] = mount.Generation.ToString(CultureInfo.InvariantCulture),
                        },
                    },
                    cancellationToken),
                cancellationToken);
    }
}
