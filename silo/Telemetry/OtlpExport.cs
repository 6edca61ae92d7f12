using System.Reflection;
using AutoDeploy.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AutoDeploy.Silo.Telemetry;

/// <summary>OpenTelemetry's SDK, which reads the rest of its variables itself. Only loaded when something is exported.</summary>
internal static class OtlpExport
{
    private const string ServiceName = "autodeploy";

    public static void Add(IHostApplicationBuilder builder, OtlpSignals signals)
    {
        var version = typeof(OtlpExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
            .Clear().AddTelemetrySdk().AddService(ServiceName, serviceVersion: version)
            // last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win
            .AddEnvironmentVariableDetector());
        if (signals.Traces)
            telemetry.WithTracing(traces =>
            {
                traces.AddSource(Tracing.Name);
                if (UuidRatio.Sampler(name => builder.Configuration[name]) is { } sampler)
                    traces.SetSampler(sampler);
                traces.AddOtlpExporter();
            });
        if (signals.Metrics)
            telemetry.WithMetrics(metrics => metrics.AddMeter(MetricStore.Meters).AddOtlpExporter());
        if (signals.Logs)
            telemetry.WithLogging(
                logs => logs.AddOtlpExporter(),
                options =>
                {
                    options.IncludeScopes = true;
                    options.IncludeFormattedMessage = true;
                });
    }
}
