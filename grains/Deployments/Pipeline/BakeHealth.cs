using AutoDeploy.Deployments.Rollouts;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Says of the containers of a version that bakes whether they keep well.</summary>
internal sealed class BakeHealth(DeploymentContext context, IRollout rollout)
{
    /// <summary>By container id: when the service's own check was last tried (a timestamp), and how often in a row it failed.</summary>
    private readonly Dictionary<string, (long Timestamp, int Failures)> _probes = [];

    /// <exception cref="DeploymentFailedException">The container does not keep well.</exception>
    /// <exception cref="EngineException">The engine is being shut down; nothing can be said.</exception>
    public async Task Check(EngineContainer container, CancellationToken cancellationToken)
    {
        try
        {
            ReadinessProbe.ThrowIfDown(container);
            if (context.Service.Settings.HealthCheck is { IsProbe: true } check)
                await Probe(container.Id, check, cancellationToken);
            else if (container.Health == EngineHealth.Unhealthy)
                throw new DeploymentFailedException("The new container is unhealthy.");
        }
        catch (DeploymentFailedException failure)
        {
            await context.Engine.ThrowIfShuttingDown(cancellationToken);
            await rollout.LogLastLines(container, cancellationToken);
            throw new DeploymentFailedException($"{failure.Message} It had served for a while; went back to the version before.");
        }
    }

    /// <summary>Docker's rule: so many failures in a row, an interval apart.</summary>
    private async Task Probe(string containerId, HealthCheck check, CancellationToken cancellationToken)
    {
        var time = context.Tools.Time;
        var before = _probes.GetValueOrDefault(containerId, (Timestamp: 0, Failures: 0));
        if (before.Timestamp != 0 && time.GetElapsedTime(before.Timestamp) < TimeSpan.FromSeconds(check.Interval))
            return;
        var target = new ProbeTarget(check.Port, check.Path);
        var failure = await context.Engine.Probe(containerId, target, TimeSpan.FromSeconds(check.Timeout), cancellationToken);
        var failures = failure is null ? 0 : before.Failures + 1;
        _probes[containerId] = (time.GetTimestamp(), failures);
        if (failures >= check.Retries)
            throw new DeploymentFailedException($"The new container is unhealthy: {failure!.Trim().TrimEnd('.')}.");
    }
}
