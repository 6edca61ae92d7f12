using System.Diagnostics;
using AutoDeploy.Hosting.Telemetry;
using AutoDeploy.Telemetry;
using OpenTelemetry.Trace;

namespace AutoDeploy.Hosting.Tests;

public sealed class OtlpSignalsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("OTEL_SERVICE_NAME=x", "")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", "traces metrics logs")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_SDK_DISABLED=true", "")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_LOGS_EXPORTER=none", "traces metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317 OTEL_TRACES_EXPORTER=otlp OTEL_METRICS_EXPORTER=none", "traces logs")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://c/v1/metrics", "metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://c/v1/metrics OTEL_METRICS_EXPORTER=none", "")]
    public void Are_exported_where_they_are_asked_for(string set, string expected)
    {
        var variables = set.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        var signals = OtlpSignals.Read(variables.GetValueOrDefault);
        var names = new[] { (signals.Traces, "traces"), (signals.Metrics, "metrics"), (signals.Logs, "logs") };
        Assert.Equal(expected, string.Join(' ', names.Where(n => n.Item1).Select(n => n.Item2)));
    }

    [Theory]
    [InlineData("", "", null)]
    [InlineData("always_off", "", null)]
    [InlineData("traceidratio", "0", 0.0)]
    [InlineData("traceidratio", "", 1.0)]
    [InlineData("traceidratio", "0.25", 0.25)]
    [InlineData("parentbased_traceidratio", "0.25", 0.25)]
    public void Takes_the_asked_for_part_of_pushes_and_of_deployments(string sampler, string argument, double? ratio)
    {
        var found = TraceRatioSampler.FindSampler(name => name == "OTEL_TRACES_SAMPLER" ? sampler : argument);
        Assert.Equal(ratio is null, found is null);
        if (found is null)
            return;
        foreach (var next in (Func<Guid>[])[Guid.NewGuid, Guid.CreateVersion7])
        {
            var taken = Enumerable
                .Range(0, 10_000)
                .Count(_ =>
                    found
                        .ShouldSample(new SamplingParameters(default, AutoDeployTracing.ToTraceId(next()), "push", ActivityKind.Internal))
                        .Decision == SamplingDecision.RecordAndSample
                );
            // ten times the standard deviation
            Assert.InRange(taken, (ratio!.Value * 10_000) - 433, (ratio.Value * 10_000) + 433);
        }
    }

    [Theory]
    [InlineData("much")]
    [InlineData("1.5")]
    [InlineData("NaN")]
    public void A_part_that_is_none_is_refused(string argument) =>
        Assert.Contains(
            $"OTEL_TRACES_SAMPLER_ARG is \"{argument}\"",
            Assert
                .Throws<ArgumentException>(() =>
                    TraceRatioSampler.FindSampler(name => name == "OTEL_TRACES_SAMPLER" ? "traceidratio" : argument)
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_trace_has_the_uuid_as_it_is_written()
    {
        var uuid = Guid.CreateVersion7();
        Assert.Equal(uuid.ToString("N"), AutoDeployTracing.ToTraceId(uuid).ToString());
        Assert.Equal(uuid, AutoDeployTracing.ToUuid(AutoDeployTracing.ToTraceId(uuid)));
        Assert.Equal(uuid.ToString("N"), AutoDeployTracing.LinkTo(uuid).Context.TraceId.ToString());
    }
}
