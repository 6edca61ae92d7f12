using System.Collections.Concurrent;
using System.Threading.Channels;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Silo;

/// <summary>Listens to the engine, and has services look at their containers when something happened to them.</summary>
public sealed partial class EngineWatcher(IEngine engine, IGrainFactory grains, ILedger ledger, TimeProvider time, ILogger<EngineWatcher> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>What an engine stops within so long before it goes away, it stopped because it goes away.</summary>
    private static readonly TimeSpan GoingDown = TimeSpan.FromSeconds(15);

    private const int PageSize = 200;

    // a burst of events about one service is one look
    private readonly Channel<Guid> _due = Channel.CreateUnbounded<Guid>();
    private readonly ConcurrentDictionary<Guid, bool> _byHand = new();
    private readonly Dictionary<Guid, DateTimeOffset> _stopRequested = [];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Listen(stoppingToken), Look(stoppingToken));

    private async Task Listen(CancellationToken cancellationToken)
    {
        var silent = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in engine.Watch(cancellationToken))
                {
                    if (change.Kind == EngineEventKind.Connected)
                    {
                        silent = false;
                        LogConnected();
                        await EnqueueAll(cancellationToken);
                    }
                    else if (change.Kind is EngineEventKind.Started or EngineEventKind.Exited or EngineEventKind.StopRequested or EngineEventKind.Removed)
                    {
                        var byHand = change.Kind == EngineEventKind.StopRequested;
                        if (byHand)
                            Remember(change.Service);
                        Enqueue(change.Service, byHand);
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
                    LogLost(failure.Message);
                silent = true;
                await TellLost();
            }

            try
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task Look(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var service in _due.Reader.ReadAllAsync(cancellationToken))
            {
                _byHand.TryRemove(service, out var byHand);
                try
                {
                    await grains.GetGrain<IServiceGrain>(service.ToString()).Observe(byHand);
                }
                catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
                {
                    LogNotSeen(service, failure.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>An engine that goes down stops its containers as a person would; only its going tells the difference.</summary>
    private async Task TellLost()
    {
        var since = time.GetUtcNow() - GoingDown;
        var concerned = _stopRequested.Where(stop => stop.Value >= since).Select(stop => stop.Key).ToList();
        _stopRequested.Clear();
        foreach (var service in concerned)
        {
            try
            {
                _byHand.TryUpdate(service, false, true);
                await grains.GetGrain<IServiceGrain>(service.ToString()).EngineLost();
            }
            catch (Exception failure)
            {
                LogNotSeen(service, failure.Message);
            }
        }
    }

    /// <summary>Nobody knows what happened while we were not listening.</summary>
    private async Task EnqueueAll(CancellationToken cancellationToken)
    {
        foreach (var state in Enum.GetValues<ServiceStatus>().Except([ServiceStatus.NotRunning, ServiceStatus.Terminated]))
        {
            var filter = new ServiceFilter { State = state };
            for (var offset = 0; ; offset += PageSize)
            {
                var page = await ledger.Services(filter, PageSize, offset, cancellationToken);
                foreach (var row in page.Items)
                    Enqueue(row.Uuid, false);
                if (page.Items.Count < PageSize)
                    break;
            }
        }
    }

    private void Remember(Guid service)
    {
        var now = time.GetUtcNow();
        foreach (var old in _stopRequested.Where(stop => stop.Value < now - GoingDown).Select(stop => stop.Key).ToList())
            _stopRequested.Remove(old);
        _stopRequested[service] = now;
    }

    private void Enqueue(Guid service, bool byHand)
    {
        var isNew = false;
        _byHand.AddOrUpdate(
            service,
            _ =>
            {
                isNew = true;
                return byHand;
            },
            (_, before) => before || byHand);
        if (isNew)
            _due.Writer.TryWrite(service);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "listening to the engine")]
    private partial void LogConnected();

    [LoggerMessage(Level = LogLevel.Warning, Message = "the engine cannot be listened to: {Reason} Trying again every 5 s.")]
    private partial void LogLost(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "the containers of service {Service} could not be looked at: {Reason}")]
    private partial void LogNotSeen(Guid service, string reason);
}
