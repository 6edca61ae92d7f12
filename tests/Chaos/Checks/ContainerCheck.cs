using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>The engine runs what the API says: one container per slot, of the current version, to the digest.</summary>
public sealed class ContainerCheck : ICheck
{
    public Task<IReadOnlyList<string>> Objections(Scene scene) =>
        Task.FromResult<IReadOnlyList<string>>([.. scene.Actors.SelectMany(actor => Of(actor, scene).Select(objection => $"{actor.Actor.Part.Name}: {objection}"))]);

    private static IEnumerable<string> Of(ActorScene actor, Scene scene)
    {
        var containers = scene.Containers.Where(container => container.Service == actor.Actor.Uuid).ToList();
        var running = containers.Count(container => container.Runs);
        var digest = (string)actor.Service["current_version"]!["digest"]!;
        var names = string.Join(", ", containers);
        if (actor.State is "Stopped" or "Not running")
        {
            if (running > 0)
                yield return $"it is {actor.State}, and there are {names}";
            yield break;
        }

        var target = (int)actor.Service["target_num_containers"]!;
        var slots = Enumerable.Range(1, target).Select(slot => $"{slot}");
        if (!containers.Select(container => container.Slot).Order(StringComparer.Ordinal).SequenceEqual(slots) || running != target)
            yield return $"expected {target} running container(s), one per slot; found {names}";
        foreach (var container in containers.Where(container => container.Digest != digest || !container.Image.Contains(digest, StringComparison.Ordinal)))
            yield return $"expected {container.Name} to be of {digest}, found {container.Image} with the label {container.Digest}";
        foreach (var container in containers.Where(container => container.Name != $"{actor.Actor.Part.Name}-{container.Slot}"))
            yield return $"expected slot {container.Slot} to have the plain name, found {container.Name}";
    }
}
