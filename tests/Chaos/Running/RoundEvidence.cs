using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>A round when all is at rest: what was done and what is there, for the checks.</summary>
public sealed record RoundEvidence(ChaosEnvironment Stage, ChaosRound Round)
{
    public required IReadOnlyList<SentPush> Sent { get; init; }

    public required IReadOnlyList<ServiceEvidence> Actors { get; init; }

    /// <summary>All at the engine that carry our labels.</summary>
    public required IReadOnlyList<ContainerInfo> Containers { get; init; }
}
