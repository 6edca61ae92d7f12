using System.Net;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>A container with our labels, as the engine has it.</summary>
/// <param name="Name">Without the slash.</param>
/// <param name="Image">The reference that it was made from.</param>
/// <param name="Digest">By its label.</param>
public sealed record ContainerInfo(string Name, string Service, string Slot, string Digest, string Image, string State)
{
    public bool Runs => State == "running";

    public override string ToString() => $"{Name} {State}";

    /// <summary>
    /// Each is asked for by itself: dockerd's list goes on telling an old state when it could not write the new one to a full disk.
    /// </summary>
    public static async Task<IReadOnlyList<ContainerInfo>> All(DockerDaemon docker, string? service = null)
    {
        var label = service is null ? "autodeploy.service" : $"autodeploy.service={service}";
        var filters = Uri.EscapeDataString($$"""{"label":["{{label}}"]}""");
        var list = JsonNode.Parse(
            await docker.Http.GetStringAsync(new Uri($"v1.41/containers/json?all=1&filters={filters}", UriKind.Relative))
        )!;
        List<ContainerInfo> all = [];
        foreach (var id in list.AsArray().Select(one => (string)one!["Id"]!))
        {
            using var answer = await docker.Http.GetAsync(new Uri($"v1.41/containers/{id}/json", UriKind.Relative));
            if (answer.StatusCode != HttpStatusCode.NotFound)
                all.Add(Read(JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!));
        }

        return all;
    }

    private static ContainerInfo Read(JsonNode container)
    {
        var labels = container["Config"]!["Labels"]!;
        return new ContainerInfo(
            ((string)container["Name"]!).TrimStart('/'),
            Label("service"),
            Label("slot"),
            Label("digest"),
            (string)container["Config"]!["Image"]!,
            (string)container["State"]!["Status"]!
        );

        string Label(string name) => (string?)labels["autodeploy." + name] ?? "";
    }
}
