using System.Collections.Concurrent;
using AutoDeploy.Ports;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

/// <summary>Listens to an engine and keeps what it tells.</summary>
internal sealed class Watching : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<EngineEvent> _seen = new();
    private Task _watch = Task.CompletedTask;

    public IReadOnlyCollection<EngineEvent> Seen => _seen;

    public static async Task<Watching> Start(IEngine engine)
    {
        var watching = new Watching();
        watching._watch = watching.Watch(engine);
        await Eventually.Until(() => !watching._seen.IsEmpty, "it is connected");
        return watching;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watch;
        _stop.Dispose();
    }

    private async Task Watch(IEngine engine)
    {
        try
        {
            await foreach (var next in engine.Watch(_stop.Token))
                _seen.Enqueue(next);
        }
        catch (OperationCanceledException) { }
    }
}
