namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>Something that is done in a round.</summary>
public abstract record ChaosAction
{
    /// <summary>In words, for the table; two acts are the same when these are.</summary>
    public abstract string Words { get; }

    public sealed override string ToString() => Words;
}
