namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Starts the new containers, proves them and gives them the service's name. The old ones are still there afterwards.</summary>
internal sealed class ReplaceContainersStep : IDeploymentStep
{
    public DeploymentStep Position => DeploymentStep.Replace;

    public async Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        context.StopToken.ThrowIfCancellationRequested();
        var rollout = await context.GetRollout(cancellationToken);

        // whoever reads the step reads the numbers with it
        if (context.Deployment.Operation == Operation.Redeploy)
            rollout.ReportProven(0);
        await context.EnterStep(DeploymentStep.Replace, cancellationToken);
        await (
            context.Deployment.Operation == Operation.Redeploy ? rollout.Replace(cancellationToken) : rollout.Complete(cancellationToken)
        );
        context.StopToken.ThrowIfCancellationRequested();
        return StepResult.Continue;
    }

    public async Task CompensateAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        var rollout = await context.GetRollout(cancellationToken);
        if (
            await EngineCleanup.Retry(
                context,
                () => rollout.GoBack(cancellationToken),
                "Not everything could be taken back",
                cancellationToken
            ) is
            { } failure
        )
            await context.Log(failure);
    }
}
