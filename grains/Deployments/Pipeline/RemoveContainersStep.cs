namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Removes all that a service has on the engine: containers, volumes, the images of its versions.</summary>
internal sealed class RemoveContainersStep : IDeploymentStep
{
    public DeploymentStep Position => DeploymentStep.Remove;

    public async Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        await context.EnterStep(DeploymentStep.Remove, cancellationToken);
        var rollout = await context.GetRollout(cancellationToken);
        string? left = null;
        if (
            await EngineCleanup.Try(
                context,
                async () =>
                {
                    left = await rollout.Terminate(cancellationToken);
                },
                "Not all of it could be removed"
            ) is
            { } failure
        )
            throw new DeploymentFailedException(failure);
        if (left is not null)
            context.Remarks.Add(left);
        foreach (var version in context.Service.Previous)
            await ImageCleanup.Remove(context, version, cancellationToken);
        if (context.Service.Current is { } current)
            await ImageCleanup.Remove(context, current, cancellationToken);
        return new StepResult($"{context.Service.Name} is terminated.");
    }
}
