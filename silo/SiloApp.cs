using System.Text.Json;
using AutoDeploy.Hosting;
using AutoDeploy.Hosting.Cluster;
using AutoDeploy.Hosting.Configuration;
using AutoDeploy.Hosting.Health;
using AutoDeploy.Hosting.Telemetry;
using AutoDeploy.Integrations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoDeploy.Silo;

/// <summary>A silo of a cluster: the grains, and an HTTP port for health checks and metrics.</summary>
public static class SiloApp
{
    /// <exception cref="OptionsException">The configuration is invalid. The message says what is expected.</exception>
    public static WebApplication Build(SiloOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = [.. options.Settings], ContentRootPath = AppContext.BaseDirectory }
        );
        var cluster =
            ClusterSettings.Read(builder.Configuration)
            ?? throw new OptionsException(
                "A silo needs the PostgreSQL database of its cluster: the setting "
                    + $"{ClusterSettings.Section}:{nameof(ClusterSettings.ConnectionString)}, as a variable "
                    + "AutoDeploy__Cluster__ConnectionString."
            );
        builder.AddProgramLogging();
        builder.AddTelemetry();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (options.Host is null)
                kestrel.ListenAnyIP(options.Port);
            else
                kestrel.Listen(options.Host, options.Port);
        });
        builder.Services.AddSingleton(cluster);
        builder.AddClusterSilo(cluster, options.Data, options.Url);

        var app = builder.Build();
        app.UseSecurityHeaders();
        app.MapGet("/healthz", context => context.Response.WriteAsync("ok", context.RequestAborted));
        app.MapGet("/readyz", Ready);
        app.MapMetrics();
        return app;
    }

    private static async Task Ready(HttpContext context)
    {
        var checks = context.RequestServices.GetRequiredService<HealthCheckService>();
        var readiness = Readiness.From(await checks.CheckHealthAsync(context.RequestAborted));
        context.Response.StatusCode = readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await context.Response.WriteAsJsonAsync(readiness, JsonSerializerOptions.Web, context.RequestAborted);
    }
}
