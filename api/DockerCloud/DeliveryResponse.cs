using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>One call of a sender that carried its hook's secret, and what became of it.</summary>
/// <param name="Sender">The sender's name as in its hook's path.</param>
/// <param name="Delivery">The id that the sender gives its deliveries; null where it gives none.</param>
/// <param name="Bytes">The body's length.</param>
/// <param name="Status">The HTTP status that was answered.</param>
/// <param name="Result">What became of it, in words.</param>
/// <param name="Pushes">The uuids of its pushes, of the first 1,000.</param>
/// <param name="RedeliveredFrom">The uuid of the delivery whose body was handled again.</param>
/// <param name="HasBody">The body is kept, and can be handled again.</param>
public sealed record DeliveryResponse(
    Guid Uuid,
    string ResourceUri,
    string ReceivedDatetime,
    string Sender,
    string? Delivery,
    string? ContentType,
    long Bytes,
    int Status,
    string Result,
    IReadOnlyList<Guid> Pushes,
    Guid? RedeliveredFrom,
    bool HasBody
)
{
    public static DeliveryResponse From(Delivery delivery, Hook hook) =>
        new(
            delivery.Uuid,
            ResourceUris.ForDelivery(delivery.HookId, delivery.Uuid),
            ApiDates.Format(delivery.Received),
            hook.Sender,
            delivery.SenderId,
            delivery.ContentType,
            delivery.Bytes,
            delivery.Outcome.Status,
            delivery.Outcome.Result,
            delivery.Outcome.PushIds,
            delivery.RedeliveredFrom,
            delivery.HasBody
        );
}
