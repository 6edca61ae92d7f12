namespace AutoDeploy.Ledger.Database;

/// <summary>Work that waits for a session, until it is taken or its caller gives up.</summary>
internal abstract class WorkUnit
{
    private const int Waiting = 0,
        Taken = 1,
        Removed = 2;

    private int _stage = Waiting;

    /// <summary>False: its caller has given up.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _stage, Taken, Waiting) == Waiting;

    /// <summary>Its caller learns nothing yet.</summary>
    public abstract void Run(Session session);

    public abstract void Complete();

    public abstract void Fail(Exception exception);

    protected bool TryRemove() => Interlocked.CompareExchange(ref _stage, Removed, Waiting) == Waiting;
}
