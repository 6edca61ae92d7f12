using AutoDeploy.Hosting.Health;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoDeploy.Api.Http;

/// <summary>For whatever watches the process: does it live, and can it work?</summary>
public static class HealthEndpoints
{
    public static void MapProbes(this IEndpointRouteBuilder app)
    {
        var probes = app.MapGroup("").WithTags("probes").AllowAnonymous();
        probes.MapGet("/healthz", () => TypedResults.Text("ok")).WithSummary("The process lives").Produces<string>(200, "text/plain");
        probes.MapGet("/readyz", Ready).WithSummary("The ledger, an engine and the silos answer").Produces<Readiness>(503);
    }

    private static async Task<Results<Ok<Readiness>, JsonHttpResult<Readiness>>> Ready(
        HealthCheckService checks,
        CancellationToken cancellationToken
    )
    {
        var readiness = Readiness.From(await checks.CheckHealthAsync(cancellationToken));
        return readiness.IsReady
            ? TypedResults.Ok(readiness)
            : TypedResults.Json(readiness, ApiJson.Default.Readiness, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
