using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>The engine runs what the API says: one container per slot, of the current version, to the digest.</summary>
public sealed class ContainerCheck : ICheck
{
    public Task<IReadOnlyList<string>> ListViolations(RoundEvidence evidence) =>
        Task.FromResult<IReadOnlyList<string>>([
            .. evidence.Actors.SelectMany(actor => Of(actor, evidence).Select(objection => $"{actor.Actor.Part.Name}: {objection}")),
        ]);

    private static IEnumerable<string> Of(ServiceEvidence actor, RoundEvidence evidence)
    {
        var containers = evidence.Containers.Where(containerInfo => containerInfo.Service == actor.Actor.Uuid).ToList();
        var running = containers.Count(containerInfo => containerInfo.Runs);
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
        if (!containers.Select(containerInfo => containerInfo.Slot).Order(StringComparer.Ordinal).SequenceEqual(slots) || running != target)
            yield return $"expected {target} running container(s), one per slot; found {names}";
        foreach (
            var containerInfo in containers.Where(containerInfo =>
                containerInfo.Digest != digest || !containerInfo.Image.Contains(digest, StringComparison.Ordinal)
            )
        )
            yield return $"expected {containerInfo.Name} to be of {digest}, found "
                + $"{containerInfo.Image} with the label {containerInfo.Digest}";
        foreach (
            var containerInfo in containers.Where(containerInfo => containerInfo.Name != $"{actor.Actor.Part.Name}-{containerInfo.Slot}")
        )
            yield return $"expected slot {containerInfo.Slot} to have the plain name, found {containerInfo.Name}";
    }
}
