using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Engines;

/// <summary>
/// What each kind of engine can express of a service's settings. What it cannot is refused when it is set, rather than when the service is
/// deployed.
/// </summary>
public static class EngineCapabilities
{
    /// <summary>The first setting that the kind of engine cannot express, in a sentence; null: it can express all of them.</summary>
    public static string? FindObjection(EngineKind kind, ServiceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return kind switch
        {
            // the settings are Docker's own
            EngineKind.DockerHost => null,
            _ => throw new NotSupportedException($"What an engine of the kind {kind} can express is not known."),
        };
    }
}
