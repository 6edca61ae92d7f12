using System.Globalization;
using System.Text;
using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.Hooks;

/// <summary>The endpoint for deliveries of senders. A delivery is on disk before it is answered with 2xx.</summary>
public static class HookEndpoint
{
    private const int MaxBodyBytes = 25 << 20;

    /// <summary>The timeout for receiving the body, so that slow senders do not hold connections and memory.</summary>
    public static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(30);

    private static readonly ApiException Unknown = new(StatusCodes.Status404NotFound, "There is no such hook, or it was revoked.");

    public static void MapHooks(this IEndpointRouteBuilder app)
    {
        app.MapPost("/hooks/{sender}/{key}", Receive)
            .WithTags("hooks")
            .WithSummary("Tell of pushes; 202 for new ones, 200 when there is nothing to do")
            .AllowAnonymous()
            .WithMetadata(
                new PushTraceMetadata(),
                new ForeignBodyMetadata(
                    "Read whatever its content type says, at most 25 MiB; a form with the JSON in the field `payload` will do. "
                        + string.Join(' ', Senders.All.Select(s => s.Description)),
                    [.. Senders.All.SelectMany(s => s.ContentTypes).Append("application/x-www-form-urlencoded").Distinct()]
                )
            )
            .WithErrors(400, 401, 404, 408, 413, 429, 503)
            .DisableRequestTimeout();
        app.MapGet($"/hooks/{GiteaSender.SenderName}/{{key}}", ReceiveQuery)
            .WithTags("hooks")
            .WithSummary("Tell of a push in the query, as Gitea can; 202 for a new one, 200 when there is nothing to do")
            .AllowAnonymous()
            .WithMetadata(new PushTraceMetadata())
            .WithInput(new QueryParameter("payload", "The JSON that would be the body."))
            .WithErrors(400, 401, 404, 429)
            .DisableRequestTimeout();
        app.MapMethods($"/hooks/{AzureSender.SenderName}/{{key}}", [HttpMethods.Options], AnswerHandshake)
            .WithTags("hooks")
            .WithSummary("Ask whether CloudEvents are welcome, as Event Grid does before it sends any")
            .AllowAnonymous()
            .WithErrors(400, 404, 429);
        // open without a token: a wrong method on a hook's URL should get a 405, not a request for a token
        app.Map("/hooks/{sender}/{key}", WrongMethod).AllowAnonymous().ExcludeFromDescription();
    }

    private static void WrongMethod(string sender, HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        response.Headers.Allow =
            sender.Equals(GiteaSender.SenderName, StringComparison.OrdinalIgnoreCase) ? "GET, POST"
            : sender.Equals(AzureSender.SenderName, StringComparison.OrdinalIgnoreCase) ? "OPTIONS, POST"
            : "POST";
    }

    /// <summary>
    /// The abuse protection of CloudEvents webhooks: the sender asks for permission, and the answer allows it with a rate.
    /// </summary>
    private static async Task<Results<Ok, JsonHttpResult<ErrorForm>>> AnswerHandshake(
        string key,
        HttpContext context,
        ILedger ledger,
        HookRateLimit rate
    )
    {
        if (await Find(AzureSender.SenderName, key, context, ledger) is not var (hook, _))
            return Error(Unknown.Status, Unknown.Message);
        if (rate.Take(hook.Uuid) is { } wait)
            return TooMany(context.Response, wait);
        if (CloudEventHandshake.From(context.Request.Headers, rate.PerSecond) is not { } welcome)
            return Error(
                StatusCodes.Status400BadRequest,
                $"`{CloudEventHandshake.Origin}` is missing or not a host's name; expected who asks, such as \"eventgrid.azure.net\"."
            );
        welcome.Write(context.Response.Headers);
        return TypedResults.Ok();
    }

