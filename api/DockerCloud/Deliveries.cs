using System.Text;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>What came through a hook, and once more from the beginning.</summary>
public static class DeliveryEndpoints
{
    public static void MapDeliveries(this IEndpointRouteBuilder app)
    {
        var deliveries = app.MapGroup(Uris.Hook + "/{uuid}/delivery").WithTags("hook");
        deliveries.MapGet("/", List)
            .WithSummary("List the last deliveries that carried the hook's secret, newest first").Takes(Paging.Parameters).Fails(400, 404);
        deliveries.MapGet("/{delivery}", Get).WithSummary("Get a delivery with its headers and body, without secrets").Fails(404);
        deliveries.MapPost("/{delivery}/redeliver", Redeliver)
            .WithSummary("Handle a delivery's body again, as a delivery of its own with new pushes").Fails(404, 409);
    }

    private static async Task<Ok<Listing<DeliveryObject>>> List(string uuid, HttpRequest request, ILedger ledger, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var hook = await HookResourceEndpoints.Find(ledger, uuid, cancellationToken);
        var page = await ledger.Deliveries(hook.Uuid, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing<DeliveryObject>(request, page.Total, [.. page.Items.Select(d => DeliveryObject.Of(d, hook))]));
    }

    private static async Task<Ok<DeliveryContentObject>> Get(string uuid, string delivery, ILedger ledger, CancellationToken cancellationToken)
    {
        var (hook, kept) = await Find(uuid, delivery, ledger, cancellationToken);
        return TypedResults.Ok(DeliveryContentObject.Of(kept, hook));
    }

    private static async Task<Results<Accepted<DeliveryObject>, Ok<DeliveryObject>, BadRequest<DeliveryObject>>> Redeliver(
        string uuid, string delivery, ILedger ledger, DeliveryHandler handler, CancellationToken cancellationToken)
    {
        var (hook, kept) = await Find(uuid, delivery, ledger, cancellationToken);
        if (kept.Content?.Body is not { } body)
        {
            throw HttpFailure.Conflict(kept.Delivery.Bytes > DeliveryHandler.LargestKept
                ? $"The delivery cannot be handled again: bodies of more than {DeliveryHandler.LargestKept >> 20} MiB are not kept."
                : "The delivery cannot be handled again: it is so old that its body is no longer kept.");
        }

        var headers = new HeaderDictionary();
        foreach (var (name, value) in kept.Content.Headers)
            headers[name] = value;
        var handled = (await handler.Handle(hook, Senders.Find(hook.Sender)!, headers, body, kept.Delivery.Uuid)).Delivery;
        var answer = DeliveryObject.Of(handled, hook);
        return handled.Outcome.Status switch
        {
            StatusCodes.Status202Accepted => TypedResults.Accepted(answer.ResourceUri, answer),
            StatusCodes.Status200OK => TypedResults.Ok(answer),
            _ => TypedResults.BadRequest(answer),
        };
    }

    private static async Task<(Hook Hook, KeptDelivery Kept)> Find(string uuid, string delivery, ILedger ledger, CancellationToken cancellationToken)
    {
        var hook = await HookResourceEndpoints.Find(ledger, uuid, cancellationToken);
        return Guid.TryParseExact(delivery, "D", out var parsed) && await ledger.FindDelivery(parsed, cancellationToken) is { } kept
            && kept.Delivery.Hook == hook.Uuid
            ? (hook, kept)
            : throw HttpFailure.NotFound("delivery", delivery);
    }
}

/// <summary>One call of a sender that carried its hook's secret, and what became of it.</summary>
/// <param name="Sender">The sender's name as in its hook's path.</param>
/// <param name="Delivery">The id that the sender gives its deliveries; null where it gives none.</param>
/// <param name="Bytes">The body's length.</param>
/// <param name="Status">The HTTP status that was answered.</param>
/// <param name="Result">What became of it, in words.</param>
/// <param name="Pushes">The uuids of its pushes, of the first 1,000.</param>
/// <param name="RedeliveredFrom">The uuid of the delivery whose body was handled again.</param>
/// <param name="HasBody">The body is kept, and can be handled again.</param>
public sealed record DeliveryObject(
    Guid Uuid, string ResourceUri, string ReceivedDatetime, string Sender, string? Delivery, string? ContentType, long Bytes, int Status, string Result,
    IReadOnlyList<Guid> Pushes, Guid? RedeliveredFrom, bool HasBody)
{
    public static DeliveryObject Of(Delivery delivery, Hook hook) => new(
        delivery.Uuid, Uris.OfDelivery(delivery.Hook, delivery.Uuid), Dates.Text(delivery.Received), hook.Sender, delivery.SenderId, delivery.ContentType,
        delivery.Bytes, delivery.Outcome.Status, delivery.Outcome.Result, delivery.Outcome.Pushes, delivery.RedeliveredFrom, delivery.HasBody);
}

/// <summary>A delivery with what was delivered; *** stands for a secret.</summary>
/// <param name="Sender">The sender's name as in its hook's path.</param>
/// <param name="Delivery">The id that the sender gives its deliveries; null where it gives none.</param>
/// <param name="Bytes">The body's length.</param>
/// <param name="Status">The HTTP status that was answered.</param>
/// <param name="Result">What became of it, in words.</param>
/// <param name="Pushes">The uuids of its pushes, of the first 1,000.</param>
/// <param name="RedeliveredFrom">The uuid of the delivery whose body was handled again.</param>
/// <param name="HasBody">The body is kept, and can be handled again.</param>
/// <param name="Headers">Null when they are no longer kept.</param>
/// <param name="Body">As text; null when it is not kept.</param>
public sealed record DeliveryContentObject(
    Guid Uuid, string ResourceUri, string ReceivedDatetime, string Sender, string? Delivery, string? ContentType, long Bytes, int Status, string Result,
    IReadOnlyList<Guid> Pushes, Guid? RedeliveredFrom, bool HasBody, IReadOnlyDictionary<string, string>? Headers, string? Body)
{
    public static DeliveryContentObject Of(KeptDelivery kept, Hook hook)
    {
        var line = DeliveryObject.Of(kept.Delivery, hook);
        return new(
            line.Uuid, line.ResourceUri, line.ReceivedDatetime, line.Sender, line.Delivery, line.ContentType, line.Bytes, line.Status, line.Result,
            line.Pushes, line.RedeliveredFrom, line.HasBody,
            kept.Content?.Headers.ToDictionary(h => h.Key, h => hook.Hide(h.Value), StringComparer.OrdinalIgnoreCase),
            kept.Content?.Body is { } body ? hook.Hide(Encoding.UTF8.GetString(body.Span)) : null);
    }
}
