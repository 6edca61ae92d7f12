namespace AutoDeploy.Polyfill.Tests;

/// <summary>A place where one side arrives and the other lets it go on.</summary>
internal sealed class Signal
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool HasArrived => _arrived.Task.IsCompleted;

    public Task Arrived => _arrived.Task.WithDeadline();

    public Task Released => _released.Task;

    public void Arrive() => _arrived.TrySetResult();

    public void Release() => _released.TrySetResult();
}