    private static async Task<
        Results<Accepted<HookAnswer>, Ok<HookAnswer>, JsonHttpResult<HandshakeAnswer>, JsonHttpResult<ErrorForm>>
    > Receive(
        string sender,
        string key,
        HttpContext context,
        ILedger ledger,
        HookRateLimit rate,
        RejectedDeliveries rejected,
        SenderKeys keys,
        DeliveryHandler handler,
        TimeProvider time
    )
    {
        if (await Find(sender, key, context, ledger) is not var (hook, from))
            return Error(Unknown.Status, Unknown.Message);
        if (rate.Take(hook.Uuid) is { } wait)
            return TooMany(context.Response, wait);
        using var body = await RequestBody.Read(context, MaxBodyBytes, BodyTimeout, time);
        return await Process(hook, from, context.Request.Headers, body.Bytes, rejected, keys, handler);
    }

    private static async Task<
        Results<Accepted<HookAnswer>, Ok<HookAnswer>, JsonHttpResult<HandshakeAnswer>, JsonHttpResult<ErrorForm>>
    > ReceiveQuery(
        string key,
        HttpContext context,
        ILedger ledger,
        HookRateLimit rate,
        RejectedDeliveries rejected,
        SenderKeys keys,
        DeliveryHandler handler
    )
    {
        if (await Find(GiteaSender.SenderName, key, context, ledger) is not var (hook, from))
            return Error(Unknown.Status, Unknown.Message);
        if (rate.Take(hook.Uuid) is { } wait)
            return TooMany(context.Response, wait);
        // a query is written as a form is
        var form = Encoding.UTF8.GetBytes(context.Request.QueryString.Value?.TrimStart('?') ?? "");
        return await Process(hook, from, context.Request.Headers, form, rejected, keys, handler);
    }

    /// <summary>
    /// Unknown, revoked and valid keys take the same path up to the ledger's answer. The ledger looks up the key's hash, so the time
    /// reveals nothing about a guess. The body is read only after that, so that only a holder of a valid key can make the process read one.
    /// </summary>
    private static async Task<(Hook Hook, ISender From)?> Find(string sender, string key, HttpContext context, ILedger ledger)
    {
        if (
            await ledger.FindHook(key, context.RequestAborted) is not { } hook
            || Senders.Find(hook.Sender) is not { } from
            || !hook.Sender.Equals(sender, StringComparison.OrdinalIgnoreCase)
        )
            return null;
        context.RecordHook(hook);
        return (hook, from);
    }

    private static async Task<
        Results<Accepted<HookAnswer>, Ok<HookAnswer>, JsonHttpResult<HandshakeAnswer>, JsonHttpResult<ErrorForm>>
    > Process(
        Hook hook,
        ISender from,
        IHeaderDictionary headers,
        ReadOnlyMemory<byte> body,
        RejectedDeliveries rejected,
        SenderKeys keys,
        DeliveryHandler handler
    )
    {
        if (!from.Verify(hook, headers, body))
        {
            rejected.Add(hook);
            return Error(StatusCodes.Status401Unauthorized, "The delivery does not carry the hook's secret.");
        }

        var verification = await from.VerifyAsync(hook, headers, FormPayload.Json(body) ?? default, keys);
        if (!verification.IsVerified)
        {
            if (verification.Status == StatusCodes.Status401Unauthorized)
                rejected.Add(hook);
            return Error(verification.Status, verification.Sentence);
        }

        var (delivery, answer, handshake) = await handler.Handle(hook, from, headers, body);
        if (handshake is not null)
            return TypedResults.Json(handshake, ApiJson.Default.HandshakeAnswer);
        return delivery.Outcome.Status switch
        {
            StatusCodes.Status202Accepted => TypedResults.Accepted((string?)null, answer),
            StatusCodes.Status200OK => TypedResults.Ok(answer),
            var status => Error(status, delivery.Outcome.Result),
        };
    }

    private static JsonHttpResult<ErrorForm> TooMany(HttpResponse response, TimeSpan wait)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Error(
            StatusCodes.Status429TooManyRequests,
            $"Too many deliveries come through this hook; try again in {seconds} second{(seconds > 1 ? "s" : "")}."
        );
    }

    private static JsonHttpResult<ErrorForm> Error(int status, string sentence) =>
        TypedResults.Json(new ErrorForm(sentence), ApiJson.Default.ErrorForm, statusCode: status);
}
