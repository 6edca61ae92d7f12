using System.Collections.Concurrent;

namespace AutoDeploy.Deployments.Images;

/// <summary>The builds of this silo, engine by engine: what is built on one is not on another.</summary>
public sealed class BuildCoordinators(DeploymentOptions options)
{
    private readonly ConcurrentDictionary<string, BuildCoordinator> _builds = new();

    public BuildCoordinator GetForEngine(string engine) => _builds.GetOrAdd(engine, _ => new BuildCoordinator(options));
}
