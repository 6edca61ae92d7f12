using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>All the grains of this process: delivers calls, ends what is idle or overdue, and stops in good order.</summary>
internal sealed partial class Silo : IHostedService, IDisposable
{
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Type, GrainClass> _classes = [];
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainClass> _classesByInterface = new();
    private readonly TimeSpan _responseTimeout;
    private readonly CancellationTokenSource _aborting = new();
    private readonly ILogger _logger;
    private ITimer? _collector;
    private ITimer? _callWatch;
    private volatile Phase _phase;

    public Silo(
        IServiceProvider services,
        TimeProvider time,
        IOptions<GrainCollectionOptions> collection,
        IOptions<SiloMessagingOptions> messaging,
        ILogger<Silo> logger)
    {
        Services = services;
        Time = time;
        CollectionOptions = collection.Value;
        _responseTimeout = messaging.Value.ResponseTimeout;
        _logger = logger;
        var names = new Dictionary<GrainType, Type>();
        foreach (var type in GrainClasses.Find())
        {
            var grainClass = new GrainClass(this, type);
            var name = grainClass.GrainType;
            if (!names.TryAdd(name, type))
                throw new InvalidOperationException($"{type} and {names[name]} both have the grain type \"{name}\".");
            _classes.Add(type, grainClass);
        }
    }

    private enum Phase
    {
        NotStarted,
        Running,
        Draining,
        Stopped,
    }

    public IServiceProvider Services { get; }

    public TimeProvider Time { get; }

    public GrainCollectionOptions CollectionOptions { get; }

    public bool IsStopping => _phase >= Phase.Draining;

    public bool IsStopped => _phase == Phase.Stopped;

    /// <summary>The host waits no longer.</summary>
    public CancellationToken Aborting => _aborting.Token;

    private IEnumerable<Activation> Activations => _classes.Values.SelectMany(grainClass => grainClass.Activations.Values);

    public GrainClass ClassOf(Type interfaceType, string? classNamePrefix) =>
        _classesByInterface.GetOrAdd((interfaceType, classNamePrefix), FindClass);

    public void Deliver(Call call)
    {
        var grainClass = call.Target.Class;
        while (true)
        {
            if (ReasonToRefuse() is { } reason)
            {
                call.Fail(new SiloUnavailableException($"{call} was not delivered: {reason}."));
                return;
            }

            var activation = grainClass.Activations.GetOrAdd(call.Target.Key, static (key, grainClass) => new(grainClass, key), grainClass);
            if (activation.Accept(call))
                return;
            grainClass.Activations.TryRemove(new(call.Target.Key, activation));
        }
    }

    public ITimer CreateTimer(TimerCallback callback, object state, TimeSpan dueTime, TimeSpan period)
    {
        // A timer must not carry the async locals of whoever happened to make it.
        if (ExecutionContext.IsFlowSuppressed())
            return Time.CreateTimer(callback, state, dueTime, period);
        using (ExecutionContext.SuppressFlow())
            return Time.CreateTimer(callback, state, dueTime, period);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var quantum = CollectionOptions.CollectionQuantum;
        _collector = CreateTimer(static silo => ((Silo)silo!).Collect(), this, quantum, quantum);
        if (_responseTimeout > TimeSpan.Zero)
        {
            var watch = TimeSpan.FromMilliseconds(Math.Clamp(_responseTimeout.TotalMilliseconds / 4, 10, 1000));
            _callWatch = CreateTimer(static silo => ((Silo)silo!).FailOverdueCalls(), this, watch, watch);
        }

        _phase = Phase.Running;
        return Task.CompletedTask;
    }

    /// <summary>
    /// First the turns that run, and the calls between grains that they need, come to their end, while no calls from
    /// outside and no ticks are taken. Then all activations end.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_phase != Phase.Running)
            return;
        _phase = Phase.Draining;
        using var abort = cancellationToken.UnsafeRegister(static aborting => ((CancellationTokenSource)aborting!).Cancel(), _aborting);
        foreach (var activation in Activations)
            activation.DisposeTimers();
        try
        {
            while (Activations.Select(activation => activation.WhenIdle()).OfType<Task>().ToArray() is { Length: > 0 } busy)
                await Task.WhenAll(busy).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The rest of the patience is for those that have no turn running.
        }

        _phase = Phase.Stopped;
        var activations = Activations.ToArray();
        foreach (var activation in activations)
            activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The silo is stopping."), cancellationToken);
        try
        {
            await Task.WhenAll(activations.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // All of them have been told; those without a running turn need but a moment.
            var quick = activations.Where(activation => !activation.IsInTurn).Select(activation => activation.Deactivated);
            await Task.WhenAny(Task.WhenAll(quick), Task.Delay(LastMoment, CancellationToken.None));
        }

        var stuck = activations.Where(activation => activation.IsInTurn).ToArray();
        if (stuck.Length > 0)
            LogStuck(stuck.Length);
        foreach (var activation in stuck)
            activation.FailCallsSentBefore(long.MaxValue, Unfinished);
        Dispose();

        static Exception Unfinished(Call call) => new SiloUnavailableException($"{call} did not end before the silo was stopped.");
    }

    public void Dispose()
    {
        _collector?.Dispose();
        _callWatch?.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "The one-way call {Call} failed.")]
    public partial void LogOneWayFailed(Exception exception, Call call);

    [LoggerMessage(LogLevel.Error, "The activation of {Grain} failed.")]
    public partial void LogActivationFailed(Exception exception, GrainId grain);

    [LoggerMessage(LogLevel.Warning, "The deactivation of {Grain} failed; it is gone all the same.")]
    public partial void LogDeactivationFailed(Exception exception, GrainId grain);

    [LoggerMessage(LogLevel.Warning, "A timer of {Grain} threw.")]
    public partial void LogTimerFailed(Exception exception, GrainId grain);

    [LoggerMessage(LogLevel.Warning, "{Call} was not answered within {Timeout}.")]
    private partial void LogOverdue(Call call, TimeSpan timeout);

    [LoggerMessage(LogLevel.Warning, "{Count} grains were still in a turn when the silo was stopped.")]
    private partial void LogStuck(int count);

    private string? ReasonToRefuse() => _phase switch
    {
        Phase.Running => null,
        Phase.Draining when Activation.OnThisThread is not null => null,
        Phase.NotStarted => "the silo has not started",
        _ => "the silo is stopping",
    };

    private void Collect()
    {
        foreach (var activation in Activations)
            activation.DeactivateIfUnusedFor(CollectionOptions.CollectionAge);
    }

    private void FailOverdueCalls()
    {
        var limit = Time.GetTimestamp() - (long)(_responseTimeout.TotalSeconds * Time.TimestampFrequency);
        foreach (var activation in Activations)
            activation.FailCallsSentBefore(limit, Overdue);

        Exception Overdue(Call call)
        {
            LogOverdue(call, _responseTimeout);
            return new TimeoutException($"Response did not arrive on time in {_responseTimeout} for {call}.");
        }
    }

    private GrainClass FindClass((Type Interface, string? Prefix) sought)
    {
        var found = _classes.Values
            .Where(grainClass => sought.Interface.IsAssignableFrom(grainClass.Type))
            .Where(grainClass => grainClass.Type.FullName!.StartsWith(sought.Prefix ?? "", StringComparison.Ordinal))
            .ToArray();
        return found.Length == 1
            ? found[0]
            : throw new ArgumentException(found.Length == 0
                ? $"No grain class implements {sought.Interface}."
                : $"Several grain classes implement {sought.Interface}: {string.Join(", ", found.Select(grainClass => grainClass.Type))}.");
    }
}
