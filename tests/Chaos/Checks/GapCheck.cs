using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>Of a service that runs there is always a container, except while the engine is away.</summary>
public sealed class GapCheck : ICheck
{
    public Task<IReadOnlyList<string>> ListViolations(RoundEvidence evidence) =>
        Task.FromResult<IReadOnlyList<string>>([
            .. evidence
                .Stage.Sampler.Gaps.Where(gap => !(gap.At >= evidence.Stage.EngineGone))
                .GroupBy(gap => gap.Name)
                .Select(gaps =>
                    $"{gaps.Key} had no running container for {gaps.Count()} look(s), the first "
                    + $"{gaps.First().At - evidence.Stage.RoundBegan:0.0} s after the round's beginning"
                ),
        ]);
}
