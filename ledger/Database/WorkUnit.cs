namespace AutoDeploy.Ledger.Database;

/// <summary>Work that waits for a session, until it is taken or its caller gives up.</summary>
internal abstract class WorkUnit
{
    private const int Waiting = 0,
        Taken = 1,
        Removed = 2;

    private int _stage = Waiting;

    /// <summary>Units with the same batch may be run together by <see cref="RunBatch"/>; null: each runs by itself.</summary>
    public virtual object? Batch => null;

    /// <summary>False: its caller has given up.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _stage, Taken, Waiting) == Waiting;

    /// <summary>Its caller learns nothing yet.</summary>
    public abstract void Run(Session session);

    /// <summary>Runs all these units, of which it is one; they have the same <see cref="Batch"/>.</summary>
    public virtual void RunBatch(Session session, IReadOnlyList<WorkUnit> units) => throw new NotSupportedException();

    public abstract void Complete();

    public abstract void Fail(Exception exception);

    /// <summary>Takes the unit back if it was not taken.</summary>
    public void Cancel()
    {
        if (Interlocked.CompareExchange(ref _stage, Removed, Waiting) == Waiting)
            SetCanceled();
    }

    protected abstract void SetCanceled();
}
