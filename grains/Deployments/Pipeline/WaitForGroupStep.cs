namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Waits, with the new containers serving, for the other deployments of the service's deploy group.</summary>
internal sealed class WaitForGroupStep : IDeploymentStep
{
    public DeploymentStep Position => DeploymentStep.Group;

    public async Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        if (DeployGroupBarrier.Find(context.Service, context.Deployment, context.Tools.Grains) is not { } barrier)
            return StepResult.Continue;
        await context.EnterStep(DeploymentStep.Group, cancellationToken);

        // it only waits: others may have its place on the engine
        await context.Tools.Grains.GetQueueGrain(context.Deployment).Leave(context.Deployment.Uuid);
        if (context.EngineWasAway)
            await (await context.GetRollout(cancellationToken)).RestartNew(cancellationToken);
        await barrier.Wait(context, cancellationToken);
        return StepResult.Continue;
    }
}
