namespace AutoDeploy.Ledger.Database;

/// <summary>
/// Work on one item that waits for a session. Units with the same work that wait at the same time are run by one call, so that the rows
/// of many callers can be written by one statement.
/// </summary>
/// <param name="run">Answers one result for each item, in the order of the items.</param>
/// <param name="item">What this caller wants to be written.</param>
/// <param name="cancellationToken">Takes the unit back until it is taken.</param>
internal sealed class BatchWorkUnit<TItem, TResult>(
    Func<Session, IReadOnlyList<TItem>, IReadOnlyList<TResult>> run,
    TItem item,
    CancellationToken cancellationToken
) : WorkUnit
{
    private readonly WorkUnitCompletion<TResult> _completion = new(cancellationToken);
    private TResult? _result;

    public override object Batch => run;

    public Task<TResult> Task => _completion.Task;

    /// <inheritdoc cref="WorkUnit{T}.Listen"/>
    public void Listen() => _completion.Listen(this);

    public override void Run(Session session) => _result = run(session, [item])[0];

    public override void RunBatch(Session session, IReadOnlyList<WorkUnit> units)
    {
        var mine = units.Cast<BatchWorkUnit<TItem, TResult>>().ToList();
        var results = run(session, [.. mine.Select(unit => unit.Item)]);
        for (var i = 0; i < mine.Count; i++)
            mine[i]._result = results[i];
    }

    public override void Complete() => _completion.SetResult(_result!);

    public override void Fail(Exception exception) => _completion.SetException(exception);

    protected override void SetCanceled() => _completion.SetCanceled();

    private TItem Item => item;
}
