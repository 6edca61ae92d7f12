using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Telemetry;

public static class TelemetryHosting
{
    /// <summary>
    /// Counts and times for <see cref="MetricsEndpoint"/>, and exports traces, metrics and logs by OTLP where the standard variables ask
    /// for it. What they do not ask for costs nothing: OpenTelemetry's SDK is not even loaded.
    /// </summary>
    /// <exception cref="ArgumentException">A variable makes no sense, with a sentence.</exception>
    public static IHostApplicationBuilder AddTelemetry(this IHostApplicationBuilder builder)
    {
        // now, and not when the first asks for it: what happens until then counts too
        builder.Services.AddSingleton(new MetricStore());
        builder.Services.AddSingleton<IExternalScopeProvider, LogScopeProvider>();
        var signals = OtlpSignals.Read(name => builder.Configuration[name]);
        if (signals.Any)
            OtlpExport.Add(builder, signals);
        return builder;
    }
}
