namespace AutoDeploy.Deployments.Pipeline;

/// <summary>
/// Removes the old containers, or those of slots that are not wanted any more. The new version stays, whatever cannot be removed: the
/// result then says so.
/// </summary>
internal sealed class RetireStep : IDeploymentStep
{
    public DeploymentStep Position => DeploymentStep.Retire;

    public async Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        await context.EnterStep(DeploymentStep.Retire, cancellationToken);
        var rollout = await context.GetRollout(cancellationToken);
        string?[] failures =
            context.Deployment.Operation == Operation.Redeploy
                ?
                [
                    await EngineCleanup.Retry(
                        context,
                        () => rollout.Retire(cancellationToken),
                        "The old containers could not all be removed",
                        cancellationToken
                    ),
                    await EngineCleanup.Try(context, () => rollout.RemoveOldVolumes(cancellationToken), "Old volumes could not be removed"),
                ]
                :
                [
                    await EngineCleanup.Retry(
                        context,
                        () => rollout.RemoveSurplus(cancellationToken),
                        "Surplus containers could not all be removed",
                        cancellationToken
                    ),
                    await EngineCleanup.Try(context, () => rollout.Rename(cancellationToken), "The containers could not be renamed"),
                ];
        context.Remarks.AddRange(failures.OfType<string>());
        return StepResult.Continue;
    }
}
