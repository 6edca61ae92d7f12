using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Deployments;

/// <summary>
/// Runs a deployment to its end. Every step can be repeated: an engine that does not answer is waited for, and what fails in a way that nobody
/// expects (of an engine, a registry or git) is tried again, but not for ever.
/// </summary>
internal sealed partial class DeploymentAttempts(Service service, DeploymentTools tools, Interruptions interruptions, ILogger logger)
{
    /// <summary>So often a deployment may fail unexpectedly; the last of them ends it.</summary>
    private const int MaxFailures = 3;

    /// <summary>For so long an engine is waited for that does not answer when a deployment has to be taken back whose time is over.</summary>
    private static readonly TimeSpan EngineTimeout = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    /// <summary>How far the attempt that goes on has come.</summary>
    public Progress? Progress { get; private set; }

    /// <summary>The next unexpected failure is the end: what cannot be repeated once more is ended as well as it can be.</summary>
    public static bool IsLast(Deployment deployment) => deployment.Failures >= MaxFailures - 1;

    /// <summary>Whether a failure is one that no port speaks of. What the ledger or other silos cannot do now is none: it is taken up again.</summary>
    public static bool IsUnexpected(Exception failure) => failure
        is not (TakenOverException or DeploymentFailedException or RegistryException or GitException or EngineException
            or LedgerException { IsUnavailable: true } or OrleansException);

    /// <summary>The sentence that an unexpected failure ends a deployment with.</summary>
    public static string Sentence(Deployment deployment, Exception failure) =>
        $"It failed {MaxFailures} times in a way that was not expected{(deployment.Step.Length > 0 ? $", the last time at the step \"{deployment.Step}\"" : "")}: {Words(failure)}";

    public async Task<DeploymentOutcome> Run(Deployment deployment, CancellationToken cancellationToken)
    {
        var end = (deployment.Started ?? tools.Time.GetUtcNow()) + TimeSpan.FromSeconds(service.Settings.Limits.Whole + service.Settings.BakeSeconds) + EngineTimeout;
        var waiting = false;
        while (true)
        {
            var progress = Progress = new Progress(deployment, tools, interruptions);
            try
            {
                var outcome = await new DeploymentRun(service, progress, tools, waiting).Do(cancellationToken);
                progress.Trace.End(outcome.Deployment.State);
                return outcome;
            }
            catch (EngineException failure) when (failure.Fault == EngineFault.Unreachable)
            {
                deployment = progress.Deployment;
                do
                {
                    if (Steps.OnlyPrepare(deployment.Step) && interruptions.CanceledBy is { } by)
                        return Without(DeploymentState.Canceled, $"Canceled by {by}.");
                    if (tools.Time.GetUtcNow() > end)
                        return Without(DeploymentState.Failed, $"The engine did not answer for too long: {failure.Message}");
                    if (!waiting)
                        await progress.Log($"{failure.Message} Waiting for it.");
                    waiting = true;
                    await Task.Delay(RetryDelay, tools.Time, cancellationToken);
                }
                while (!await tools.Engine.Accepts(cancellationToken));
            }
            catch (Exception failure) when (IsUnexpected(failure) && !cancellationToken.IsCancellationRequested)
            {
                LogUnexpected(logger, progress.Deployment.Uuid, progress.Deployment.Failures + 1, failure);
                if (IsLast(progress.Deployment))
                    return Without(DeploymentState.Failed, Sentence(deployment = progress.Deployment, failure));
                // counted before it is tried again, so that a process that ends meanwhile does not begin to count anew
                await progress.Keep(progress.Deployment with { Failures = progress.Deployment.Failures + 1 }, cancellationToken);
                deployment = progress.Deployment;
                await progress.Log($"It failed in a way that was not expected: {Words(failure)} Trying again.");
                await Task.Delay(RetryDelay, tools.Time, cancellationToken);
            }
            finally
            {
                // nothing, unless it is being left by another way than those above
                progress.Trace.End("interrupted");
            }
        }

        DeploymentOutcome Without(DeploymentState state, string result) => new()
        {
            Deployment = deployment with { State = state, Result = result, Ended = tools.Time.GetUtcNow() },
            Containers = service.Containers,
        };
    }

    /// <summary>One line with a full stop.</summary>
    private static string Words(Exception failure)
    {
        var words = $"{failure.GetType().Name}, {failure.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.')}";
        return (words.Length > 300 ? words[..300] + "…" : words) + ".";
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "deployment {Deployment} failed unexpectedly, for the {Count}. time")]
    private static partial void LogUnexpected(ILogger logger, Guid deployment, int count, Exception failure);
}
