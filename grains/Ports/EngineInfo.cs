namespace AutoDeploy.Ports;

public sealed record EngineInfo(string Name, string Version, string ApiVersion)
{
    /// <summary>When it was started, or a little before; null where that cannot be known.</summary>
    public DateTimeOffset? Started { get; init; }
}
