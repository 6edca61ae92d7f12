using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AutoDeploy.Deployments;
using AutoDeploy.Services;

namespace AutoDeploy.Telemetry;

/// <summary>
/// What is counted and timed, of the whole product. Nothing that users name (services, images, paths, addresses) is a label, so that there
/// are few
/// series whatever happens.
/// </summary>
public static class AutoDeployMetrics
{
    public static readonly Meter Meter = new(AutoDeployTracing.Name);

    private static readonly ConcurrentDictionary<string, string> Names = new();

    private static readonly InstrumentAdvice<double> Quick = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<double> Slow = new()
    {
        HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600],
    };

    private static readonly Counter<long> PushCounter = Meter.CreateCounter<long>(
        "autodeploy.pushes",
        "{push}",
        "Pushes that were told of, by sender and what became of them; refused deliveries count as one."
    );

    private static readonly Counter<long> VerdictCounter = Meter.CreateCounter<long>(
        "autodeploy.verdicts",
        "{verdict}",
        "Verdicts on pushes for services, by kind and reason."
    );

    private static readonly Counter<long> DeploymentCounter = Meter.CreateCounter<long>(
        "autodeploy.deployments",
        "{deployment}",
        "Deployments that have ended, by operation, result and cause."
    );

    private static readonly UpDownCounter<long> ActiveCounter = Meter.CreateUpDownCounter<long>(
        "autodeploy.deployments.active",
        "{deployment}",
        "Deployments that this process works on, those that wait for their turn included."
    );

    private static readonly Counter<long> AccessCounter = Meter.CreateCounter<long>(
        "autodeploy.access.refused",
        "{request}",
        "Requests that were refused for a wrong token, or whose address waits for having sent too many."
    );

    private static readonly Histogram<double> DeploymentTime = Meter.CreateHistogram(
        "autodeploy.deployment.duration",
        "s",
        "From a deployment's beginning to its end, by operation and result.",
        null,
        Slow
    );

    private static readonly Histogram<double> WaitTime = Meter.CreateHistogram(
        "autodeploy.deployment.wait.duration",
        "s",
        "From when a deployment was asked for to its beginning, by operation.",
        null,
        Slow
    );

    private static readonly Histogram<double> StepTime = Meter.CreateHistogram(
        "autodeploy.deployment.step.duration",
        "s",
        "Steps of deployments, by step and result.",
        null,
        Slow
    );

    private static readonly Histogram<double> HookTime = Meter.CreateHistogram(
        "autodeploy.hook.duration",
        "s",
        "From a delivery's arrival to its answer, by sender and status.",
        null,
        Quick
    );

    private static readonly Histogram<double> EngineTime = Meter.CreateHistogram(
        "autodeploy.engine.operation.duration",
        "s",
        "Operations of the Docker engine, by operation and result.",
        null,
        Quick
    );

    static AutoDeployMetrics() =>
        Meter.CreateObservableUpDownCounter(
            "autodeploy.queue.length",
            QueueLengths.Read,
            "{item}",
            "What waits for its turn, by kind and, of deployments, by engine."
        );

    /// <param name="sender">One of ours, never as it stands in a request.</param>
    /// <param name="result"><c>new</c>, <c>repeat</c>, or of a delivery that was refused why.</param>
    /// <param name="count">So many.</param>
    public static void CountPushes(string sender, string result, int count = 1) =>
        PushCounter.Add(count, new("sender", sender), new("result", result));

    public static void RecordHook(string sender, int status, TimeSpan duration) =>
        HookTime.Record(duration.TotalSeconds, new("sender", sender), new("status", status));

    /// <param name="result"><c>wrong_token</c> or <c>waiting</c>.</param>
    public static void AccessRefused(string result) => AccessCounter.Add(1, new KeyValuePair<string, object?>("result", result));

    public static void CountVerdict(Verdict verdict) =>
        VerdictCounter.Add(1, new("kind", FormatWord(verdict.Kind)), new("reason", verdict.Reason));

    public static void ChangeActive(int change) => ActiveCounter.Add(change);

    /// <summary>It has ended, or never began.</summary>
    public static void RecordEnded(Deployment deployment)
    {
        var operation = FormatWord(deployment.Operation);
        var result = FormatWord(deployment.State);
        DeploymentCounter.Add(1, new("operation", operation), new("result", result), new("cause", FormatWord(deployment.Cause.Kind)));
        if (deployment is { Started: { } started, Ended: { } ended })
            DeploymentTime.Record(Math.Max(0, (ended - started).TotalSeconds), new("operation", operation), new("result", result));
    }

    public static void RecordBegan(Deployment deployment)
    {
        if (deployment.Started is { } started)
            WaitTime.Record(
                Math.Max(0, (started - deployment.Created).TotalSeconds),
                new KeyValuePair<string, object?>("operation", FormatWord(deployment.Operation))
            );
    }

    public static void RecordStep(string step, string result, TimeSpan duration) =>
        StepTime.Record(duration.TotalSeconds, new("step", step), new("result", result));

    /// <param name="operation">A method of the port, not of Docker's API.</param>
    /// <param name="result"><c>ok</c> or the fault.</param>
    /// <param name="duration">Of one call of Docker's API.</param>
    public static void RecordEngineCall(string operation, string result, TimeSpan duration) =>
        EngineTime.Record(duration.TotalSeconds, new("operation", operation), new("result", result));

    /// <summary>A word of ours as labels and attributes have it: <c>InProgress</c> is <c>in_progress</c>.</summary>
    public static string FormatWord<T>(T value)
        where T : struct, Enum => EnumWords<T>.All.GetValueOrDefault(value) ?? "?";

    /// <summary>The same of a name in code.</summary>
    public static string FormatWord(string name) => Names.GetOrAdd(name, System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName);

    private static class EnumWords<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> All = Enum.GetValues<T>()
            .ToDictionary(value => value, value => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
    }
}
