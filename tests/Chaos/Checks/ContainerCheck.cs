using System.Text.Json.Nodes;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>The engine runs what the API says: one container per slot, of the current version, to the digest.</summary>
public sealed class ContainerCheck : ICheck
{
    public Task<IReadOnlyList<string>> Objections(Scene scene) =>
        Task.FromResult<IReadOnlyList<string>>([.. scene.Actors.SelectMany(actor => Of(actor, scene).Select(objection => $"{actor.Actor.Part.Name}: {objection}"))]);

    private static IEnumerable<string> Of(ActorScene actor, Scene scene)
    {
        var containers = scene.Containers.Where(container => Label(container, "service") == actor.Actor.Uuid).ToList();
        var running = containers.Where(container => (string)container["State"]! == "running").ToList();
        var digest = (string)actor.Service["current_version"]!["digest"]!;
        var names = string.Join(", ", containers.Select(container => $"{container["Names"]![0]} {container["State"]}"));
        if (actor.State is "Stopped" or "Not running")
        {
            if (running.Count > 0)
                yield return $"it is {actor.State}, and there are {names}";
            yield break;
        }

        var target = (int)actor.Service["target_num_containers"]!;
        var slots = Enumerable.Range(1, target).Select(slot => $"{slot}");
        if (!containers.Select(container => Label(container, "slot")).Order(StringComparer.Ordinal).SequenceEqual(slots) || running.Count != target)
            yield return $"expected {target} running container(s), one per slot; found {names}";
        foreach (var container in containers.Where(container => Label(container, "digest") != digest || !((string)container["Image"]!).Contains(digest, StringComparison.Ordinal)))
            yield return $"expected {container["Names"]![0]} to be of {digest}, found {container["Image"]} with the label {Label(container, "digest")}";
        foreach (var container in containers.Where(container => (string)container["Names"]![0]! != $"/{actor.Actor.Part.Name}-{Label(container, "slot")}"))
            yield return $"expected slot {Label(container, "slot")} to have the plain name, found {container["Names"]![0]}";
    }

    private static string Label(JsonNode container, string name) => (string?)container["Labels"]!["autodeploy." + name] ?? "";
}
