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
        probes.MapGet("/readyz", Ready).WithSummary("The ledger and an engine answer").Produces<Readiness>(503);
    }

    private static async Task<Results<Ok<Readiness>, JsonHttpResult<Readiness>>> Ready(
        ILedger ledger, KnownEngines engines, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var ledgers = Answers(() => ledger.Ping(either.Token), either.Token);
        var names = await engines.LastNames(either.Token);
        var answers = await Task.WhenAll(names.Select(name => Answers(async () => (await engines.Ask(name, either.Token)).Answers, either.Token)));
        cancellationToken.ThrowIfCancellationRequested();

        // one that is away is no reason to send everybody elsewhere
        var readiness = new Readiness(Word(await ledgers), Word(answers.Contains(true)))
        {
            Engines = names.Zip(answers).ToDictionary(engine => engine.First, engine => Word(engine.Second)),
        };
        return readiness is { Ledger: Ok, Engine: Ok }
            ? TypedResults.Ok(readiness)
            : TypedResults.Json(readiness, ApiJson.Default.Readiness, statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private const string Ok = "ok";

    private static string Word(bool answers) => answers ? Ok : "does not answer";

    private static Task<bool> Answers(Func<Task> ping, CancellationToken cancellationToken) => Answers(
        async () =>
        {
            await ping();
            return true;
        },
        cancellationToken);

    private static async Task<bool> Answers(Func<Task<bool>> ping, CancellationToken cancellationToken)
    {
        try
        {
            return await ping().WaitAsync(cancellationToken);
        }
        catch (Exception)
        {
            return false;
        }
    }
}

/// <summary>Each is "ok" or "does not answer".</summary>
/// <param name="Engine">An engine answers.</param>
public sealed record Readiness(string Ledger, string Engine)
{
    /// <summary>Each engine by its name.</summary>
    public required IReadOnlyDictionary<string, string> Engines { get; init; }
}
