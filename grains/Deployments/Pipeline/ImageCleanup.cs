using AutoDeploy.Services;

namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Removes images that no version of the service needs any more.</summary>
internal static class ImageCleanup
{
    /// <summary>Removes a version's image from the engine. What cannot be removed is written to the log.</summary>
    public static async Task Remove(DeploymentContext context, ServiceVersion version, CancellationToken cancellationToken)
    {
        var failure = await EngineCleanup.Try(
            context, () => context.Tools.Engine.RemoveImage(version.Image, version.Reference, cancellationToken), $"The image {version} could not be removed");
        if (failure is not null)
            await context.Log(failure);
    }
}
