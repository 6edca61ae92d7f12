using AutoDeploy.Ports;

namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Removal of what is not needed any more: an engine that refuses does not fail the deployment.</summary>
internal static class EngineCleanup
{
    /// <summary>How long it is tried to remove what must not stay: a full disk may be freed meanwhile.</summary>
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Tries it once. Where the deployment is being ended as well as it can be, nothing that fails keeps it from its end.
    /// </summary>
    /// <returns>What failed, in a sentence that begins with <paramref name="otherwise"/>; null: nothing.</returns>
    public static Task<string?> Try(DeploymentContext context, Func<Task> work, string otherwise) =>
        Try(
            context,
            async () =>
            {
                await work();
                return null;
            },
            otherwise
        );

    /// <summary>As the other, of work that says itself what is left, in a sentence; null: nothing.</summary>
    public static async Task<string?> Try(DeploymentContext context, Func<Task<string?>> work, string otherwise)
    {
        try
        {
            return await work();
        }
        catch (Exception failure)
            when (failure is EngineException { Fault: not EngineFault.Unreachable }
                || (failure is not OperationCanceledException && DeploymentFailure.IsLastUnexpected(context.Deployment, failure))
            )
        {
            return $"{otherwise}: {failure.Message}";
        }
    }

    /// <summary>Tries it for some minutes: two versions must not serve side by side for ever.</summary>
    /// <returns>As <see cref="Try(DeploymentContext, Func{Task}, string)"/>.</returns>
    public static async Task<string?> Retry(
        DeploymentContext context,
        Func<Task> work,
        string otherwise,
        CancellationToken cancellationToken
    )
    {
        var time = context.Tools.Time;
        var begun = time.GetTimestamp();
        for (var delay = FirstDelay; ; delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay)
        {
            var failure = await Try(context, work, otherwise);
            if (failure is null || time.GetElapsedTime(begun) > RetryTimeout)
                return failure;
            if (delay == FirstDelay)
                await context.Log($"{failure} Trying again.");
            await Task.Delay(delay, time, cancellationToken);
        }
    }
}
