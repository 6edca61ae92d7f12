using AutoDeploy.Deployments.Pipeline;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments.Images;

/// <summary>
/// Where a service's versions come from: finds out which one a deployment goes for, and sees to it that the engine has its image.
/// </summary>
internal interface IImageSource
{
    /// <summary>What to go for: asked once, when the deployment begins, and kept.</summary>
    Task<ServiceVersion> ResolveVersion(CancellationToken cancellationToken);

    /// <summary>Why a push needs no new containers after all, now that the deployment begins; null when it does.</summary>
    Task<string?> FindReasonToSkip(ServiceVersion version, CancellationToken cancellationToken);

    /// <summary>Called before an image is acquired: ends the deployment unless the version is signed where it has to be.</summary>
    /// <exception cref="DeploymentFailedException">It is not signed, or that cannot be found out.</exception>
    Task VerifySignature(ServiceVersion version, CancellationToken cancellationToken);

    /// <summary>The longest that <see cref="Acquire"/> may take for the version; null: it limits itself.</summary>
    StepTimeout? GetAcquireTimeout(ServiceVersion version);

    /// <summary>Pulls or builds the image unless the engine has it; the version then has its digest.</summary>
    Task<(ServiceVersion Version, EngineImage Image)> Acquire(ServiceVersion version, CancellationToken cancellationToken);

    /// <summary>Removes a version's image from the engine if nothing uses it any more; says whether it is gone.</summary>
    Task<bool> Remove(ServiceVersion version, CancellationToken cancellationToken);
}
