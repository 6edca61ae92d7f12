using System.Collections.Concurrent;

namespace AutoDeploy.Deployments.Images;

/// <summary>The builds of this silo, engine by engine: what is built on one is not on another.</summary>
public sealed class EngineBuilds(DeploymentOptions options)
{
    private readonly ConcurrentDictionary<string, SharedBuilds> _builds = new();

    public SharedBuilds On(string engine) => _builds.GetOrAdd(engine, _ => new SharedBuilds(options));
}
