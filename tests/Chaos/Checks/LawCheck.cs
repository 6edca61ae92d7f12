using AutoDeploy.Chaos.Tests.Model;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>What runs, and how actions and verdicts ended, is what may have come of the round.</summary>
public sealed class LawCheck : ICheck
{
    public Task<IReadOnlyList<string>> Objections(Scene scene) => Task.FromResult<IReadOnlyList<string>>(
        [.. scene.Actors.SelectMany(actor => Law.Objections(actor.Story(scene)).Select(objection => $"{actor.Actor.Part.Name}: {objection}"))]);
}
