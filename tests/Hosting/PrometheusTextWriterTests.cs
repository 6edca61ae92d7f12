using System.Diagnostics.Metrics;
using AutoDeploy.Hosting.Telemetry;
using AutoDeploy.Testing;

namespace AutoDeploy.Hosting.Tests;

public sealed class PrometheusTextWriterTests
{
    [Theory]
    [InlineData("autodeploy.pushes", "{push}", "Counter", "autodeploy_pushes_total")]
    [InlineData("a.cpu.time", "s", "Counter", "a_cpu_time_seconds_total")]
    [InlineData("a.b_total", "", "Counter", "a_b_total")]
    [InlineData("a.b-c..d", "By", "Gauge", "a_b_c_d_bytes")]
    [InlineData("a.seconds", "s", "Histogram", "a_seconds")]
    [InlineData("a.part", "1", "Gauge", "a_part_ratio")]
    [InlineData("9a", null, "Gauge", "_9a")]
    public void Names_say_the_unit_and_what_only_grows(string name, string? unit, string kind, string expected) =>
        Assert.Equal(expected, MetricNames.From(name, unit, Enum.Parse<MetricKind>(kind)));

    [Fact]
    public void Whatever_stands_in_a_label_comes_out_as_it_was()
    {
        using var meter = new Meter("test");
        var counter = meter.CreateCounter<long>("a", null, "One line,\nand \\ another.");
        var metric = Metric.From(counter);
        metric.Record(1, [new("z", "q\"b\\n\nü"), new("a.b", 7), new("none", null)]);
        metric.Record(2, [new("a.b", 7), new("z", "q\"b\\n\nü")]);
        metric.Record(1, [new("a.b", true)]);

        var text = Written(metric);
        Assert.Equal(
            """
            # HELP a_total One line,\nand \\ another.
            # TYPE a_total counter
            a_total{a_b="7",z="q\"b\\n\nü"} 3
            a_total{a_b="true"} 1

            """.ReplaceLineEndings("\n"),
            text
        );
        Assert.Equal(2, new MetricsText(text).Samples.Count);
    }

    [Fact]
    public void Buckets_count_all_up_to_their_bound()
    {
        using var meter = new Meter("test");
        var metric = Metric.From(
            meter.CreateHistogram("h", "s", "", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] })
        );
        foreach (var value in (double[])[0.25, 0.5, 0.75, 2])
            metric.Record(value, []);
        metric.Record(1, [new("a", "b")]);

        var text = Written(metric);
        Assert.Contains(
            """
            h_seconds_bucket{le="0.5"} 2
            h_seconds_bucket{le="1"} 3
            h_seconds_bucket{le="+Inf"} 4
            h_seconds_sum 3.5
            h_seconds_count 4
            h_seconds_bucket{a="b",le="0.5"} 0
            h_seconds_bucket{a="b",le="1"} 1
            """.ReplaceLineEndings("\n"),
            text,
            StringComparison.Ordinal
        );
        Assert.Equal("histogram", new MetricsText(text).Types["h_seconds"]);
    }

    [Fact]
    public void What_goes_up_and_down_is_the_sum_and_what_is_looked_up_the_last()
    {
        using var meter = new Meter("test");
        var active = Metric.From(meter.CreateUpDownCounter<long>("active"));
        active.Record(3, []);
        active.Record(-1, []);
        Assert.Contains("\nactive 2\n", Written(active), StringComparison.Ordinal);

        var looked = Metric.From(meter.CreateObservableCounter("looked", () => 1L));
        looked.Record(5, [new("a", "gone")]);
        looked.ForgetObserved();
        looked.Record(5, []);
        looked.Record(6, []);
        Assert.Equal(6, Assert.Single(new MetricsText(Written(looked)).Samples).Value);
    }

    [Fact]
    public void Labels_without_end_become_one()
    {
        using var meter = new Meter("test");
        var metric = Metric.From(meter.CreateCounter<long>("a"));
        for (var i = 0; i < 1500; i++)
            metric.Record(1, [new("i", i)]);
        metric.Record(1, [new("i", new string('x', 5000))]);
        var samples = new MetricsText(Written(metric)).Samples;
        Assert.Equal(1001, samples.Count);
        Assert.Equal(501, samples["a_total{otel_metric_overflow=\"true\"}"]);
    }

    private static string Written(Metric metric)
    {
        var text = new PrometheusTextWriter();
        metric.Write(text);
        return text.ToString();
    }
}
