using System.Collections.Immutable;

namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>What is done in one round.</summary>
public sealed record ChaosRound(int Number, ImmutableArray<TimedAction> Acts)
{
    public IEnumerable<PushAction> Pushes => Acts.Select(timedAction => timedAction.Act).OfType<PushAction>();

    public IEnumerable<PersonAction> Asks => Acts.Select(timedAction => timedAction.Act).OfType<PersonAction>();

    public IEnumerable<FaultAction> Faults => Acts.Select(timedAction => timedAction.Act).OfType<FaultAction>();

    public override string ToString() => $"{Number}: {string.Join("; ", Acts)}";
}
