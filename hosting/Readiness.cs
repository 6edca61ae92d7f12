namespace AutoDeploy.Hosting;

/// <summary>The answer of the readiness check. Each member is "ok" or "does not answer".</summary>
/// <param name="Engine">An engine answers.</param>
/// <param name="Cluster">The silos: a grain could be called.</param>
public sealed record Readiness(string Ledger, string Engine, string Cluster)
{
    /// <summary>Each engine by its name.</summary>
    public required IReadOnlyDictionary<string, string> Engines { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsReady => (Ledger, Engine, Cluster) is ("ok", "ok", "ok");
}
