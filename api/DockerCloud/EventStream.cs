using System.Globalization;
using System.Text;
using System.Text.Json;
using AutoDeploy.Api.Http;
using AutoDeploy.Events;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>
/// What happens, as it happens: server-sent events. Who was away says the last id that it has, and gets all that came since, or is told
/// by a <c>reset</c> that some of it is no longer kept.
/// </summary>
public static class EventStream
{
    private const int PageSize = 200;
    private const string Header = "Last-Event-ID",
        Parameter = "last_event_id";

    /// <summary>Nothing for so long: a comment shows those in between, and us, that the connection lives.</summary>
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);

    public static void MapEvents(this IEndpointRouteBuilder app) =>
        app.MapGet(ResourceUris.Events, Get)
            .WithTags("event")
            .WithSummary("Get events as they happen, as server-sent events; each's data is an EventObject")
            .WithInput(
                new QueryParameter(
                    Parameter,
                    $"Begin after the event with this id, as with the header {Header}, which counts if both are there. "
                        + "Without either: with what happens from now on.",
                    QueryType.Integer
                )
            )
            .Produces<string>(200, "text/event-stream")
            .WithErrors(400)
            .DisableRequestTimeout();

    private static async Task Get(HttpContext context, ILedger ledger, IHostApplicationLifetime lifetime)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var cancellationToken = either.Token;
        var asked = After(context.Request);
        var kept = await ledger.GetEventRange(OrganizationNames.Default, cancellationToken);

        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // a proxy in between shall not hold events back
        response.Headers["X-Accel-Buffering"] = "no";
        await response.StartAsync(cancellationToken);
        if (context.IsHead())
            return;
        try
        {
            // a number that was never given comes from another ledger, or from one that was restored from a backup
            var after =
                asked is not { } id ? kept.Last
                : id > kept.Last ? kept.Last
                : Math.Max(id, kept.Trimmed);
            await Write(response, asked is { } last && last != after ? Reset(after) : ": connected\n\n", cancellationToken);
            await Follow(response, after, ledger, cancellationToken);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // the client comes back after the next start, with the last id that it has
        }
    }

    private static async Task Follow(HttpResponse response, long after, ILedger ledger, CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await ledger.ListEvents(OrganizationNames.Default, after, PageSize, cancellationToken);
            if (page.Items.Count > 0)
            {
                var text = new StringBuilder();
                foreach (var ledgerEvent in page.Items)
                    Append(text, ledgerEvent);
                await Write(response, text.ToString(), cancellationToken);
            }

            after = page.ReadTo;
            if (page.Items.Count < PageSize && !await ledger.WaitForEvent(after, KeepAliveInterval, cancellationToken))
                await Write(response, ": still there\n\n", cancellationToken);
        }
    }

    private static long? After(HttpRequest request)
    {
        var values = request.Headers[Header];
        if (values.Count > 1)
            throw ApiException.BadRequest($"`{Header}` is given {values.Count} times; expected once.");
        return string.IsNullOrEmpty(values.ToString())
            ? QueryReader.ReadText(request, Parameter) is { } query
                ? Read(Parameter, query)
                : null
            : Read(Header, values.ToString());
    }

    private static long Read(string name, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw ApiException.BadRequest($"`{name}` is \"{ApiException.Shorten(text)}\"; expected the id of an event, a whole number.");

    private static void Append(StringBuilder text, LedgerEvent ledgerEvent)
    {
        var shown = EventResponse.From(ledgerEvent);
        text.Append(CultureInfo.InvariantCulture, $"id: {ledgerEvent.Number}\nevent: {shown.Type}\ndata: ")
            .Append(JsonSerializer.Serialize(shown, ApiJson.Default.EventResponse))
            .Append("\n\n");
    }

    /// <summary>Its id is where what is kept begins: who comes back with it is not told again.</summary>
    private static string Reset(long id) =>
        string.Create(CultureInfo.InvariantCulture, $"id: {id}\nevent: reset\ndata: {{\"type\":\"reset\"}}\n\n");

    private static async Task Write(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
