namespace AutoDeploy.Ports;

/// <summary>Kinds of engines: each has its own way to replace containers, and can express other settings of a service.</summary>
public enum EngineKind
{
    /// <summary>One Docker daemon.</summary>
    DockerHost,
}
