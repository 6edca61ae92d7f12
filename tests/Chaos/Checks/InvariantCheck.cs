using AutoDeploy.Chaos.Tests.Model;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>What runs, and how actions and verdicts ended, is what may have come of the round.</summary>
public sealed class InvariantCheck : ICheck
{
    public Task<IReadOnlyList<string>> ListViolations(RoundEvidence evidence) =>
        Task.FromResult<IReadOnlyList<string>>([
            .. evidence.Actors.SelectMany(actor =>
                InvariantOracle.ListViolations(actor.Story(evidence)).Select(objection => $"{actor.Actor.Part.Name}: {objection}")
            ),
        ]);
}
