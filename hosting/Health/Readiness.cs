using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoDeploy.Hosting.Health;

/// <summary>What <c>/readyz</c> answers. Each is "ok" or "does not answer".</summary>
/// <param name="Engine">An engine answers.</param>
/// <param name="Cluster">The silos: a grain could be called.</param>
public sealed record Readiness(string Ledger, string Engine, string Cluster)
{
    /// <summary>Each engine by its name.</summary>
    public required IReadOnlyDictionary<string, string> Engines { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsReady => (Ledger, Engine, Cluster) is ("ok", "ok", "ok");

    public static Readiness From(HealthReport report) =>
        new(
            Format(report, LedgerReadinessCheck.Name),
            Format(report, EngineReadinessCheck.Name),
            Format(report, ClusterReadinessCheck.Name)
        )
        {
            Engines = report
                .Entries[EngineReadinessCheck.Name]
                .Data.ToDictionary(engine => engine.Key, engine => Format(engine.Value is true)),
        };

    private static string Format(HealthReport report, string name) => Format(report.Entries[name].Status == HealthStatus.Healthy);

    private static string Format(bool answers) => answers ? "ok" : "does not answer";
}
