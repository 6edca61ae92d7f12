using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>Our process answered no 500 and ended only when it was killed.</summary>
public sealed class AnswerCheck : ICheck
{
    public Task<IReadOnlyList<string>> Objections(Scene scene) => Task.FromResult<IReadOnlyList<string>>([.. scene.Stage.Api.Bad, .. scene.Stage.Host.Crashes]);
}
