using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AutoDeploy.Telemetry;

/// <summary>How much waits in the lines of this process.</summary>
public static class QueueLengths
{
    private static readonly ConcurrentDictionary<(string Kind, string? Engine), int> Lengths = new();

    public static void SetDeployments(string engine, int waiting) => Lengths[("deployments", engine)] = waiting;

    public static void SetBuilds(int waiting) => Lengths[("builds", null)] = waiting;

    internal static IEnumerable<Measurement<long>> Read() =>
        Lengths.Select(line =>
            line.Key.Engine is { } engine
                ? new Measurement<long>(line.Value, new("kind", line.Key.Kind), new("engine", engine))
                : new Measurement<long>(line.Value, new KeyValuePair<string, object?>("kind", line.Key.Kind))
        );
}
