using AutoDeploy.Ports;
using Polly;
using Polly.Retry;

namespace AutoDeploy.Deployments.Images;

/// <summary>
/// Asks a registry again that did not answer or was out of order: it may be restarting, and some answer 500 for a tag that is just being
/// written. What it refuses it is not asked again.
/// </summary>
internal static class RegistryRetry
{
    private static readonly TimeSpan InitialRetryDelay = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(5);

    /// <param name="tools">How long, and by which clock.</param>
    /// <param name="log">Told once, with the failure's sentence.</param>
    /// <param name="work">Can be repeated.</param>
    /// <param name="cancellationToken">Ends the work and the waiting.</param>
    public static async Task<T> Run<T>(
        DeploymentTools tools,
        Func<string, Task> log,
        Func<CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        var begun = tools.Time.GetTimestamp();
        var pipeline = new ResiliencePipelineBuilder<T> { TimeProvider = tools.Time }
            .AddRetry(
                new RetryStrategyOptions<T>
                {
                    MaxRetryAttempts = int.MaxValue,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = InitialRetryDelay,
                    MaxDelay = MaxRetryDelay,
                    ShouldHandle = attempt =>
                        ValueTask.FromResult(
                            IsTransient(attempt.Outcome.Exception) && tools.Time.GetElapsedTime(begun) < tools.Options.RegistryTimeout
                        ),
                    OnRetry = async attempt =>
                    {
                        if (attempt.AttemptNumber == 0)
                            await log($"{attempt.Outcome.Exception!.Message} Asking again.");
                    },
                }
            )
            .Build();
        return await pipeline.ExecuteAsync(async token => await work(token), cancellationToken);
    }

    private static bool IsTransient(Exception? failure) =>
        failure
            is RegistryException { Fault: RegistryFault.Unreachable or RegistryFault.TooManyRequests }
                or EngineException { Fault: EngineFault.Interrupted };
}
