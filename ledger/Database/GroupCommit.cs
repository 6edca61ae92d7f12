using System.Diagnostics;

namespace AutoDeploy.Ledger.Database;

/// <summary>
/// The one writer. It takes the units of work that wait, runs them in one transaction and commits once, so that many callers share
/// one fsync; then their tasks end. A unit may be run more than once and has no effect outside the database.
/// </summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    private const int MaxBatch = 512;

    /// <summary>
    /// Callers that were just answered tend to come back at once. Without this the first of them would be written alone, and the
    /// others would wait for a second fsync. A lone caller never waits.
    /// </summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMicroseconds(100);

    private readonly object _gate = new();
    private readonly Queue<Unit> _waiting = [];
    private readonly Session _session;
    private readonly Func<Exception, Exception> _explain;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stopping;

    /// <param name="session">Only the writer uses it from now on, and disposes it.</param>
    /// <param name="explain">Makes a failed unit's exception what its caller gets.</param>
    public GroupCommit(Session session, Func<Exception, Exception> explain)
    {
        _session = session;
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

        var waiting = new Unit<T>(unit, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _waiting.Enqueue(waiting);
            if (_waiting.Count == 1)
                Monitor.Pulse(_gate);
        }

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

    private void Loop()
    {
        List<Unit> batch = [];
        var before = 0;
        while (Take(batch, before))
        {
            before = batch.Count;
            Commit(batch);
            batch.Clear();
        }

        _session.Dispose();
        _stopped.SetResult();
    }

    private bool Take(List<Unit> batch, int before)
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
        while (Volatile.Read(ref _stopping) == false && Stopwatch.GetElapsedTime(began) < Gathering)
        {
            lock (_gate)
                if (_waiting.Count >= expected)
                    return;
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Commit(List<Unit> batch)
    {
        while (batch.Count > 0)
        {
            var (failed, exception) = Try(batch);
            if (exception is null)
            {
                foreach (var unit in batch)
                    unit.Complete();
                return;
            }

            if (failed is null && batch.Count > 1)
            {
                // the commit itself failed (a full disk, say): each by itself, some may do
                foreach (var unit in batch)
                    Commit([unit]);
                return;
            }

            failed ??= batch[0];
            failed.Fail(_explain(exception));
            batch.Remove(failed);
        }
    }

    /// <summary>One transaction; on a failure nothing of it stays.</summary>
    private (Unit? Failed, Exception? Exception) Try(List<Unit> batch)
    {
        Unit? running = null;
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var unit in batch)
            {
                running = unit;
                unit.Run(_session);
            }

            running = null;
            _session.Execute("COMMIT");
            return (null, null);
        }
        catch (Exception exception)
        {
            try
            {
                _session.Execute("ROLLBACK");
            }
            catch (Exception)
            {
                // graver failures end the transaction by themselves
            }

            return (running, exception);
        }
    }

    private abstract class Unit
    {
        private const int Waiting = 0, Taken = 1, Removed = 2;

        private int _stage = Waiting;

        public bool TryTake() => Interlocked.CompareExchange(ref _stage, Taken, Waiting) == Waiting;

        public abstract void Run(Session session);

        public abstract void Complete();

        public abstract void Fail(Exception exception);

        protected bool TryRemove() => Interlocked.CompareExchange(ref _stage, Removed, Waiting) == Waiting;
    }

    private sealed class Unit<T>(Func<Session, T> run, CancellationToken cancellationToken) : Unit
    {
        private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Task => _source.Task;

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
}
