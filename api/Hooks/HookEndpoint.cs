using AutoDeploy.Api.Http;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.Hooks;

/// <summary>Where senders tell of pushes. What is answered with 2xx is on disk.</summary>
public static class HookEndpoint
{
    private const int LargestBody = 25 << 20;

    private static readonly HttpFailure Unknown = new(StatusCodes.Status404NotFound, "There is no such hook, or it was revoked.");

    public static void MapHooks(this IEndpointRouteBuilder app) => app.MapPost("/hooks/{sender}/{key}", Receive).WithTags("hooks")
        .WithSummary("Tell of pushes; 202 for new ones, 200 when there is nothing to do")
        .WithMetadata(new OpenToAll(), new TakesForeignBody(
            "Read whatever its content type says, at most 25 MiB; a form with the JSON in the field `payload` will do. "
            + string.Join(' ', Senders.All.Select(s => s.Description)),
            [.. Senders.All.SelectMany(s => s.ContentTypes).Append("application/x-www-form-urlencoded").Distinct()]))
        .Fails(400, 401, 404, 413).DisableRequestTimeout();

    private static async Task<Results<Accepted<HookAnswer>, Ok<HookAnswer>, JsonHttpResult<ErrorForm>>> Receive(
        string sender, string key, HttpContext context, ILedger ledger, PushNotifier notifier, TimeProvider time)
    {
        var hook = await ledger.FindHook(key, context.RequestAborted);
        if (hook is null || Senders.Find(hook.Sender) is not { } from || !hook.Sender.Equals(sender, StringComparison.OrdinalIgnoreCase))
            return Error(Unknown.Status, Unknown.Message);

        using var body = await RequestBody.Read(context, LargestBody);
        if (!from.Verify(hook, context.Request.Headers, body.Bytes))
            return Error(StatusCodes.Status401Unauthorized, "The delivery does not carry the hook's secret.");

        if (FormPayload.Json(body.Bytes) is not { } json)
            return Error(StatusCodes.Status400BadRequest, "The body is empty or neither JSON nor a form with the field `payload`.");
        var reading = from.Read(hook, context.Request.Headers, json.Span, time.GetUtcNow());
        if (reading.Error is { } error)
            return Error(StatusCodes.Status400BadRequest, error);
        if (reading.Pushes.Count == 0)
            return TypedResults.Ok(new HookAnswer(0, reading.Note));

        // to its end even when the sender gives up waiting: it sends the same again, which is then a repeat
        var recorded = await ledger.Record(reading.Pushes, CancellationToken.None);
        var news = notifier.Notify(recorded);
        return news > 0
            ? TypedResults.Accepted((string?)null, new HookAnswer(reading.Pushes.Count))
            : TypedResults.Ok(new HookAnswer(reading.Pushes.Count, "Known already."));
    }

    private static JsonHttpResult<ErrorForm> Error(int status, string sentence) =>
        TypedResults.Json(new ErrorForm(sentence), ApiJson.Default.ErrorForm, statusCode: status);
}

/// <summary>What became of a delivery.</summary>
/// <param name="Pushes">So many pushes are in it.</param>
/// <param name="Note">Why nothing was to do.</param>
public sealed record HookAnswer(
    int Pushes, [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? Note = null);
