namespace AutoDeploy.Chaos.Tests.Plan;

/// <param name="Offset">Milliseconds after the round's beginning.</param>
public sealed record TimedAction(int Offset, ChaosAction Act)
{
    public override string ToString() => $"{Offset}ms {Act}";
}
