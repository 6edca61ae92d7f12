using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments;

/// <summary>
/// The time in which a version that has taken over has to keep well. The old containers are stopped, and there for the way back; one new
/// container that ends, restarts or turns unhealthy is enough for it.
/// </summary>
internal sealed class Bake(Service service, Progress progress, Rollout rollout, DeploymentTools tools)
{
    /// <summary>Between two looks.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    /// <summary>By container: when the service's own check was last tried, and how often in a row it failed.</summary>
    private readonly Dictionary<string, (long At, int Failures)> _probed = [];

    /// <exception cref="DeploymentFailedException">It does not keep well.</exception>
    public async Task Run(CancellationToken cancellationToken)
    {
        await progress.At(Steps.Bake, cancellationToken);

        // only watching, it keeps nobody waiting
        await tools.Grains.Queue(progress.Deployment).Leave(progress.Deployment.Uuid);
        await rollout.StandDown(cancellationToken);
        var time = TimeSpan.FromSeconds(service.Settings.BakeSeconds);
        var isAgain = progress.Deployment.Switched is not null;
        if (progress.Deployment.Switched is not { } switched)
        {
            switched = tools.Time.GetUtcNow();
            await progress.Keep(progress.Deployment with { Switched = switched }, cancellationToken);
            await progress.Log($"It has to keep well for {service.Settings.BakeSeconds} s.");
        }
        else
        {
            // the engine was away, or we were: what is down now may have been stopped with it
            await rollout.Revive(cancellationToken);
        }

        var left = switched + time - tools.Time.GetUtcNow();
        left = left > time ? time : left;
        if (isAgain && left > TimeSpan.Zero)
            await progress.Log($"It has to keep well for {Math.Ceiling(left.TotalSeconds):0} s more.");
        await Watch(left, cancellationToken);
    }

    private async Task Watch(TimeSpan left, CancellationToken cancellationToken)
    {
        var begun = tools.Time.GetTimestamp();
        while (tools.Time.GetElapsedTime(begun) < left)
        {
            if (progress.Superseded.IsCancellationRequested)
            {
                await progress.Log("Something newer waits: that is enough.");
                return;
            }

            progress.Interruptions.Canceled.ThrowIfCancellationRequested();
            var fresh = await rollout.Fresh(cancellationToken);
            if (fresh.Count < service.Settings.TargetContainers)
                throw new DeploymentFailedException($"{fresh.Count} of {service.Settings.TargetContainers} new containers are left; went back to the version before.");
            foreach (var container in fresh)
                await Check(container, cancellationToken);
            await Task.Delay(Pace, tools.Time, cancellationToken);
        }
    }

    private async Task Check(EngineContainer container, CancellationToken cancellationToken)
    {
        try
        {
            Proof.ThrowIfDown(container);
            if (service.Settings.HealthCheck is { } own)
                await Probe(container.Id, own, cancellationToken);
            else if (container.Health == EngineHealth.Unhealthy)
                throw new DeploymentFailedException("The new container is unhealthy.");
        }
        catch (DeploymentFailedException failure)
        {
            await tools.Engine.ThrowIfGoing(cancellationToken);
            await rollout.LogLastLines(container, cancellationToken);
            throw new DeploymentFailedException($"{failure.Message} It had served for a while; went back to the version before.");
        }
    }

    /// <summary>Docker's rule: so many failures in a row, an interval apart.</summary>
    private async Task Probe(string id, HealthCheck check, CancellationToken cancellationToken)
    {
        var before = _probed.GetValueOrDefault(id, (At: 0, Failures: 0));
        if (before.At != 0 && tools.Time.GetElapsedTime(before.At) < TimeSpan.FromSeconds(check.Interval))
            return;
        var wrong = await tools.Engine.Probe(id, new ProbeTarget(check.Port, check.Path), TimeSpan.FromSeconds(check.Timeout), cancellationToken);
        var failures = wrong is null ? 0 : before.Failures + 1;
        _probed[id] = (tools.Time.GetTimestamp(), failures);
        if (failures >= check.Retries)
            throw new DeploymentFailedException($"The new container is unhealthy: {wrong!.Trim().TrimEnd('.')}.");
    }
}
