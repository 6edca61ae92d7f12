namespace AutoDeploy.Ledger;

/// <summary>Wakes those who wait for events in this process.</summary>
internal sealed class NewEventSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends at the next <see cref="Set"/>; to be taken before one looks whether there is something.</summary>
    public Task NextEvent => Volatile.Read(ref _next).Task;

    public void Set() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
