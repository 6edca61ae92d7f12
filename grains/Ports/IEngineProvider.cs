namespace AutoDeploy.Ports;

/// <summary>The engines that this process reaches.</summary>
public interface IEngineProvider
{
    /// <summary>Their names, at least one.</summary>
    IReadOnlyList<string> Names { get; }

    /// <exception cref="EngineException">It is not one that this process reaches.</exception>
    IEngine Get(string name);
}
