using AutoDeploy.Services;

namespace AutoDeploy.Deployments;

/// <summary>Where the deployments of a deploy group that one push led to wait for each other, with their new containers serving.</summary>
internal sealed class DeployGroupBarrier(IDeployGroupGrain grain)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(300);

    /// <summary>The barrier of a deployment; null: its service is in no group, or no push led to it.</summary>
    public static DeployGroupBarrier? Find(Service service, Deployment deployment, IGrainFactory grains) =>
        deployment is { Operation: Operation.Redeploy, Cause: { Kind: CauseKind.Push, PushId: { } pushId } }
        && service.Settings.DeployGroup.Length > 0
            ? new DeployGroupBarrier(grains.GetGrain<IDeployGroupGrain>($"{pushId}/{service.Settings.DeployGroup}"))
            : null;

    /// <summary>A deployment of the group has ended.</summary>
    public Task ReportEnded() => grain.ReportEnded();

    /// <exception cref="DeploymentFailedException">Another deployment of the group failed, so that this one goes back, too.</exception>
    /// <exception cref="OperationCanceledException">The deployment is canceled or overdue, and the group has not decided to
    /// stay.</exception>
    public async Task Wait(DeploymentContext context, CancellationToken cancellationToken)
    {
        var (service, deploymentId) = (context.Service, context.Deployment.Uuid);
        var group = service.Settings.DeployGroup;
        var isLogged = false;
        while (true)
        {
            var reply = await grain.ReportReady(deploymentId);
            if (reply.Decision == DeployGroupDecision.Stay)
                return;
            if (reply.Decision == DeployGroupDecision.GoBack)
                throw new DeploymentFailedException($"{reply.Reason} {service.Name} went back with it.", blameless: true);
            if (
                context.StopToken.IsCancellationRequested
                && await grain.ReportFailure(deploymentId, $"{service.Name} of the deploy group \"{group}\" was stopped.")
            )
                context.StopToken.ThrowIfCancellationRequested();
            if (!isLogged)
                await context.Log($"Waiting for the others of the deploy group \"{group}\".");
            isLogged = true;
            await Task.Delay(PollInterval, context.Tools.Time, cancellationToken);
        }
    }
}
