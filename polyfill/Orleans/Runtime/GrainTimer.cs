namespace Orleans.Runtime;

/// <summary>A timer whose ticks are turns of its activation. One tick is under way at most, so this is its own work item.</summary>
internal abstract class GrainTimer : WorkItem, IGrainTimer
{
    private readonly Activation _activation;
    private readonly CancellationTokenSource _disposed = new();
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _isTicking;
    private bool _isChanged;

    protected GrainTimer(Activation activation, GrainTimerCreationOptions options)
    {
        _activation = activation;
        Interleaves = options.Interleave;
        KeepsAlive = options.KeepAlive;
        _timer = activation.Silo.CreateTimer(
            static timer => ((GrainTimer)timer!).Tick(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    public override bool IsReadOnly => false;

    public override bool KeepsAlive { get; }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Validate(dueTime, nameof(dueTime));
        Validate(period, nameof(period));
        lock (_lock)
        {
            _dueTime = dueTime;
            _period = period;
            // During a tick the change takes effect at its end.
            _isChanged = _isTicking;
            if (!_isTicking && !_disposed.IsCancellationRequested)
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public override void Start(Activation activation)
    {
        if (_disposed.IsCancellationRequested)
        {
            activation.Ended(this);
            return;
        }

        Task task;
        try
        {
            task = CallBack(_disposed.Token) ?? Task.CompletedTask;
        }
        catch (Exception exception)
        {
            task = Task.FromException(exception);
        }

        if (task.IsCompleted)
            Finish(task);
        else
            _ = FinishLater(task);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed.IsCancellationRequested)
                return;
            _timer.Dispose();
        }

        _activation.RemoveTimer(this);
        try
        {
            _disposed.Cancel();
        }
        catch (AggregateException exception)
        {
            // What somebody registered with the token must not keep the activation or the silo from its end.
            _activation.Silo.LogTimerFailed(exception, _activation.GrainId);
        }
    }

    protected abstract Task CallBack(CancellationToken cancellationToken);

    private static void Validate(TimeSpan time, string name)
    {
        var milliseconds = (long)time.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, 0xfffffffe, name);
    }

    private void Tick()
    {
        lock (_lock)
        {
            if (_isTicking || _disposed.IsCancellationRequested || _activation.Silo.IsStopping)
                return;
            _isTicking = true;
        }

        _activation.Accept(this);
    }

    private async Task FinishLater(Task task)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        Finish(task);
    }

    private void Finish(Task task)
    {
        if (task.Exception?.InnerException is { } exception)
        {
            _activation.Silo.LogTimerFailed(exception, _activation.GrainId);
            _activation.EndIfInconsistent(exception);
        }

        _activation.Ended(this);
        lock (_lock)
        {
            _isTicking = false;
            if (!_disposed.IsCancellationRequested)
                _timer.Change(_isChanged ? _dueTime : _period, Timeout.InfiniteTimeSpan);
            _isChanged = false;
        }
    }
}

internal sealed class GrainTimer<TState>(
    Activation activation,
    Func<TState, CancellationToken, Task> callback,
    TState state,
    GrainTimerCreationOptions options) : GrainTimer(activation, options)
{
    protected override Task CallBack(CancellationToken cancellationToken) => callback(state, cancellationToken);
}
