namespace AutoDeploy.Ledger.Database;

/// <summary>Work that waits for a session, until it is taken or its caller gives up.</summary>
internal abstract class Unit
{
    private const int Waiting = 0, Taken = 1, Removed = 2;

    private int _stage = Waiting;

    /// <summary>False: its caller has given up.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _stage, Taken, Waiting) == Waiting;

    /// <summary>Its caller learns nothing yet.</summary>
    public abstract void Run(Session session);

    public abstract void Complete();

    public abstract void Fail(Exception exception);

    protected bool TryRemove() => Interlocked.CompareExchange(ref _stage, Removed, Waiting) == Waiting;
}

internal sealed class Unit<T>(Func<Session, T> run, CancellationToken cancellationToken) : Unit
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _source.Task;

    /// <summary>From now on the token takes it back.</summary>
    public void Listen()
    {
        if (!cancellationToken.CanBeCanceled)
            return;
        var registration = cancellationToken.UnsafeRegister(static unit => ((Unit<T>)unit!).Cancel(), this);
        _source.Task.ContinueWith(
            static (_, registration) => ((CancellationTokenRegistration)registration!).Unregister(),
            registration,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
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
