using AutoDeploy.Deployments.Pipeline;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Deployments;

/// <summary>
/// Runs a deployment's pipeline to its end. Every step can be repeated: an engine that does not answer is waited for, and what fails in a
/// way
/// that nobody expects is tried again, but not for ever.
/// </summary>
internal sealed partial class DeploymentRunner(DeploymentTools tools, CancellationSignals signals, ILogger logger)
{
    /// <summary>How long an engine that does not answer is waited for when the deployment's own time is over, to take it back.</summary>
    private static readonly TimeSpan EngineTimeout = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);

    private DeploymentContext? _context;

    /// <summary>How far the present step is, in numbers.</summary>
    public DeploymentProgress Progress => _context?.Progress ?? new DeploymentProgress();

    /// <param name="deployment">As it is stored.</param>
    /// <param name="service">As it is now.</param>
    /// <param name="cancellationToken">The process or the grain ends; the run is resumed later.</param>
    /// <returns>The end, which is not stored yet.</returns>
    /// <exception cref="DeploymentFencedException">Another process has acquired the deployment.</exception>
    public async Task<DeploymentOutcome> Run(Deployment deployment, Service service, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(service.Settings.Limits.Whole + service.Settings.BakeSeconds);
        var end = (deployment.Started ?? tools.Time.GetUtcNow()) + limit + EngineTimeout;
        var engineWasAway = false;
        while (true)
        {
            using var context = _context = new DeploymentContext(deployment, service, tools, signals, engineWasAway, cancellationToken);
            try
            {
                var outcome = await DeploymentPipeline.For(deployment.Operation).Run(context, cancellationToken);
                context.Tracer.End(outcome.Deployment.State);
                await context.ThrowIfFenced(cancellationToken);
                return outcome;
            }
            catch (EngineException failure) when (failure.Fault == EngineFault.Unreachable)
            {
                deployment = context.Deployment;
                if (!engineWasAway)
                    await context.Log($"{failure.Message} Waiting for it.");
                engineWasAway = true;
                if (await WaitForEngine(context, end, failure, cancellationToken) is { } ended)
                {
                    await context.ThrowIfFenced(cancellationToken);
                    return new DeploymentOutcome { Deployment = ended, Containers = service.Containers };
                }
            }
            catch (Exception failure) when (DeploymentFailure.IsUnexpected(failure) && !cancellationToken.IsCancellationRequested)
            {
                deployment = context.Deployment;
                LogUnexpected(logger, deployment.Uuid, deployment.Failures + 1, failure);
                if (DeploymentFailure.IsLastUnexpected(deployment, failure))
                {
                    await context.ThrowIfFenced(cancellationToken);
                    var ended = context.End(DeploymentState.Failed, DeploymentFailure.GetUnexpectedSentence(deployment, failure));
                    return new DeploymentOutcome { Deployment = ended, Containers = service.Containers };
                }

                // counted before the next try, so that a process that ends meanwhile does not begin to count anew
                await context.Save(deployment with { Failures = deployment.Failures + 1 }, cancellationToken);
                deployment = context.Deployment;
                await context.Log($"It failed in a way that was not expected: {DeploymentFailure.Describe(failure)} Trying again.");
                await Task.Delay(RetryDelay, tools.Time, cancellationToken);
            }
            finally
            {
                // has no effect unless the run is left in another way than by its end
                context.Tracer.End("interrupted");
            }
        }
    }

    /// <returns>Null: the engine takes connections again. Otherwise the deployment's end without it.</returns>
    private async Task<Deployment?> WaitForEngine(
        DeploymentContext context,
        DateTimeOffset end,
        EngineException failure,
        CancellationToken cancellationToken
    )
    {
        do
        {
            if (context.Deployment.Step.IsPreparation() && signals.CanceledBy is { } by)
                return context.End(DeploymentState.Canceled, $"Canceled by {by}.");
            if (tools.Time.GetUtcNow() > end)
                return context.End(DeploymentState.Failed, $"The engine did not answer for too long: {failure.Message}");
            await Task.Delay(RetryDelay, tools.Time, cancellationToken);
        } while (!await context.Engine.AcceptsConnections(cancellationToken));

        return null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Deployment {DeploymentId} failed unexpectedly; this was failure {Count}")]
    private static partial void LogUnexpected(ILogger logger, Guid deploymentId, int count, Exception failure);
}
