namespace Orleans.Runtime;

/// <summary>One turn for an activation: a call or a timer's tick. It is in one list at a time, hence the links.</summary>
internal abstract class WorkItem
{
    public WorkItem? Next;
    public WorkItem? Previous;

    public bool Interleaves;

    public abstract bool IsReadOnly { get; }

    public abstract bool KeepsAlive { get; }

    /// <summary>Runs on the activation's scheduler, and says <see cref="Activation.Ended"/> when it is done.</summary>
    public abstract void Start(Activation activation);
}
