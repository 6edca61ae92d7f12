using System.Collections.Immutable;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests.Model;

/// <summary>What happened to one service in a round: all that the model is told.</summary>
public sealed record Scenario
{
    public required ServiceRole Part { get; init; }

    public required ServiceSnapshot Before { get; init; }

    public required ServiceSnapshot After { get; init; }

    public ImmutableArray<PushFact> Pushes { get; init; } = [];

    /// <summary>Pushes were told of in another order than they were made.</summary>
    public bool Reversed { get; init; }

    public ImmutableArray<VerdictFact> Verdicts { get; init; } = [];

    /// <summary>Oldest first.</summary>
    public ImmutableArray<ActionFact> Actions { get; init; } = [];

    /// <summary>Digests that cannot be proven, of all rounds.</summary>
    public ImmutableHashSet<string> Broken { get; init; } = [];

    /// <summary>A deployment may have failed of a fault.</summary>
    public bool MayFail { get; init; }

    /// <summary>Nobody asked it to stop or start: it had to run, or had to be stopped, all the time.</summary>
    public bool Undisturbed =>
        !Actions.Any(action => action.ByPerson && action.Operation is "Service Stop" or "Service Start")
        && (Before.Runs || !Actions.Any(action => action.ByPerson && action.IsRedeploy));
}
