using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>
/// A grain in memory. It decides which turn may begin, and it is the scheduler on which all of them run,
/// so that even interleaving turns never run in parallel. A lock on itself guards its lists and its phase:
/// a lock of its own would cost memory, and nobody else has a reason to lock it.
/// </summary>
internal sealed class Activation(GrainClass grainClass, string key) : TaskScheduler, IThreadPoolWorkItem, IGrainContext
{
    private const int TurnsBeforeOthers = 64;

    [ThreadStatic]
    private static Activation? _onThisThread;

    private WorkItemList _waiting;
    private WorkItemList _running;
    private int _runningReads;
    private int _runningWrites;

    private object? _firstJob;
    private Queue<object>? _moreJobs;
    private bool _isScheduled;

    private Phase _phase;
    private DeactivationReason? _reason;
    private CancellationToken _patience;
    private bool _wasActive;
    private long _lastUsed;
    private AsyncServiceScope _scope;
    private List<GrainTimer>? _timers;
    private TaskCompletionSource? _idle;
    private TaskCompletionSource? _gone;

    private enum Phase : byte
    {
        New,
        Activating,
        Active,
        Deactivating,
        Gone,
    }

    /// <summary>The activation whose turn runs on this thread.</summary>
    public static Activation? OnThisThread => _onThisThread;

    public GrainClass Class { get; } = grainClass;

    public string Key { get; } = key;

    public Silo Silo => Class.Silo;

    public Grain? Grain { get; private set; }

    public GrainId GrainId => GrainId.Create(Class.GrainType, Key);

    public object? GrainInstance => Grain;

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    public bool IsInTurn => !_running.IsEmpty;

    public override int MaximumConcurrencyLevel => 1;

    public Task Deactivated
    {
        get
        {
            lock (this)
                return _phase == Phase.Gone ? Task.CompletedTask : (_gone ??= NewSignal()).Task;
        }
    }

    public static Activation Of(IGrainBase grain)
    {
        ArgumentNullException.ThrowIfNull(grain);
        return grain.GrainContext as Activation ?? throw new InvalidOperationException("This grain was not created by the runtime.");
    }

    /// <summary>As in Orleans, a grain's state cannot be used from a thread that is not running a grain.</summary>
    public static void ThrowIfOutside()
    {
        if (_onThisThread is null)
        {
            throw new InvalidOperationException(
                "A grain's state was used outside of its turns, for example inside Task.Run or after ConfigureAwait(false).");
        }
    }

    /// <summary>Takes a turn, now or later. False: this activation is gone, there may be a new one.</summary>
    public bool Accept(WorkItem item)
    {
        lock (this)
        {
            item.Interleaves |= Class.IsReentrant;
            switch (_phase)
            {
                case Phase.Gone:
                    return false;
                case Phase.Active when MayBegin(item):
                    Begin(item);
                    return true;
                case Phase.New when Silo.IsStopped:
                    // It may have been added too late to be found by the stopping silo.
                    _phase = Phase.Gone;
                    return false;
                case Phase.New:
                    _phase = Phase.Activating;
                    Schedule(static activation => _ = activation.ActivateAsync());
                    break;
            }

            _waiting.Add(item);
            return true;
        }
    }

    /// <summary>A turn has ended; what it kept waiting may begin.</summary>
    public void Ended(WorkItem item)
    {
        lock (this)
        {
            _running.Remove(item);
            if (!item.Interleaves)
                _ = item.IsReadOnly ? _runningReads-- : _runningWrites--;
            if (item.KeepsAlive)
                _lastUsed = Silo.Time.GetTimestamp();
            if (_phase == Phase.Active)
                BeginWaiting();
            else if (_phase == Phase.Deactivating && _running.IsEmpty)
                Schedule(static activation => _ = activation.EndAsync(null));
            SignalIfIdle();
        }
    }

