using System.Diagnostics;

namespace AutoDeploy.Ledger.Database;

/// <summary>
/// The one writer. It takes the units of work that wait, runs them in one transaction and commits once, so that many callers share
/// one fsync; then their tasks end. A unit may be run more than once and has no effect outside the database. A connection that was
/// lost is made anew; where nobody knows whether a commit was written, its units fail.
/// </summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    private const int MaxBatch = 512;

    private const int MaxConflicts = 10;

    /// <summary>
    /// Callers that were just answered tend to come back at once. Without this the first of them would be written alone, and the
    /// others would wait for a second fsync. A lone caller never waits.
    /// </summary>
    private static readonly TimeSpan GatherDelay = TimeSpan.FromMicroseconds(100);

    private readonly object _gate = new();
    private readonly Queue<WorkUnit> _waiting = [];
    private readonly Func<Session> _connect;
    private readonly Func<Exception, Exception> _explain;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Session? _session;
    private bool _stopping;

    /// <param name="session">Only the writer uses it from now on, and disposes it; null: it makes one when it needs it.</param>
    /// <param name="connect">Makes another one.</param>
    /// <param name="explain">Makes a failed unit's exception what its caller gets.</param>
    public GroupCommit(Session? session, Func<Session> connect, Func<Exception, Exception> explain)
    {
        _session = session;
        _connect = connect;
        _explain = explain;
        // a thread of its own, because it blocks in fsync
        new Thread(Loop) { IsBackground = true, Name = "ledger writer" }.Start();
    }

    /// <summary>
    /// Runs the unit and commits; what it wrote is on disk when the task ends. A token that is cancelled before the unit was taken
    /// removes it; after that it is written.
    /// </summary>
    public Task<T> Run<T>(Func<Session, T> unit, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);

        var waiting = new WorkUnit<T>(unit, cancellationToken);
        Enqueue(waiting);
        waiting.Listen();
        return waiting.Task;
    }

    /// <summary>
    /// As <see cref="Run"/>, for one item. The items of all callers with the same work that wait at the same time are handed to it in one
    /// call. If that fails, each item is tried by itself, so that a caller gets no other one's failure.
    /// </summary>
    /// <param name="work">The same delegate each time. Answers one result for each item, in their order.</param>
    public Task<TResult> RunBatch<TItem, TResult>(
        Func<Session, IReadOnlyList<TItem>, IReadOnlyList<TResult>> work,
        TItem item,
        CancellationToken cancellationToken
    )
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<TResult>(cancellationToken);

        var waiting = new BatchWorkUnit<TItem, TResult>(work, item, cancellationToken);
        Enqueue(waiting);
        waiting.Listen();
        return waiting.Task;
    }

    /// <summary>Writes what waits, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        await _stopped.Task;
    }

    private void Enqueue(WorkUnit unit)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _waiting.Enqueue(unit);
            if (_waiting.Count == 1)
                Monitor.Pulse(_gate);
        }
    }

    private void Loop()
    {
        List<WorkUnit> batch = [];
        var before = 0;
        while (Take(batch, before))
        {
            before = batch.Count;
            Commit(batch);
            batch.Clear();
        }

        _session?.Dispose();
        _stopped.SetResult();
    }

    private bool Take(List<WorkUnit> batch, int before)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_stopping)
                    return false;
                Monitor.Wait(_gate);
            }
        }

        if (before > 1)
            Gather(before);

        lock (_gate)
        {
            while (batch.Count < MaxBatch && _waiting.TryDequeue(out var unit))
                if (unit.TryTake())
                    batch.Add(unit);
        }

        return true;
    }

    private void Gather(int expected)
    {
        var began = Stopwatch.GetTimestamp();
        var wait = new SpinWait();
        while (Volatile.Read(ref _stopping) == false && Stopwatch.GetElapsedTime(began) < GatherDelay)
        {
            lock (_gate)
                if (_waiting.Count >= expected)
                    return;
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Commit(List<WorkUnit> batch)
    {
        var conflicts = 0;
        var lost = false;
        while (batch.Count > 0)
        {
            var (failed, exception, fault) = Try(batch);
            if (exception is null)
            {
                foreach (var done in batch)
                    done.Complete();
                return;
            }

            switch (fault)
            {
                case SessionFault.Conflict when conflicts++ < MaxConflicts:
                    Thread.Sleep(Random.Shared.Next(10));
                    continue;
                case SessionFault.Lost when failed.Count > 0 && !lost:
                    // nothing was committed, and the connection may have been dead since long ago
                    lost = true;
                    continue;
                case SessionFault.Lost or SessionFault.Late:
                    Fail(batch, _explain(exception), everybody: fault == SessionFault.Late);
                    return;
            }

            if (failed.Count != 1 && batch.Count > 1)
            {
                // the commit itself failed (a full disk, say), or one of several that ran together: each by itself, some may do
                foreach (var single in batch)
                    Commit([single]);
                return;
            }

            var unit = failed is [var one] ? one : batch[0];
            unit.Fail(_explain(exception));
            batch.Remove(unit);
        }
    }

    /// <param name="everybody">
    /// Those that wait, too: the database is not there for them, either, and each would find that out by waiting in its turn.
    /// </param>
    private void Fail(List<WorkUnit> batch, Exception exception, bool everybody)
    {
        foreach (var unit in batch)
            unit.Fail(exception);
        if (!everybody)
            return;
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var unit))
                if (unit.TryTake())
                    unit.Fail(exception);
        }
    }

    /// <summary>One transaction; on a failure nothing of it stays, unless the connection was lost in its commit.</summary>
    /// <returns>
    /// No exception when all went well; which unit failed, or one of which; none when it was the commit, or what all together do last.
    /// </returns>
    private (IReadOnlyList<WorkUnit> Failed, Exception? Exception, SessionFault Fault) Try(List<WorkUnit> batch)
    {
        if (_session is null)
        {
            try
            {
                _session = _connect();
            }
            catch (Exception exception)
            {
                return ([], exception, SessionFault.Late);
            }
        }

        IReadOnlyList<WorkUnit> running = [];
        try
        {
            // what fails before the first unit has committed nothing, either
            running = [batch[0]];
            _session.ClearLastActions();
            _session.Begin();
            foreach (var units in Partition(batch))
            {
                running = units;
                if (units is [var single])
                    single.Run(_session);
                else
                    units[0].RunBatch(_session, units);
            }

            running = [];
            _session.RunLastActions();
            _session.Commit();
            return ([], null, default);
        }
        catch (Exception exception)
        {
            var fault = _session.Judge(exception);
            if (fault is SessionFault.Lost or SessionFault.Late)
            {
                _session.Dispose();
                _session = null;
                return (running, exception, fault);
            }

            try
            {
                _session.Rollback();
            }
            catch (Exception)
            {
                // graver failures end the transaction by themselves
            }

            return (running, exception, fault);
        }
    }

    /// <summary>Units that run together, in the order of the first of each; most run by themselves.</summary>
    private static List<List<WorkUnit>> Partition(List<WorkUnit> batch)
    {
        List<List<WorkUnit>> parts = [];
        Dictionary<object, List<WorkUnit>> together = [];
        foreach (var unit in batch)
        {
            if (unit.Batch is { } key && together.TryGetValue(key, out var known))
            {
                known.Add(unit);
                continue;
            }

            List<WorkUnit> part = [unit];
            parts.Add(part);
            if (unit.Batch is not null)
                together.Add(unit.Batch, part);
        }

        return parts;
    }
}
