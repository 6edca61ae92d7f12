namespace AutoDeploy.Deployments.Rollouts;

/// <summary>Chooses how a service is brought to a version on its engine: the only place that asks for the engine's kind.</summary>
internal static class RolloutFactory
{
    public static async Task<IRollout> Create(DeploymentContext context, CancellationToken cancellationToken)
    {
        var references = await ServiceReferences.Load(context, cancellationToken);

        // while the containers of the version before tell which volumes they have; with a version on trial it is not decided yet which
        // counts
        if (context.Deployment.Step is not (DeploymentStep.Bake or DeploymentStep.Group))
            await context.Volumes.Load(cancellationToken);
        return new SlotRollout(context, references);
    }
}
