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
        var deliveries = app.MapGroup(ResourceUris.Hook + "/{uuid}/delivery").WithTags("hook");
        deliveries
            .MapGet("/", List)
            .WithSummary("List the last deliveries that carried the hook's secret, newest first")
            .WithInput(Paging.Parameters)
            .WithErrors(400, 404);
        deliveries.MapGet("/{delivery}", Get).WithSummary("Get a delivery with its headers and body, without secrets").WithErrors(404);
        deliveries
            .MapPost("/{delivery}/redeliver", Redeliver)
            .WithSummary("Handle a delivery's body again, as a delivery of its own with new pushes")
            .WithErrors(404, 409);
    }

    private static async Task<Ok<Listing<DeliveryResponse>>> List(
        string uuid,
        HttpRequest request,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var paging = Paging.Read(request);
        var hook = await HookResourceEndpoints.Find(ledger, uuid, cancellationToken);
        var page = await ledger.ListDeliveries(hook.Uuid, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(
            paging.Listing<DeliveryResponse>(request, page.Total, [.. page.Items.Select(d => DeliveryResponse.From(d, hook))])
        );
    }

    private static async Task<Ok<DeliveryContentResponse>> Get(
        string uuid,
        string delivery,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var (hook, kept) = await Find(uuid, delivery, ledger, cancellationToken);
        return TypedResults.Ok(DeliveryContentResponse.From(kept, hook));
    }

    private static async Task<Results<Accepted<DeliveryResponse>, Ok<DeliveryResponse>, BadRequest<DeliveryResponse>>> Redeliver(
        string uuid,
        string delivery,
        ILedger ledger,
        DeliveryHandler handler,
        CancellationToken cancellationToken
    )
    {
        var (hook, kept) = await Find(uuid, delivery, ledger, cancellationToken);
        if (kept.Content?.Body is not { } body)
        {
            throw ApiException.Conflict(
                kept.Delivery.Bytes > DeliveryHandler.MaxStoredBodyBytes
                    ? $"The delivery cannot be handled again: bodies of more than {DeliveryHandler.MaxStoredBodyBytes >> 20} MiB "
                        + "are not kept."
                    : "The delivery cannot be handled again: it is so old that its body is no longer kept."
            );
        }

        var headers = new HeaderDictionary();
        foreach (var (name, value) in kept.Content.Headers)
            headers[name] = value;
        var handled = (await handler.Handle(hook, Senders.Find(hook.Sender)!, headers, body, kept.Delivery.Uuid)).Delivery;
        var answer = DeliveryResponse.From(handled, hook);
        return handled.Outcome.Status switch
        {
            StatusCodes.Status202Accepted => TypedResults.Accepted(answer.ResourceUri, answer),
            StatusCodes.Status200OK => TypedResults.Ok(answer),
            _ => TypedResults.BadRequest(answer),
        };
    }

    private static async Task<(Hook Hook, StoredDelivery Kept)> Find(
        string uuid,
        string delivery,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var hook = await HookResourceEndpoints.Find(ledger, uuid, cancellationToken);
        return
            Guid.TryParseExact(delivery, "D", out var parsed)
            && await ledger.FindDelivery(parsed, cancellationToken) is { } kept
            && kept.Delivery.HookId == hook.Uuid
            ? (hook, kept)
            : throw ApiException.NotFound("delivery", delivery);
    }
}
