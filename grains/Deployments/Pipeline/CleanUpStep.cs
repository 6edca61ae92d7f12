using AutoDeploy.Services;

namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Removes the containers of commands, and the images of versions that are not kept for a rollback.</summary>
internal sealed class CleanUpStep : IDeploymentStep
{
    public DeploymentStep Position => DeploymentStep.CleanUp;

    public async Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        if (!context.BringsVersion)
            return StepResult.Continue;
        await context.EnterStep(DeploymentStep.CleanUp, cancellationToken);
        var rollout = await context.GetRollout(cancellationToken);
        if (
            await EngineCleanup.Try(
                context,
                () => rollout.RemoveCommands(cancellationToken),
                "A command's container could not be removed"
            ) is
            { } failure
        )
            context.Remarks.Add(failure);
        if (context.Deployment.Operation == Operation.Redeploy)
            await RemoveOldImages(context, context.Version!, cancellationToken);
        return StepResult.Continue;
    }

    private static async Task RemoveOldImages(DeploymentContext context, ServiceVersion version, CancellationToken cancellationToken)
    {
        var kept = RollbackTargets.ListAfter(context.Service, version);
        foreach (var old in context.Service.Previous.Where(p => p.Digest != version.Digest && kept.All(k => k.Digest != p.Digest)))
            await ImageCleanup.Remove(context, old, cancellationToken);
    }
}
