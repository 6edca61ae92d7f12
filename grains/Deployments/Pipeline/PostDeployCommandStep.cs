using AutoDeploy.Deployments.Rollouts;

namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Runs the service's command after the new version has taken over. The version stays if it fails.</summary>
internal sealed class PostDeployCommandStep : IDeploymentStep
{
    public DeploymentStep Position => DeploymentStep.PostDeploy;

    public StepTimeout? GetTimeout(DeploymentContext context) => new(context.Service.Settings.Limits.Command, "post_deploy did not end");

    public async Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        if (!context.BringsVersion || context.Service.Settings.PostDeploy.Length == 0)
            return StepResult.Continue;
        await context.EnterStep(DeploymentStep.PostDeploy, cancellationToken);
        var rollout = await context.GetRollout(cancellationToken);
        return await rollout.RunCommand(ServiceCommand.PostDeploy, cancellationToken, cancellationToken) is { } failure
            ? throw new DeploymentFailedException(failure)
            : StepResult.Continue;
    }
}
