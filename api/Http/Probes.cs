using AutoDeploy.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.Http;

/// <summary>For whatever watches the process: does it live, and can it work?</summary>
public static class Probes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapProbes(this IEndpointRouteBuilder app)
    {
        var probes = app.MapGroup("").WithTags("probes").WithMetadata(new OpenToAll());
        probes.MapGet("/healthz", () => TypedResults.Text("ok")).WithSummary("The process lives").Produces<string>(200, "text/plain");
        probes.MapGet("/readyz", Ready).WithSummary("The ledger and the engine answer").Produces<Readiness>(503);
    }

    private static async Task<Results<Ok<Readiness>, JsonHttpResult<Readiness>>> Ready(
        ILedger ledger, IEngine engine, TimeProvider time, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(
            Answers(ledger.Ping, time, cancellationToken), Answers(engine.Ping, time, cancellationToken));
        return answers is [true, true]
            ? TypedResults.Ok(new Readiness("ok", "ok"))
            : TypedResults.Json(new Readiness(Word(answers[0]), Word(answers[1])), ApiJson.Default.Readiness, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static string Word(bool answers) => answers ? "ok" : "does not answer";

    private static async Task<bool> Answers(Func<CancellationToken, Task> ping, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await ping(either.Token).WaitAsync(either.Token);
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>Each is "ok" or "does not answer".</summary>
public sealed record Readiness(string Ledger, string Engine);
