namespace AutoDeploy.Ledger.Database;

/// <summary>
/// A few threads that read, each on a connection of its own, so that nobody else's thread waits for the network. A connection that was
/// lost is made anew.
/// </summary>
internal sealed class PostgresReaderPool(Func<Session> connect, Func<Exception, Exception> explain) : IAsyncDisposable
{
    private static readonly int MaxThreads = Math.Clamp(Environment.ProcessorCount * 2, 4, 16);

    private readonly object _gate = new();
    private readonly Queue<WorkUnit> _waiting = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _threads,
        _idle;
    private bool _stopping;

    public Task<T> Run<T>(Func<Session, T> query, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);

        var waiting = new WorkUnit<T>(query, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _waiting.Enqueue(waiting);
            if (_waiting.Count > _idle && _threads < MaxThreads)
            {
                _threads++;
                new Thread(Loop) { IsBackground = true, Name = "ledger reader" }.Start();
            }
            else
            {
                Monitor.Pulse(_gate);
            }
        }

        waiting.Listen();
        return waiting.Task;
    }

    /// <summary>Answers what waits, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
            if (_threads == 0)
                _stopped.TrySetResult();
        }

        await _stopped.Task;
    }

    private void Loop()
    {
        Session? session = null;
        while (Take() is { } unit)
            if (unit.TryTake())
                Answer(unit, ref session);
        session?.Dispose();
        lock (_gate)
            if (--_threads == 0)
                _stopped.TrySetResult();
    }

    private WorkUnit? Take()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_stopping)
                    return null;
                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }

            return _waiting.Dequeue();
        }
    }

    private void Answer(WorkUnit unit, ref Session? session)
    {
        // one that was there already may be dead since long ago; and a conflict (on a standby) passes
        for (var again = true; ; again = false)
        {
            var isFresh = session is null;
            var fault = SessionFault.Late;
            try
            {
                session ??= connect();
                unit.Run(session);
                unit.Complete();
                return;
            }
            catch (Exception exception)
            {
                if (session is not null)
                    fault = session.Judge(exception);
                if (fault is SessionFault.Lost or SessionFault.Late)
                {
                    session?.Dispose();
                    session = null;
                }

                if (again && (fault == SessionFault.Conflict || (fault == SessionFault.Lost && !isFresh)))
                    continue;
                var explained = explain(exception);
                unit.Fail(explained);
                if (fault == SessionFault.Late)
                    FailWaiting(explained);
                return;
            }
        }
    }

    /// <summary>The database is not there for them, either, and each would find that out by waiting in its turn.</summary>
    private void FailWaiting(Exception exception)
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var unit))
                if (unit.TryTake())
                    unit.Fail(exception);
        }
    }
}
