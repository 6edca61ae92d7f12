namespace AutoDeploy.Hosting.Telemetry;

internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    Histogram,
}
