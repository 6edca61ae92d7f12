using AutoDeploy.Ports;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Deployments.Images;

/// <summary>
/// Builds of the same thing that are asked for at the same time are one build: all hear its output, and it is stopped when nobody wants it
/// any more. One for all deployments of this silo on one engine, with so many builds at a time.
/// </summary>
public sealed class BuildCoordinator(DeploymentOptions options)
{
    private readonly Dictionary<string, SharedBuild> _running = [];
    private readonly DeploymentQueue _queue = new(options.MaxConcurrentBuilds);
    private readonly Dictionary<Guid, TaskCompletionSource> _waiting = [];

    /// <param name="key">What equal builds have in common.</param>
    /// <param name="lines">Told every line, also those from before it joined.</param>
    /// <param name="byPerson">Goes before those that pushes ask for, if it has to wait.</param>
    /// <param name="build">Builds; called only by the first who asks, outside of any grain's turn.</param>
    /// <param name="cancellationToken">Leaves; the build goes on for the others.</param>
    public async Task<EngineImage> Run(
        string key,
        IProgress<string> lines,
        bool byPerson,
        Func<IProgress<string>, CancellationToken, Task<EngineImage>> build,
        CancellationToken cancellationToken
    )
    {
        SharedBuild shared;
        lock (_running)
        {
            if (!_running.TryGetValue(key, out shared!))
            {
                _running[key] = shared = new SharedBuild();
                shared.Task = Task.Run(() => Build(key, shared, byPerson, build), CancellationToken.None);
            }

            shared.Join(lines);
        }

        try
        {
            return await shared.Task!.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            bool last;
            lock (_running)
            {
                last = shared.Leave(lines);
                if (last && _running.GetValueOrDefault(key) == shared)
                    _running.Remove(key);
            }

            // nothing is left behind: what was stopped has ended before anybody goes on
            if (last)
                await shared.Stop();
            throw;
        }
    }

    private async Task<EngineImage> Build(
        string key,
        SharedBuild shared,
        bool byPerson,
        Func<IProgress<string>, CancellationToken, Task<EngineImage>> build
    )
    {
        var id = Guid.NewGuid();
        try
        {
            await Enter(id, shared, byPerson);
            return await build(shared, shared.Stopped);
        }
        finally
        {
            Leave(id);
            lock (_running)
            {
                if (_running.GetValueOrDefault(key) == shared)
                    _running.Remove(key);
            }
        }
    }

    private async Task Enter(Guid id, SharedBuild shared, bool byPerson)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int place;
        lock (_queue)
        {
            if (_queue.Enter(id, byPerson))
                return;
            _waiting[id] = turn;
            QueueLengths.SetBuilds(_waiting.Count);
            place = _queue.GetPosition(id);
        }

        shared.Report(
            place == 1 ? "Waiting for another build; this one is next." : $"Waiting for other builds; {place - 1} are before it."
        );
        await turn.Task.WaitAsync(shared.Stopped);
    }

    private void Leave(Guid id)
    {
        lock (_queue)
        {
            _waiting.Remove(id);
            foreach (var admitted in _queue.Leave(id))
                if (_waiting.Remove(admitted, out var turn))
                    turn.SetResult();
            QueueLengths.SetBuilds(_waiting.Count);
        }
    }

    private sealed class SharedBuild : IProgress<string>
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Lock _lock = new();
        private readonly List<string> _lines = [];
        private readonly List<IProgress<string>> _listeners = [];

        public Task<EngineImage>? Task { get; set; }

        public CancellationToken Stopped => _stop.Token;

        public void Join(IProgress<string> listener)
        {
            lock (_lock)
            {
                foreach (var line in _lines)
                    listener.Report(line);
                _listeners.Add(listener);
            }
        }

        /// <summary>Says whether that was the last.</summary>
        public bool Leave(IProgress<string> listener)
        {
            lock (_lock)
            {
                _listeners.Remove(listener);
                return _listeners.Count == 0;
            }
        }

        public void Report(string value)
        {
            lock (_lock)
            {
                // so much is enough for one who joins late
                if (_lines.Count < BuildLog.MaxLines)
                    _lines.Add(value);
                foreach (var listener in _listeners)
                    listener.Report(value);
            }
        }

        public async Task Stop()
        {
            await _stop.CancelAsync();
            await Task!.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
