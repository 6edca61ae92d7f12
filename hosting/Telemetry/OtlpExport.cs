using System.Globalization;
using System.Reflection;
using AutoDeploy.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AutoDeploy.Hosting.Telemetry;

/// <summary>OpenTelemetry's SDK, which reads the rest of its variables itself. Only loaded when something is exported.</summary>
internal static class OtlpExport
{
    private const string ServiceName = "autodeploy";

    public static void Add(IHostApplicationBuilder builder, OtlpSignals signals)
    {
        var version = typeof(OtlpExport)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0];
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource
                    .Clear()
                    .AddTelemetrySdk()
                    .AddService(ServiceName, serviceVersion: version)
                    // last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win
                    .AddEnvironmentVariableDetector()
            );
        if (signals.Traces)
            telemetry.WithTracing(traces =>
            {
                traces.AddSource(AutoDeployTracing.Name);
                if (TraceRatioSampler.FindSampler(name => builder.Configuration[name]) is { } sampler)
                    traces.SetSampler(sampler);
                traces.AddOtlpExporter(Set("TRACES"));
            });
        if (signals.Metrics)
            telemetry.WithMetrics(metrics => metrics.AddMeter(MetricStore.Meters).AddOtlpExporter(Set("METRICS")));
        if (signals.Logs)
            telemetry.WithLogging(
                logs => logs.AddProcessor(new LogTraceProcessor()).AddOtlpExporter(Set("LOGS")),
                options =>
                {
                    options.IncludeScopes = true;
                    options.IncludeFormattedMessage = true;
                }
            );

        // the SDK reads those of all signals, and not those of one
        Action<OtlpExporterOptions> Set(string signal) =>
            options =>
            {
                if (Variable("ENDPOINT") is { } endpoint)
                    options.Endpoint = new Uri(endpoint);
                if (Variable("HEADERS") is { } headers)
                    options.Headers = headers;
                if (Variable("PROTOCOL") is { } protocol)
                    options.Protocol = protocol == "http/protobuf" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
                if (int.TryParse(Variable("TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
                    options.TimeoutMilliseconds = milliseconds;

                string? Variable(string what) =>
                    builder.Configuration[$"OTEL_EXPORTER_OTLP_{signal}_{what}"] is { Length: > 0 } value ? value : null;
            };
    }
}
