namespace AutoDeploy.Git;

/// <summary>Work that many want at the same time is done once; it is given up when nobody waits for it any more.</summary>
internal sealed class SharedTasks<TKey, TResult>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, SharedTask> _running = [];

    /// <param name="key">Of equal work.</param>
    /// <param name="work">
    /// Gets a token that is cancelled when nobody waits, and what it calls when it is too late to join: who comes then wants to
    /// know how things are later than the answer will tell.
    /// </param>
    /// <param name="cancellationToken">Ends this waiting, and the work when it was the last.</param>
    public async Task<TResult> Run(TKey key, Func<Action, CancellationToken, Task<TResult>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SharedTask flight;
        lock (_lock)
        {
            if (!_running.TryGetValue(key, out flight!))
            {
                _running[key] = flight = new SharedTask();
                var started = flight;
                flight.Task = Task.Run(() => work(() => Close(key, started), started.Stop.Token), CancellationToken.None);
            }

            flight.Waiting++;
        }

        try
        {
            return await flight.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Leave(key, flight);
        }
    }

    private void Leave(TKey key, SharedTask flight)
    {
        lock (_lock)
        {
            if (--flight.Waiting > 0)
                return;
            if (_running.TryGetValue(key, out var current) && current == flight)
                _running.Remove(key);
        }

        if (!flight.Task.IsCompleted)
        {
            _ = flight.Task.ContinueWith(
                ended => ended.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default
            );
            flight.Stop.Cancel();
        }
    }

    private void Close(TKey key, SharedTask flight)
    {
        lock (_lock)
            if (_running.TryGetValue(key, out var current) && current == flight)
                _running.Remove(key);
    }

    private sealed class SharedTask
    {
        public Task<TResult> Task { get; set; } = null!;

        public CancellationTokenSource Stop { get; } = new();

        public int Waiting { get; set; }
    }
}
