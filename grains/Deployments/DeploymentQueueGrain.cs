using System.Collections.Immutable;
using AutoDeploy.Ports;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Deployments;

/// <summary>Who is inside is what the ledger has in progress, so that a crash needs no memory of its own.</summary>
public sealed class DeploymentQueueGrain(ILedger ledger, DeploymentOptions options, TimeProvider time) : Grain, IDeploymentQueueGrain
{
    /// <summary>So long a call waits at most; Orleans gives one up after 30 s.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);

    private readonly DeploymentQueue _line = new(options.AtOnce);
    private readonly Dictionary<Guid, TaskCompletionSource> _callers = [];

    private string Engine => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var deployment in await ledger.OpenDeployments(null, cancellationToken))
            if (deployment.Engine == Engine && deployment is { State: DeploymentState.InProgress, Operation: not (Operation.Stop or Operation.Terminate), Step: not (DeploymentStep.Bake or DeploymentStep.Group) })
                _line.Hold(deployment.Uuid);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        QueueLengths.Deployments(Engine, 0);
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    public async Task<int> Enter(Guid deployment, bool byPerson, CancellationToken cancellationToken)
    {
        if (_line.Enter(deployment, byPerson))
            return 0;
        Measure();

        var caller = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _callers[deployment] = caller;
        await Task.WhenAny(caller.Task, Task.Delay(LongestCall, time, cancellationToken));
        if (_callers.GetValueOrDefault(deployment) == caller)
            _callers.Remove(deployment);
        cancellationToken.ThrowIfCancellationRequested();

        // one that ended in a crash could not say that it goes
        if (!caller.Task.IsCompleted)
            await DropEnded();
        return _line.Place(deployment);
    }

    public Task Hold(Guid deployment)
    {
        _line.Hold(deployment);
        Measure();
        return Task.CompletedTask;
    }

    public Task Leave(Guid deployment)
    {
        Tell(_line.Leave(deployment));
        if (_callers.Remove(deployment, out var own))
            own.TrySetResult(); // it does not wait any more
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<Guid>> Line() => Task.FromResult<ImmutableArray<Guid>>([.. _line.Waiting]);

    private void Measure() => QueueLengths.Deployments(Engine, _line.Waiting.Count());

    private async Task DropEnded()
    {
        var open = (await ledger.OpenDeployments(null, default)).Select(deployment => deployment.Uuid).ToHashSet();
        foreach (var ended in _line.Inside.Concat(_line.Waiting).Where(id => !open.Contains(id)).ToList())
            Tell(_line.Leave(ended));
    }

    private void Tell(IReadOnlyList<Guid> admitted)
    {
        Measure();
        foreach (var id in admitted)
            if (_callers.Remove(id, out var caller))
                caller.TrySetResult();
    }
}
