namespace AutoDeploy.Registry;

/// <summary>How registries are reached.</summary>
public sealed class RegistryOptions
{
    /// <summary>Registries that speak plain HTTP, as <c>host</c> or <c>host:port</c>. Those on a loopback address always do.</summary>
    public ISet<string> InsecureRegistries { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long one request to a registry may take.</summary>
    public TimeSpan RegistryTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
