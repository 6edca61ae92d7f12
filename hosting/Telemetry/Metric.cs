using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AutoDeploy.Hosting.Telemetry;

/// <summary>One instrument's numbers, one series for each set of labels.</summary>
internal sealed class Metric
{
    /// <summary>The maximum number of label sets. Further ones share a series, which bounds the memory.</summary>
    private const int MaxSeries = 1000;

    private const string Others = "otel_metric_overflow=\"true\"";

    /// <summary>OpenTelemetry's, where the instrument has none of its own.</summary>
    private static readonly double[] UsualBounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Series>.AlternateLookup<ReadOnlySpan<char>> _byText;
    private readonly MetricKind _kind;
    private readonly bool _observed;
    private readonly bool _adds;
    private readonly double[] _bounds;
    private readonly string _help;

    private Metric(Instrument instrument, MetricKind kind, bool adds, double[] bounds)
    {
        _byText = _series.GetAlternateLookup<ReadOnlySpan<char>>();
        _kind = kind;
        _observed = instrument.IsObservable;
        _adds = adds && !_observed;
        _bounds = bounds;
        _help = instrument.Description ?? "";
        Name = MetricNames.From(instrument.Name, instrument.Unit, kind);
    }

    /// <summary>As Prometheus has it.</summary>
    public string Name { get; }

    public static Metric From(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        if (type == typeof(Histogram<>))
            return new Metric(instrument, MetricKind.Histogram, adds: true, Bounds(instrument));
        if (type == typeof(Counter<>) || type == typeof(ObservableCounter<>))
            return new Metric(instrument, MetricKind.Counter, adds: true, []);
        return new Metric(instrument, MetricKind.Gauge, adds: type == typeof(UpDownCounter<>), []);
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Span<char> buffer = stackalloc char[512];
        var labels = new MetricLabelWriter(buffer);
        var series = labels.Write(tags) ? Find(labels.Text) : Find(Others);
        lock (series)
        {
            if (_kind == MetricKind.Histogram)
                series.Count(value, _bounds);
            else
                series.Value = _adds ? series.Value + value : value;
        }
    }

    /// <summary>Observed at each read; series that disappeared are not reported.</summary>
    public void ForgetObserved()
    {
        if (_observed)
            _series.Clear();
    }

    public void Write(PrometheusTextWriter text)
    {
        if (_series.IsEmpty)
            return;
        text.Begin(Name, _help, _kind);
        foreach (var (labels, series) in _series.OrderBy(s => s.Key, StringComparer.Ordinal))
            lock (series)
            {
                if (_kind != MetricKind.Histogram)
                    text.Sample(Name, labels, series.Value);
                else
                    text.Histogram(Name, labels, _bounds, series.Buckets, series.Value);
            }
    }

    private Series Find(ReadOnlySpan<char> labels)
    {
        if (_byText.TryGetValue(labels, out var known))
            return known;
        return _series.GetOrAdd(
            _series.Count < MaxSeries ? labels.ToString() : Others,
            _ => new Series(_kind == MetricKind.Histogram ? _bounds.Length + 1 : 0)
        );
    }

    private static double[] Bounds(Instrument instrument) =>
        instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
            _ => UsualBounds,
        };

    private sealed class Series(int buckets)
    {
        /// <summary>Of a histogram: the sum.</summary>
        public double Value { get; set; }

        /// <summary>Of a histogram: how many were in each bucket alone; the last has no upper bound.</summary>
        public long[] Buckets { get; } = new long[buckets];

        public void Count(double value, double[] bounds)
        {
            var bucket = 0;
            while (bucket < bounds.Length && !(value <= bounds[bucket]))
                bucket++;
            Buckets[bucket]++;
            Value += value;
        }
    }
}
