using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>Looks whether one promise was kept in a round.</summary>
public interface ICheck
{
    /// <summary>What is not as promised, in sentences that say what was expected and what was found.</summary>
    Task<IReadOnlyList<string>> ListViolations(RoundEvidence evidence);
}
