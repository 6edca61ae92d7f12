using AutoDeploy.Deployments.Rollouts;

namespace AutoDeploy.Deployments.Pipeline;

/// <summary>
/// Runs the service's command before containers are touched; if it fails, so does the deployment. Before that the volumes go that another
/// deployment has left, which ended without an end.
/// </summary>
internal sealed class PreDeployCommandStep : IDeploymentStep
{
    public DeploymentStep Position => DeploymentStep.PreDeploy;

    // without a command the step only removes volumes, and the time of the command says nothing of that
    public StepTimeout? GetTimeout(DeploymentContext context) =>
        HasCommand(context) ? new(context.Service.Settings.Limits.Command, "pre_deploy did not end") : null;

    public async Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        var rollout = await context.GetRollout(cancellationToken);
        if (context.Deployment.Step.IsPreparation())
            await RemoveNewVolumes(context, rollout, cancellationToken);
        if (!HasCommand(context))
            return StepResult.Continue;
        await context.EnterStep(DeploymentStep.PreDeploy, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.StopToken);
        return await rollout.RunCommand(ServiceCommand.PreDeploy, stop.Token, cancellationToken) is { } failure
            ? throw new DeploymentFailedException(failure)
            : StepResult.Continue;
    }

    public async Task CompensateAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        var rollout = await context.GetRollout(cancellationToken);
        if (
            await EngineCleanup.Try(
                context,
                () => rollout.RemoveCommands(cancellationToken),
                "A command's container could not be removed"
            ) is
            { } failure
        )
            await context.Log(failure);

        // containers of commands and of the service have had them
        await RemoveNewVolumes(context, rollout, cancellationToken);
    }

    private static bool HasCommand(DeploymentContext context) => context.BringsVersion && context.Service.Settings.PreDeploy.Length > 0;

    private static async Task RemoveNewVolumes(DeploymentContext context, IRollout rollout, CancellationToken cancellationToken)
    {
        if (
            await EngineCleanup.Try(
                context,
                () => rollout.RemoveNewVolumes(cancellationToken),
                "Volumes of a version that did not come to run could not be removed"
            ) is
            { } left
        )
            await context.Log(left);
    }
}
