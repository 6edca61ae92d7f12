using AutoDeploy.Deployments.Rollouts;

namespace AutoDeploy.Deployments.Pipeline;

/// <summary>
/// Watches for some time a version that has taken over. The old containers are stopped and kept for the way back; one new container that
/// ends, restarts or turns unhealthy is enough for it.
/// </summary>
internal sealed class BakeStep : IDeploymentStep
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    public DeploymentStep Position => DeploymentStep.Bake;

    public async Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        if (!context.Bakes)
            return StepResult.Continue;
        var (tools, seconds) = (context.Tools, context.Service.Settings.BakeSeconds);
        var rollout = await context.GetRollout(cancellationToken);
        await context.EnterStep(DeploymentStep.Bake, cancellationToken);

        // it only watches: others may have its place on the engine
        await tools.Grains.GetQueueGrain(context.Deployment).Leave(context.Deployment.Uuid);
        await rollout.StopOld(cancellationToken);
        var duration = TimeSpan.FromSeconds(seconds);
        var isResumed = context.Deployment.SwitchedAt is not null;
        if (context.Deployment.SwitchedAt is not { } switched)
        {
            switched = tools.Time.GetUtcNow();
            await context.Save(context.Deployment with { SwitchedAt = switched }, cancellationToken);
            await context.Log($"It has to keep well for {seconds} s.");
        }
        else
        {
            // the engine was away, or this process was: what is down now may have been stopped with it
            await rollout.RestartNew(cancellationToken);
        }

        var left = switched + duration - tools.Time.GetUtcNow();
        left = left > duration ? duration : left;
        if (isResumed && left > TimeSpan.Zero)
            await context.Log($"It has to keep well for {Math.Ceiling(left.TotalSeconds):0} s more.");
        await Watch(context, rollout, left, cancellationToken);
        return StepResult.Continue;
    }

    private static async Task Watch(DeploymentContext context, IRollout rollout, TimeSpan left, CancellationToken cancellationToken)
    {
        var (time, wanted) = (context.Tools.Time, context.Service.Settings.TargetContainers);
        var health = new BakeHealth(context, rollout);
        var begun = time.GetTimestamp();
        while (time.GetElapsedTime(begun) < left)
        {
            if (context.Signals.SupersededToken.IsCancellationRequested)
            {
                await context.Log("Something newer waits: that is enough.");
                return;
            }

            context.Signals.CanceledToken.ThrowIfCancellationRequested();
            var containers = await rollout.ListNew(cancellationToken);
            if (containers.Count < wanted)
                throw new DeploymentFailedException(
                    $"{containers.Count} of {wanted} new containers are left; went back to the version before."
                );
            foreach (var container in containers)
                await health.Check(container, cancellationToken);
            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }
}
