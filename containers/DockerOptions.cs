namespace AutoDeploy.Containers;

/// <summary>How the Docker engines are reached.</summary>
public sealed class DockerOptions
{
    /// <summary>Engines by name. None: one, which is found as the docker CLI finds it.</summary>
    public IList<EngineAddress> Engines { get; } = [];

    /// <summary>The bridge network on which services find each other by name.</summary>
    public string Network { get; set; } = "autodeploy";
}
