namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Stops the service's containers.</summary>
internal sealed class StopContainersStep : IDeploymentStep
{
    public DeploymentStep Position => DeploymentStep.Stop;

    public async Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        await context.EnterStep(DeploymentStep.Stop, cancellationToken);
        var rollout = await context.GetRollout(cancellationToken);
        return await EngineCleanup.Try(context, () => rollout.Stop(cancellationToken), "Not all containers could be stopped") is { } failure
            ? throw new DeploymentFailedException(failure)
            : new StepResult($"{context.Service.Name} is stopped.");
    }
}
