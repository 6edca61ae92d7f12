namespace AutoDeploy.Engine;

/// <summary>How the engines and the registries are reached.</summary>
public sealed class EngineOptions
{
    /// <summary>Engines by name. None: one, which is found as the docker CLI finds it.</summary>
    public IList<EngineAddress> Engines { get; } = [];

    /// <summary>The bridge network on which services find each other by name.</summary>
    public string Network { get; set; } = "autodeploy";

    /// <summary>Registries that speak plain HTTP, as <c>host</c> or <c>host:port</c>. Those on a loopback address always do.</summary>
    public ISet<string> InsecureRegistries { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long one request to a registry may take.</summary>
    public TimeSpan RegistryTimeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <param name="Name">What services call the engine.</param>
/// <param name="Url">Where it listens, <c>unix:///path</c> or <c>tcp://host:port</c>.</param>
/// <param name="CertPath">A folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c> for TLS; null: without.</param>
public sealed record EngineAddress(string Name, string Url, string? CertPath = null);
