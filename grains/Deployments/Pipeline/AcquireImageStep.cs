namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Sees to it that the engine has the version's image: pulls or builds it.</summary>
internal sealed class AcquireImageStep : IDeploymentStep
{
    public DeploymentStep Position => DeploymentStep.Build;

    // once the new version stays, it does not matter whether its image can still be had
    public bool IsRepeated(DeploymentStep stored) => !stored.IsPastReturn();

    public StepTimeout? GetTimeout(DeploymentContext context) => context.ImageSource.GetAcquireTimeout(context.Version!);

    public async Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.StopToken);
        (context.Version, context.Image) = await context.ImageSource.Acquire(context.Version!, stop.Token);
        if (context.Service.Settings.Git is not null && context.Deployment.Step < DeploymentStep.Replace)
            context.Signals.SupersededToken.ThrowIfCancellationRequested();
        return StepResult.Continue;
    }

    /// <summary>Removes the image of a version that did not come to run, unless it is kept for a rollback.</summary>
    public async Task CompensateAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        var service = context.Service;
        if (
            context.Version is { } version
            && context.Deployment.Digest is { } digest
            && digest != service.Current?.Digest
            && service.Previous.All(previous => previous.Digest != digest)
        )
            await ImageCleanup.Remove(context, version with { Digest = digest }, cancellationToken);
    }
}
