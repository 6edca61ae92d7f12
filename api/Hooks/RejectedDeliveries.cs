using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Counts the deliveries that did not carry their hook's secret, since the process started; nothing else remains of them.
/// </summary>
public sealed class RejectedDeliveries
{
    public const string MeterName = "AutoDeploy";
    public const string CounterName = "autodeploy.hook.rejected";

    private readonly ConcurrentDictionary<Guid, long> _byHook = new();
    private readonly Counter<long> _counter;

    public RejectedDeliveries(IMeterFactory meters) =>
        _counter = meters
            .Create(MeterName)
            .CreateCounter<long>(CounterName, "{delivery}", "Deliveries that did not carry their hook's secret.");

    public void Add(Hook hook)
    {
        _byHook.AddOrUpdate(hook.Uuid, 1, (_, count) => count + 1);
        _counter.Add(1, new KeyValuePair<string, object?>("sender", hook.Sender));
    }

    public long CountOf(Hook hook) => _byHook.GetValueOrDefault(hook.Uuid);

    /// <summary>The hook was revoked.</summary>
    public void Forget(Guid hookId) => _byHook.TryRemove(hookId, out _);
}
