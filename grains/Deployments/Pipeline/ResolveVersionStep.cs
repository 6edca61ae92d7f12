namespace AutoDeploy.Deployments.Pipeline;

/// <summary>
/// Finds out which version the deployment goes for. It is asked once and stored; a push whose version needs no work ends here.
/// </summary>
internal sealed class ResolveVersionStep : IDeploymentStep
{
    public DeploymentStep Position => DeploymentStep.Resolve;

    // the version is read from the stored deployment then
    public bool IsRepeated(DeploymentStep stored) => true;

    public async Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        var stop = context.Deployment.Step.IsPreparation() ? context.StopToken : cancellationToken;
        context.Version =
            context.Deployment.Operation != Operation.Redeploy && context.Service.Current is { } current
                ? current
                : await context.ImageSource.ResolveVersion(stop);
        if (
            context.Deployment is { Cause.Kind: CauseKind.Push, Step: DeploymentStep.Resolve or DeploymentStep.None }
            && await context.ImageSource.FindReasonToSkip(context.Version, stop) is { } reason
        )
            return new StepResult(reason);
        // more containers of what runs are made also while its registry is away
        if (context.Deployment.Step.IsPreparation() && context.Deployment.Operation != Operation.Scale)
            await context.ImageSource.VerifySignature(context.Version, stop);
        return StepResult.Continue;
    }
}
