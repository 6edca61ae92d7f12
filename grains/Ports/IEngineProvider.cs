namespace AutoDeploy.Ports;

/// <summary>The engines that this process reaches.</summary>
/// <exception cref="EngineException">
/// Thrown by every method when it is not an engine that this process reaches, or one of a kind that cannot do that.
/// </exception>
public interface IEngineProvider
{
    /// <summary>Their names, at least one.</summary>
    IReadOnlyList<string> Names { get; }

    IEngine Get(string name);

    /// <summary>The engine as a host of single containers.</summary>
    IContainerEngine GetContainerEngine(string name);

    /// <summary>What builds the images that the engine runs.</summary>
    IImageBuilder GetImageBuilder(string name);
}
