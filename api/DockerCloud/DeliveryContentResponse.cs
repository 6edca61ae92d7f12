using System.Text;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;

namespace AutoDeploy.Api.DockerCloud;

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
public sealed record DeliveryContentResponse(
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
    bool HasBody,
    IReadOnlyDictionary<string, string>? Headers,
    string? Body
)
{
    public static DeliveryContentResponse From(StoredDelivery kept, Hook hook)
    {
        var line = DeliveryResponse.From(kept.Delivery, hook);
        return new(
            line.Uuid,
            line.ResourceUri,
            line.ReceivedDatetime,
            line.Sender,
            line.Delivery,
            line.ContentType,
            line.Bytes,
            line.Status,
            line.Result,
            line.Pushes,
            line.RedeliveredFrom,
            line.HasBody,
            kept.Content?.Headers.ToDictionary(h => h.Key, h => hook.Hide(h.Value), StringComparer.OrdinalIgnoreCase),
            kept.Content?.Body is { } body ? hook.Hide(Encoding.UTF8.GetString(body.Span)) : null
        );
    }
}
