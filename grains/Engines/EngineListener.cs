using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Engines;

/// <summary>Listens to an engine, and has services look at their containers when something happened to them.</summary>
internal sealed partial class EngineListener(
    string name,
    IEngine engine,
    IGrainFactory grains,
    ILedger ledger,
    TimeProvider time,
    ILogger logger
)
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(5);

    /// <summary>What an engine stops within so long before it goes away, it stopped because it goes away.</summary>
    private static readonly TimeSpan EngineShutdownTimeout = TimeSpan.FromSeconds(15);

    private const int PageSize = 200;

    // a burst of events about one service is one look
    private readonly Channel<Guid> _servicesToObserve = Channel.CreateUnbounded<Guid>();
    private readonly ConcurrentDictionary<Guid, ImmutableArray<StopRequest>> _stops = new();
    private readonly ConcurrentDictionary<Guid, bool> _servicesToRestart = new();
    private readonly Dictionary<Guid, DateTimeOffset> _stopRequested = [];
    private readonly Dictionary<Guid, DateTimeOffset> _exited = [];

    /// <summary>
    /// When the engine was first seen to go down: it waits for its slowest container, which may be long. Null: it does not.
    /// </summary>
    private DateTimeOffset? _disconnectedSince;

    /// <summary>Until cancelled.</summary>
    public Task Run(CancellationToken cancellationToken) => Task.WhenAll(Listen(cancellationToken), ObserveServices(cancellationToken));

    private async Task Listen(CancellationToken cancellationToken)
    {
        var silent = false;
        var first = true;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in engine.Watch(cancellationToken))
                {
                    if (change.Kind == EngineEventKind.Connected)
                    {
                        silent = false;
                        _disconnectedSince = null;
                        LogConnected(name);
                        if (first)
                            await LookThrough(cancellationToken);
                        first = false;
                        await EnqueueAll(cancellationToken);
                    }
                    else if (
                        change.Kind
                        is EngineEventKind.Started
                            or EngineEventKind.Exited
                            or EngineEventKind.StopRequested
                            or EngineEventKind.Removed
                    )
                    {
                        var byHand = change.Kind == EngineEventKind.StopRequested;
                        if (byHand)
                            Remember(_stopRequested, change.ServiceId, time.GetUtcNow());
                        else if (change.Kind == EngineEventKind.Exited)
                            await RememberExited(change.ServiceId, cancellationToken);
                        Enqueue(change.ServiceId, byHand ? new StopRequest(change.ContainerId, change.Time) : null);
                    }
                }
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // said once, not at every try
                if (!silent)
                    LogLost(name, failure.Message);
                if (!silent)
                    await RememberRunning(cancellationToken);
                silent = true;
                await NotifyEngineLost();
            }

            try
            {
                await Task.Delay(ReconnectDelay, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ObserveServices(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var serviceId in _servicesToObserve.Reader.ReadAllAsync(cancellationToken))
            {
                _stops.TryRemove(serviceId, out var stops);
                var bringBack = _servicesToRestart.TryRemove(serviceId, out _);
                try
                {
                    var grain = grains.GetGrain<IServiceGrain>(serviceId.ToString());
                    await (bringBack && stops.IsEmpty ? grain.RestartAfterEngineLoss() : grain.Observe(stops));
                }
                catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
                {
                    // an engine that went away once more comes back once more
                    if (bringBack)
                        _servicesToRestart[serviceId] = true;
                    LogNotSeen(serviceId, failure.Message);
                }
            }
        }
        catch (OperationCanceledException) { }
    }

    /// <summary>
    /// What runs when the engine goes away, or ended right before, is to run again when it is back: dockerd itself brings back only what
    /// ALWAYS restarts.
    /// </summary>
    private async Task RememberRunning(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var serviceId in ListRunning(cancellationToken))
                _servicesToRestart[serviceId] = true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogRunningUnknown(name, failure.Message);
        }

        foreach (var serviceId in FindRecent(_exited, _disconnectedSince ?? time.GetUtcNow()))
            _servicesToRestart[serviceId] = true;
        _exited.Clear();
    }

    /// <summary>Containers that somebody removed while nobody listened are forgotten, and what stopped meanwhile is brought back.</summary>
    private async Task LookThrough(CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow();
        var containers = await engine.List(null, cancellationToken);
        await ledger.ForgetContainersExcept(name, [.. containers.Select(c => c.Id)], begun, cancellationToken);
        await RememberStopped(containers, cancellationToken);
    }

    /// <summary>
    /// What ran when we were last there, and went down with an engine that went away and came back meanwhile (the machine was started anew,
    /// say).
    /// </summary>
    private async Task RememberStopped(IReadOnlyList<EngineContainer> containers, CancellationToken cancellationToken)
    {
        if ((await engine.Describe(cancellationToken)).Started is not { } started)
            return;
        var down = containers.Where(c => !c.IsUp && c.Started < started).Select(c => c.Labels.ServiceId).ToHashSet();
        await foreach (var serviceId in ListRunning(cancellationToken))
            if (down.Contains(serviceId))
                _servicesToRestart[serviceId] = true;
    }

    /// <summary>Services that run, or are about to, as far as is known.</summary>
    private async IAsyncEnumerable<Guid> ListRunning([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (
            var state in Enum.GetValues<ServiceStatus>().Except([ServiceStatus.NotRunning, ServiceStatus.Stopped, ServiceStatus.Terminated])
        )
        await foreach (var serviceId in ListInState(state, cancellationToken))
            yield return serviceId;
    }

    /// <summary>An engine that goes down stops its containers as a person would; only its going tells the difference.</summary>
    private async Task NotifyEngineLost()
    {
        var concerned = FindRecent(_stopRequested, time.GetUtcNow());
        _stopRequested.Clear();
        foreach (var serviceId in concerned)
        {
            try
            {
                if (_stops.TryGetValue(serviceId, out var stops))
                    _stops.TryUpdate(serviceId, [], stops);
                await grains.GetGrain<IServiceGrain>(serviceId.ToString()).MarkEngineLost();
            }
            catch (Exception failure)
            {
                LogNotSeen(serviceId, failure.Message);
            }
        }
    }

    /// <summary>Nobody knows what happened while we were not listening.</summary>
    private async Task EnqueueAll(CancellationToken cancellationToken)
    {
        foreach (var state in Enum.GetValues<ServiceStatus>().Except([ServiceStatus.NotRunning, ServiceStatus.Terminated]))
        await foreach (var serviceId in ListInState(state, cancellationToken))
            Enqueue(serviceId, null);
    }

    private async IAsyncEnumerable<Guid> ListInState(ServiceStatus state, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var offset = 0; ; offset += PageSize)
        {
            var page = await ledger.ListServices(new ServiceFilter { Engine = name, State = state }, PageSize, offset, cancellationToken);
            foreach (var row in page.Items)
                yield return row.Uuid;
            if (page.Items.Count < PageSize)
                break;
        }
    }

    /// <summary>What exits while the engine goes down is remembered until it is gone, however long that takes.</summary>
    private async Task RememberExited(Guid serviceId, CancellationToken cancellationToken)
    {
        _disconnectedSince = await engine.AcceptsConnections(cancellationToken) ? null : _disconnectedSince ?? time.GetUtcNow();
        Remember(_exited, serviceId, _disconnectedSince ?? time.GetUtcNow());
    }

    /// <param name="going">When the engine began to go, or now: what is older than it can have been the reason for is forgotten.</param>
    private void Remember(Dictionary<Guid, DateTimeOffset> times, Guid serviceId, DateTimeOffset going)
    {
        foreach (var old in times.Where(one => one.Value < going - EngineShutdownTimeout).Select(one => one.Key).ToList())
            times.Remove(old);
        times[serviceId] = time.GetUtcNow();
    }

    private static List<Guid> FindRecent(Dictionary<Guid, DateTimeOffset> times, DateTimeOffset going) =>
        [.. times.Where(one => one.Value >= going - EngineShutdownTimeout).Select(one => one.Key)];

    private void Enqueue(Guid serviceId, StopRequest? stop)
    {
        var isNew = false;
        _stops.AddOrUpdate(
            serviceId,
            _ =>
            {
                isNew = true;
                return stop is null ? [] : [stop];
            },
            (_, before) => stop is null ? before : [.. before.Where(one => one.ContainerId != stop.ContainerId), stop]
        );
        if (isNew)
            _servicesToObserve.Writer.TryWrite(serviceId);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Listening to the events of engine {Engine}")]
    private partial void LogConnected(string engine);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to listen to engine {Engine}: {Reason} Retrying every 5 s.")]
    private partial void LogLost(string engine, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to determine which services ran when engine {Engine} stopped: {Reason}")]
    private partial void LogRunningUnknown(string engine, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to inspect the containers of service {Service}: {Reason}")]
    private partial void LogNotSeen(Guid service, string reason);
}
