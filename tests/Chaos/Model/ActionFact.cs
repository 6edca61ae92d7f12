namespace AutoDeploy.Chaos.Tests.Model;

/// <summary>An action of a round that has ended.</summary>
/// <param name="Push">The uuid of the push that began it; null: something else did.</param>
/// <param name="Digest">What it went for, as far as that was found out.</param>
public sealed record ActionFact(string Uuid, string Operation, string State, string? Push, bool ByPerson, string? Digest, string Result)
{
    public bool IsRedeploy => Operation == "Service Redeploy";

    /// <summary>It found nothing to do, and left what runs.</summary>
    public bool DidNothing => Result.Contains("nothing was done", StringComparison.Ordinal);
}
