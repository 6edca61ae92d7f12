using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>Builds images for an engine.</summary>
/// <exception cref="EngineException">Thrown by every member when the engine refuses or does not answer.</exception>
public interface IImageBuilder
{
    /// <summary>
    /// Builds an image. Each line of the build's output is reported as it comes, without line end or terminal colours. Cancelling stops
    /// the build. A build that fails is <see cref="EngineFault.Refused"/>, with the engine's own words.
    /// </summary>
    /// <param name="spec">What is built, and how.</param>
    /// <param name="context">A tar with the Dockerfile in it; read once, as it comes.</param>
    /// <param name="lines">Told each line in its order, on the thread that reads them.</param>
    /// <param name="cancellationToken">Stops the build.</param>
    Task<EngineImage> Build(BuildSpec spec, Stream context, IProgress<string> lines, CancellationToken cancellationToken);

    /// <summary>What the image says of itself, or null if the engine does not have it.</summary>
    /// <param name="reference"><c>host/path@digest</c>, or an image's id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<EngineImage?> FindImage(string reference, CancellationToken cancellationToken);

    /// <summary>Gives an image another name beside those that it has.</summary>
    Task Tag(string id, ImageName name, CancellationToken cancellationToken);
}
