namespace AutoDeploy.Ledger.Database;

/// <summary>The task of a unit of work, and the token that takes the unit back while it waits.</summary>
internal sealed class WorkUnitCompletion<T>(CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _source.Task;

    public void Listen(WorkUnit unit)
    {
        if (!cancellationToken.CanBeCanceled)
            return;
        var registration = cancellationToken.UnsafeRegister(static unit => ((WorkUnit)unit!).Cancel(), unit);
        _source.Task.ContinueWith(
            static (_, registration) => ((CancellationTokenRegistration)registration!).Unregister(),
            registration,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    public void SetResult(T result) => _source.SetResult(result);

    public void SetException(Exception exception) => _source.SetException(exception);

    public void SetCanceled() => _source.SetCanceled(cancellationToken);
}
