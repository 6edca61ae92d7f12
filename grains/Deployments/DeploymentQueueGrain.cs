using System.Collections.Immutable;
using AutoDeploy.Ports;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Deployments;

/// <summary>Who is inside is what the ledger has in progress, so that a crash needs no memory of its own.</summary>
public sealed class DeploymentQueueGrain(ILedger ledger, DeploymentOptions options, TimeProvider time) : Grain, IDeploymentQueueGrain
{
    /// <summary>So long a call waits at most; Orleans gives one up after 30 s.</summary>
    private static readonly TimeSpan MaxCallDuration = TimeSpan.FromSeconds(10);

    private readonly DeploymentQueue _queue = new(options.MaxConcurrentDeployments);
    private readonly Dictionary<Guid, TaskCompletionSource> _callers = [];

    private string Engine => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var deployment in await ledger.ListOpenDeployments(null, cancellationToken))
            if (
                deployment.Engine == Engine
                && deployment
                    is {
                        State: DeploymentState.InProgress,
                        Operation: not (Operation.Stop or Operation.Terminate),
                        Step: not (DeploymentStep.Bake or DeploymentStep.Group)
                    }
            )
                _queue.Hold(deployment.Uuid);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        QueueLengths.SetDeployments(Engine, 0);
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    public async Task<int> Enter(Guid deploymentId, bool byPerson, CancellationToken cancellationToken)
    {
        if (_queue.Enter(deploymentId, byPerson))
            return 0;
        RecordLength();

        var caller = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _callers[deploymentId] = caller;
        await Task.WhenAny(caller.Task, Task.Delay(MaxCallDuration, time, cancellationToken));
        if (_callers.GetValueOrDefault(deploymentId) == caller)
            _callers.Remove(deploymentId);
        cancellationToken.ThrowIfCancellationRequested();

        // one that ended in a crash could not say that it goes
        if (!caller.Task.IsCompleted)
            await DropEnded();
        return _queue.GetPosition(deploymentId);
    }

    public Task Hold(Guid deploymentId)
    {
        _queue.Hold(deploymentId);
        RecordLength();
        return Task.CompletedTask;
    }

    public Task Leave(Guid deploymentId)
    {
        NotifyAdmitted(_queue.Leave(deploymentId));
        if (_callers.Remove(deploymentId, out var own))
            own.TrySetResult(); // it does not wait any more
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<Guid>> ListWaiting() => Task.FromResult<ImmutableArray<Guid>>([.. _queue.Waiting]);

    private void RecordLength() => QueueLengths.SetDeployments(Engine, _queue.Waiting.Count());

    private async Task DropEnded()
    {
        var open = (await ledger.ListOpenDeployments(null, default)).Select(deployment => deployment.Uuid).ToHashSet();
        foreach (var ended in _queue.Admitted.Concat(_queue.Waiting).Where(id => !open.Contains(id)).ToList())
            NotifyAdmitted(_queue.Leave(ended));
    }

    private void NotifyAdmitted(IReadOnlyList<Guid> admitted)
    {
        RecordLength();
        foreach (var id in admitted)
            if (_callers.Remove(id, out var caller))
                caller.TrySetResult();
    }
}