    /// <summary>Orleans ends the activation that an InconsistentStateException escapes from: what it knows is old.</summary>
    public void EndIfInconsistent(Exception exception)
    {
        if (exception is Storage.InconsistentStateException { HasEndedItsActivation: false } inconsistent)
        {
            inconsistent.HasEndedItsActivation = true;
            Deactivate(new(DeactivationReasonCode.ApplicationError, exception, "The state was written by somebody else."));
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (this)
        {
            if (_phase == Phase.Gone || _reason is not null)
                return;
            _reason = deactivationReason;
            _patience = cancellationToken;
            if (_phase == Phase.New)
            {
                _phase = Phase.Gone;
                Class.Activations.TryRemove(new(Key, this));
                _gone?.TrySetResult();
            }
            else if (_phase == Phase.Active)
            {
                _phase = Phase.Deactivating;
                if (_running.IsEmpty)
                    Schedule(static activation => _ = activation.EndAsync(null));
            }
        }
    }

    public void DeactivateIfUnusedFor(TimeSpan age)
    {
        lock (this)
        {
            if (_phase == Phase.Active && _running.IsEmpty && _waiting.IsEmpty && Silo.Time.GetElapsedTime(_lastUsed) >= age)
                Deactivate(new(DeactivationReasonCode.ActivationIdle, $"It was not used for {age}."));
        }
    }

    /// <summary>Null when nothing runs and nothing waits; otherwise the task that ends when that may be so.</summary>
    public Task? WhenIdle()
    {
        lock (this)
        {
            return _phase == Phase.Gone || (_running.IsEmpty && _waiting.IsEmpty && _phase != Phase.Deactivating)
                ? null
                : (_idle ??= NewSignal()).Task;
        }
    }

    /// <summary>Fails the calls that were sent before the timestamp: those that wait are dropped, those that run go on.</summary>
    public void FailCallsSentBefore(long timestamp, Func<Call, Exception> reason)
    {
        if (_running.IsEmpty && _waiting.IsEmpty)
            return;
        var overdue = new List<Call>();
        lock (this)
        {
            for (var item = _running.First; item is not null; item = item.Next)
            {
                if (item is Call { IsAnswered: false } call && call.SentAt < timestamp)
                    overdue.Add(call);
            }

            for (WorkItem? item = _waiting.First, next; item is not null; item = next)
            {
                next = item.Next;
                if (item is Call { Method.IsOneWay: false } call && call.SentAt < timestamp)
                {
                    _waiting.Remove(item);
                    overdue.Add(call);
                }
            }

            SignalIfIdle();
        }

        foreach (var call in overdue)
            call.Fail(reason(call));
    }

    public GrainTimer AddTimer<TState>(Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer<TState>(this, callback, state, options);
        lock (this)
            (_timers ??= []).Add(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void RemoveTimer(GrainTimer timer)
    {
        lock (this)
            _timers?.Remove(timer);
    }

    public void DisposeTimers()
    {
        GrainTimer[] timers;
        lock (this)
            timers = _timers is null ? [] : [.. _timers];
        foreach (var timer in timers)
            timer.Dispose();
    }

    void IThreadPoolWorkItem.Execute()
    {
        _onThisThread = this;
        // Inside of this task TaskScheduler.Current is this activation, for everything that a turn starts or awaits.
        new Task(static activation => ((Activation)activation!).RunJobs(), this).RunSynchronously(this);
        _onThisThread = null;
    }

    protected override void QueueTask(Task task)
    {
        lock (this)
            Schedule(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        _onThisThread == this && !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool MayBegin(WorkItem item) =>
        item.Interleaves || (_runningWrites == 0 && (_runningReads == 0 || item.IsReadOnly));

    private void Begin(WorkItem item)
    {
        _running.Add(item);
        if (!item.Interleaves)
            _ = item.IsReadOnly ? _runningReads++ : _runningWrites++;
        Schedule(item);
    }

    private void BeginWaiting()
    {
        for (WorkItem? item = _waiting.First, next; item is not null && _runningWrites == 0; item = next)
        {
            next = item.Next;
            if (MayBegin(item))
            {
                _waiting.Remove(item);
                Begin(item);
            }
        }
    }

    private void SignalIfIdle()
    {
        if (_idle is not null && _running.IsEmpty && _waiting.IsEmpty)
        {
            _idle.TrySetResult();
            _idle = null;
        }
    }

    private void Schedule(Action<Activation> job) => Schedule((object)job);

    private void Schedule(object job)
    {
        if (_firstJob is null)
            _firstJob = job;
        else
            (_moreJobs ??= []).Enqueue(job);
        if (!_isScheduled)
        {
            _isScheduled = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    private void RunJobs()
    {
        var clean = ExecutionContext.Capture()!;
        for (var turns = 0; TryTakeJob(turns >= TurnsBeforeOthers, out var job); turns++)
        {
            switch (job)
            {
                case Task task:
                    TryExecuteTask(task);
                    break;
                case WorkItem item:
                    item.Start(this);
                    // What a turn leaves in async locals is no business of the next one.
                    ExecutionContext.Restore(clean);
                    break;
                default:
                    ((Action<Activation>)job)(this);
                    break;
            }
        }
    }

    private bool TryTakeJob(bool isOthersTurn, [NotNullWhen(true)] out object? job)
    {
        lock (this)
        {
            job = isOthersTurn ? null : _firstJob;
            if (job is not null)
            {
                _firstJob = null;
                if (_moreJobs is not null)
                    _moreJobs.TryDequeue(out _firstJob);
                return true;
            }

            // From here on another thread may run this activation.
            _isScheduled = _firstJob is not null;
            if (_isScheduled)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return false;
        }
    }

    private async Task ActivateAsync()
    {
        var options = Silo.CollectionOptions;
        using var timer = new CancellationTokenSource(options.ActivationTimeout, Silo.Time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, Silo.Aborting);
        Exception? failure = null;
        try
        {
            _scope = Silo.Services.CreateAsyncScope();
            Grain = Class.Constructor.New(this, out var states);
            foreach (var state in states)
                await state.ReadStateAsync().WaitAsync(deadline.Token);
            await Grain.OnActivateAsync(deadline.Token).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException exception) when (timer.IsCancellationRequested)
        {
            failure = new TimeoutException($"The activation of {GrainId} did not end in {options.ActivationTimeout}.", exception);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        lock (this)
        {
            if (failure is null && _reason is null)
            {
                _phase = Phase.Active;
                _wasActive = true;
                _lastUsed = Silo.Time.GetTimestamp();
                BeginWaiting();
                return;
            }

            _phase = Phase.Deactivating;
        }

        if (failure is not null)
            Silo.LogActivationFailed(failure, GrainId);
        await EndAsync(failure);
    }

    private async Task EndAsync(Exception? failure)
    {
        DisposeTimers();
        try
        {
            if (_wasActive)
                await DeactivateGrainAsync();
            await DisposeAsync(Grain);
            await _scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            Silo.LogDeactivationFailed(exception, GrainId);
        }

        WorkItemList orphans;
        lock (this)
        {
            _phase = Phase.Gone;
            orphans = _waiting;
            _waiting = default;
        }

        Class.Activations.TryRemove(new(Key, this));
        while (orphans.First is { } orphan)
        {
            orphans.Remove(orphan);
            if (orphan is Call call)
                Redirect(call, failure);
        }

        lock (this)
        {
            SignalIfIdle();
            _gone?.TrySetResult();
        }
    }

    private void Redirect(Call call, Exception? failure)
    {
        if (failure is not null)
            call.Fail(failure);
        else if (!_wasActive && ++call.TimesTurnedAway > 2)
            call.Fail(new OrleansMessageRejectionException($"{call} was not delivered: the grain ends itself while it is activated."));
        else
            Silo.Deliver(call);
    }

    private async Task DeactivateGrainAsync()
    {
        using var timer = new CancellationTokenSource(Silo.CollectionOptions.DeactivationTimeout, Silo.Time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, Silo.Aborting, _patience);
        try
        {
            await Grain!.OnDeactivateAsync(_reason!.Value, deadline.Token).WaitAsync(deadline.Token);
        }
        catch (Exception exception)
        {
            Silo.LogDeactivationFailed(exception, GrainId);
        }
    }

    private static async ValueTask DisposeAsync(object? grain)
    {
        if (grain is IAsyncDisposable async)
            await async.DisposeAsync();
        else
            (grain as IDisposable)?.Dispose();
    }
}
