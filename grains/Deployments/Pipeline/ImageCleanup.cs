using AutoDeploy.Services;

namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Removes images that no version of the service needs any more.</summary>
internal static class ImageCleanup
{
    /// <summary>Removes a version's image from the engine. What cannot be removed is written to the log.</summary>
    public static async Task Remove(DeploymentContext context, ServiceVersion version, CancellationToken cancellationToken)
    {
        if (await EngineCleanup.Try(context, RemoveAndForget, $"The image {version} could not be removed") is { } failure)
            await context.Log(failure);

        async Task RemoveAndForget()
        {
            if (await context.ImageSource.Remove(version, cancellationToken) && version.Commit is not null)
                await context.Tools.Ledger.ForgetBuild(context.Deployment.Engine, version.Digest!, cancellationToken);
        }
    }
}
