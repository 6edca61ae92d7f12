using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>Our process answered no 500 and ended only when it was killed.</summary>
public sealed class AnswerCheck : ICheck
{
    public Task<IReadOnlyList<string>> ListViolations(RoundEvidence evidence) =>
        Task.FromResult<IReadOnlyList<string>>([.. evidence.Stage.Api.Bad, .. evidence.Stage.Host.Crashes]);
}
