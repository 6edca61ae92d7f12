using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments;

/// <summary>
/// The deployments that a deployment waits for: those that the same push led to for services that its service is linked to. Services that
/// are linked in a circle have no order.
/// </summary>
internal sealed class DependencyGate(ILedger ledger, IGrainFactory grains, TimeProvider time)
{
    /// <summary>Between two looks.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(300);

    /// <summary>So long it is waited for what the push means for the other service.</summary>
    private static readonly TimeSpan JudgeTimeout = TimeSpan.FromMinutes(2);

    /// <summary>So many services are looked through for a circle.</summary>
    private const int MaxServices = 1000;

    /// <summary>Returns when nothing has to go before the deployment any more, however it ended.</summary>
    public async Task Wait(Deployment deployment, Service service, Func<string, Task> log, CancellationToken cancellationToken)
    {
        if (deployment is not { Cause.PushId: { } pushId, Operation: Operation.Redeploy })
            return;
        foreach (var targetId in service.Settings.Links.Select(link => link.ServiceId).Distinct())
            if (!await DependsOn(targetId, service.Uuid))
                await Wait(pushId, targetId, TimeSpan.FromSeconds(service.Settings.Limits.Whole), log, cancellationToken);
    }

    private async Task Wait(Guid pushId, Guid targetId, TimeSpan longest, Func<string, Task> log, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var said = false;
        while (time.GetElapsedTime(begun) < longest)
        {
            var judged = !await ledger.IsMissingVerdicts(pushId, cancellationToken);
            if (await ledger.FindVerdict(pushId, targetId, cancellationToken) is { } verdict)
            {
                // in a group of its own it waits for others when it serves
                if (
                    verdict.DeploymentId is not { } other
                    || await ledger.FindDeployment(other, cancellationToken) is not { HasEnded: false } open
                    || open.Step.IsServing()
                )
                    return;
            }
            else if (judged || time.GetElapsedTime(begun) > JudgeTimeout)
            {
                return;
            }

            if (!said && await grains.GetGrain<IServiceGrain>(targetId.ToString()).Get() is { } service)
                await log($"Waiting for {service.Name}, which it is linked to.");
            said = true;
            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    private async Task<bool> DependsOn(Guid from, Guid to)
    {
        var seen = new HashSet<Guid> { from };
        var next = new Queue<Guid>(seen);
        while (next.TryDequeue(out var at) && seen.Count < MaxServices)
        {
            if (at == to)
                return true;
            foreach (var link in (await grains.GetGrain<IServiceGrain>(at.ToString()).Get())?.Settings.Links ?? [])
                if (seen.Add(link.ServiceId))
                    next.Enqueue(link.ServiceId);
        }

        return false;
    }
}
