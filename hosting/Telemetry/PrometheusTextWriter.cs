using System.Globalization;
using System.Text;

namespace AutoDeploy.Hosting.Telemetry;

/// <summary>Prometheus' text format, version 0.0.4. Our own, because OpenTelemetry's exporter for Prometheus is a beta.</summary>
internal sealed class PrometheusTextWriter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public void Begin(string name, string help, MetricKind kind)
    {
        _text
            .Append("# HELP ")
            .Append(name)
            .Append(' ')
            .Append(
                help.Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\r", "", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal)
            )
            .Append('\n');
        _text
            .Append("# TYPE ")
            .Append(name)
            .Append(' ')
            .Append(
                kind switch
                {
                    MetricKind.Counter => "counter",
                    MetricKind.Gauge => "gauge",
                    _ => "histogram",
                }
            )
            .Append('\n');
    }

    /// <param name="name">Of the metric, or of a part of a histogram.</param>
    /// <param name="labels">As <see cref="MetricLabelWriter"/> writes them.</param>
    /// <param name="value">Any.</param>
    public void Sample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <param name="name">Of the metric.</param>
    /// <param name="labels">As <see cref="MetricLabelWriter"/> writes them.</param>
    /// <param name="bounds">The upper ones, rising.</param>
    /// <param name="counts">How many were in each bucket alone; one more than there are bounds.</param>
    /// <param name="sum">Of all values.</param>
    public void Histogram(string name, string labels, double[] bounds, long[] counts, double sum)
    {
        var before = labels.Length > 0 ? labels + "," : "";
        var total = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            Sample(name + "_bucket", $"{before}le=\"{(i < bounds.Length ? Number(bounds[i]) : "+Inf")}\"", total);
        }

        Sample(name + "_sum", labels, sum);
        Sample(name + "_count", labels, total);
    }

    public override string ToString() => _text.ToString();

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
