namespace AutoDeploy.Engine;

/// <summary>How the engine and the registries are reached.</summary>
public sealed class EngineOptions
{
    /// <summary>Where the Docker daemon listens, <c>unix:///path</c> or <c>tcp://host:port</c>. Null: found as the docker CLI finds it.</summary>
    public string? DockerHost { get; set; }

    /// <summary>The bridge network on which services find each other by name.</summary>
    public string Network { get; set; } = "autodeploy";

    /// <summary>Registries that speak plain HTTP, as <c>host</c> or <c>host:port</c>. Those on a loopback address always do.</summary>
    public ISet<string> InsecureRegistries { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long one request to a registry may take.</summary>
    public TimeSpan RegistryTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
