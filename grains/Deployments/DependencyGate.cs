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
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(300);

    /// <summary>So long it is waited for what the push means for the other service.</summary>
    private static readonly TimeSpan Judging = TimeSpan.FromMinutes(2);

    /// <summary>So many services are looked through for a circle.</summary>
    private const int Most = 1000;

    /// <summary>Returns when nothing has to go before the deployment any more, however it ended.</summary>
    public async Task Wait(Deployment deployment, Service service, Func<string, Task> log, CancellationToken cancellationToken)
    {
        if (deployment is not { Cause.Push: { } push, Operation: Operation.Redeploy })
            return;
        foreach (var target in service.Settings.Links.Select(link => link.Service).Distinct())
            if (!await LeadsTo(target, service.Uuid))
                await Wait(push, target, TimeSpan.FromSeconds(service.Settings.Limits.Whole), log, cancellationToken);
    }

    private async Task Wait(Guid push, Guid target, TimeSpan longest, Func<string, Task> log, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var said = false;
        while (time.GetElapsedTime(begun) < longest)
        {
            var judged = !await ledger.LacksVerdicts(push, cancellationToken);
            if (await ledger.FindVerdict(push, target, cancellationToken) is { } verdict)
            {
                // in a group of its own it waits for others when it serves
                if (verdict.Deployment is not { } other
                    || await ledger.FindDeployment(other, cancellationToken) is not { HasEnded: false } open
                    || open.Step.IsServing())
                    return;
            }
            else if (judged || time.GetElapsedTime(begun) > Judging)
            {
                return;
            }

            if (!said && await grains.GetGrain<IServiceGrain>(target.ToString()).Get() is { } service)
                await log($"Waiting for {service.Name}, which it is linked to.");
            said = true;
            await Task.Delay(Pace, time, cancellationToken);
        }
    }

    private async Task<bool> LeadsTo(Guid from, Guid to)
    {
        var seen = new HashSet<Guid> { from };
        var next = new Queue<Guid>(seen);
        while (next.TryDequeue(out var at) && seen.Count < Most)
        {
            if (at == to)
                return true;
            foreach (var link in (await grains.GetGrain<IServiceGrain>(at.ToString()).Get())?.Settings.Links ?? [])
                if (seen.Add(link.Service))
                    next.Enqueue(link.Service);
        }

        return false;
    }
}
