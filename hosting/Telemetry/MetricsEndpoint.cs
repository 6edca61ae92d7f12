using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Hosting.Telemetry;

/// <summary>What Prometheus reads. Who may is for the host to decide; see <see cref="IsPublic"/>.</summary>
public static class MetricsEndpoint
{
    public const string Path = "/metrics";

    public const string Variable = "AUTODEPLOY_METRICS";

    /// <summary>Needs <see cref="TelemetryHosting.AddTelemetry"/>.</summary>
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder app)
    {
        RequestDelegate write = Write;
        return app.MapGet(Path, write)
            .WithTags("probes")
            .WithSummary("Numbers for Prometheus, in its text format; open to all where that is set")
            // a plain delegate is not described unless one says by which method
            .WithMetadata(write.Method, new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/plain"]));
    }

    private static Task Write(HttpContext context)
    {
        context.Response.ContentType = PrometheusTextWriter.ContentType;
        return context.Response.WriteAsync(context.RequestServices.GetRequiredService<MetricStore>().WriteText(), context.RequestAborted);
    }

    /// <summary>Whether anybody may read them, or only who has the token.</summary>
    /// <param name="value">Of <see cref="Variable"/>.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static bool IsPublic(string? value) =>
        value switch
        {
            null or "" or "token" => false,
            "public" => true,
            _ => throw new ArgumentException(
                $"{Variable} is \"{value}\"; expected \"public\" (anybody may read {Path}) or \"token\" (who has the admin token)."
            ),
        };
}
