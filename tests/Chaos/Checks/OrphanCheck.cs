using System.Text.Json.Nodes;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>Nothing is at the engine that belongs to no service: containers, more of them than slots, volumes, networks.</summary>
public sealed class OrphanCheck : ICheck
{
    private static readonly string[] Known = ["bridge", "host", "none", "autodeploy", "auto-deploy-ports"];

    public async Task<IReadOnlyList<string>> ListViolations(RoundEvidence evidence)
    {
        var docker = evidence.Stage.Docker;
        var owners = evidence.Actors.Select(actor => actor.Actor.Uuid).ToHashSet();
        List<string> wrong =
        [
            .. evidence
                .Containers.Where(containerInfo => !owners.Contains(containerInfo.Service))
                .Select(containerInfo => $"the container {containerInfo} belongs to nobody"),
            .. evidence
                .Containers.GroupBy(containerInfo => (containerInfo.Service, containerInfo.Slot))
                .Where(same => same.Count() > 1)
                .Select(same => $"one slot has the containers {string.Join(", ", same)}"),
        ];

        // no service of the suite has a volume
        var volumes =
            JsonNode.Parse(await docker.Http.GetStringAsync(new Uri("v1.41/volumes", UriKind.Relative)))!["Volumes"]?.AsArray() ?? [];
        wrong.AddRange(volumes.Select(volume => $"the volume {volume!["Name"]} belongs to nobody"));
        var networks = JsonNode.Parse(await docker.Http.GetStringAsync(new Uri("v1.41/networks", UriKind.Relative)))!.AsArray();
        wrong.AddRange(
            networks
                .Select(network => (string)network!["Name"]!)
                .GroupBy(name => name)
                .Where(same => same.Count() > 1 || !Known.Contains(same.Key))
                .Select(same => $"there are {same.Count()} network(s) {same.Key}")
        );
        return wrong;
    }
}
