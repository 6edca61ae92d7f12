namespace AutoDeploy.Ports;

/// <param name="Id">The image's id (digest of its configuration).</param>
/// <param name="HealthCheck">The image's HEALTHCHECK, or null if it has none (or NONE).</param>
public sealed record EngineImage(string Id, EngineHealthCheck? HealthCheck)
{
    /// <summary>The paths that it declares with VOLUME, as it writes them.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];
}
