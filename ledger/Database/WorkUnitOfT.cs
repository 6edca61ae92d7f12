namespace AutoDeploy.Ledger.Database;

internal sealed class WorkUnit<T>(Func<Session, T> run, CancellationToken cancellationToken) : WorkUnit
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _source.Task;

    /// <summary>From now on the token takes it back.</summary>
    public void Listen()
    {
        if (!cancellationToken.CanBeCanceled)
            return;
        var registration = cancellationToken.UnsafeRegister(static unit => ((WorkUnit<T>)unit!).Cancel(), this);
        _source.Task.ContinueWith(
            static (_, registration) => ((CancellationTokenRegistration)registration!).Unregister(),
            registration,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    public override void Run(Session session) => _result = run(session);

    public override void Complete() => _source.SetResult(_result!);

    public override void Fail(Exception exception) => _source.SetException(exception);

    private void Cancel()
    {
        if (TryRemove())
            _source.SetCanceled(cancellationToken);
    }
}
