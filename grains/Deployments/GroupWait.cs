using AutoDeploy.Services;

namespace AutoDeploy.Deployments;

/// <summary>The wait of a deployment, whose new containers serve, for the others of its deploy group.</summary>
internal sealed class GroupWait(Service service, Progress progress, Rollout rollout, DeploymentTools tools)
{
    /// <summary>Between two looks.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(300);

    /// <summary>The group of a deployment; null: it is in none.</summary>
    public static IDeployGroupGrain? Of(Service service, Deployment deployment, IGrainFactory grains) =>
        deployment is { Operation: Operation.Redeploy, Cause: { Kind: CauseKind.Push, Push: { } push } } && service.Settings.DeployGroup.Length > 0
            ? grains.GetGrain<IDeployGroupGrain>($"{push}/{service.Settings.DeployGroup}")
            : null;

    /// <param name="engineWasAway">New containers that are down are started again.</param>
    /// <param name="stop">It is canceled, or has taken too long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DeploymentFailedException">Another one failed, so that this one goes back, too.</exception>
    /// <exception cref="OperationCanceledException">It is not too late to stop.</exception>
    public async Task Run(bool engineWasAway, CancellationToken stop, CancellationToken cancellationToken)
    {
        if (Of(service, progress.Deployment, tools.Grains) is not { } group)
            return;
        await progress.At(Steps.Group, cancellationToken);
        await tools.Grains.Queue(progress.Deployment).Leave(progress.Deployment.Uuid);
        if (engineWasAway)
            await rollout.Revive(cancellationToken);

        var said = false;
        while (true)
        {
            var reply = await group.Ready(progress.Deployment.Uuid);
            if (reply.Decision == GroupDecision.Stay)
                return;
            if (reply.Decision == GroupDecision.GoBack)
                throw new DeploymentFailedException($"{reply.Reason} {service.Name} went back with it.", blameless: true);
            if (stop.IsCancellationRequested && await group.Fail(progress.Deployment.Uuid, $"{service.Name} of the deploy group \"{service.Settings.DeployGroup}\" was stopped."))
                stop.ThrowIfCancellationRequested();
            if (!said)
                await progress.Log($"Waiting for the others of the deploy group \"{service.Settings.DeployGroup}\".");
            said = true;
            await Task.Delay(Pace, tools.Time, cancellationToken);
        }
    }
}
