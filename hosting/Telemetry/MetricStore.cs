using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AutoDeploy.Hosting.Telemetry;

/// <summary>
/// What has been counted and timed since the process began, for <see cref="MetricsEndpoint"/>. A few hundred numbers, and nothing of
/// OpenTelemetry's SDK.
/// </summary>
public sealed class MetricStore : IDisposable
{
    /// <summary>Ours; the server's requests, by route; the runtime's memory, processor time and garbage collection.</summary>
    public static readonly string[] Meters =
    [
        AutoDeploy.Telemetry.AutoDeployTracing.Name,
        "Microsoft.AspNetCore.Hosting",
        "System.Runtime",
    ];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Metric> _metrics = new();
    private readonly Lock _reading = new();

    public MetricStore()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name))
                listener.EnableMeasurementEvents(instrument, _metrics.GetOrAdd(instrument.Name, _ => Metric.From(instrument)));
        };
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, metric) => ((Metric)metric!).Record(value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, metric) => ((Metric)metric!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, metric) => ((Metric)metric!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, metric) => ((Metric)metric!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, metric) => ((Metric)metric!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, metric) => ((Metric)metric!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, metric) => ((Metric)metric!).Record((double)value, tags));
        _listener.Start();
    }

    /// <summary>All, in the order of their names.</summary>
    public string WriteText()
    {
        lock (_reading)
        {
            foreach (var metric in _metrics.Values)
                metric.ForgetObserved();
            _listener.RecordObservableInstruments();
            var text = new PrometheusTextWriter();
            foreach (var metric in _metrics.Values.OrderBy(m => m.Name, StringComparer.Ordinal))
                metric.Write(text);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();
}
