using AutoDeploy.Api.Http;
using AutoDeploy.Events;
using AutoDeploy.Notifications;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Who is told of what, and how it goes with it.</summary>
/// <param name="Type">webhook, slack, discord or email.</param>
/// <param name="Url">Scheme and host; *** stands for the rest.</param>
/// <param name="To">The addresses of mail.</param>
/// <param name="Events">What is told.</param>
/// <param name="Services">The resource uris of the services that are told of; empty: all.</param>
/// <param name="LastError">Why the last message was not delivered; null when it was.</param>
/// <param name="FailedAttempts">So many attempts in a row have failed.</param>
/// <param name="GivenUp">So many messages were never delivered.</param>
/// <param name="DeliveredDatetime">When the last message was delivered.</param>
/// <param name="NextAttemptDatetime">When it is tried again; null when nothing has failed.</param>
public sealed record NotificationResponse(
    Guid Uuid,
    string ResourceUri,
    string Type,
    string? Url,
    IReadOnlyList<string> To,
    IReadOnlyList<string> Events,
    IReadOnlyList<string> Services,
    bool HasSecret,
    string? LastError,
    int FailedAttempts,
    long GivenUp,
    string? DeliveredDatetime,
    string? NextAttemptDatetime,
    string CreatedDatetime
)
{
    public static NotificationResponse From(Notification notification, EventCursor? cursor) =>
        new(
            notification.Uuid,
            ResourceUris.For(ResourceUris.Notification, notification.Uuid),
            NotificationBinding.Text(notification.Type),
            NotificationBinding.Show(notification.Url),
            notification.Recipients,
            [.. notification.Events.Select(kind => kind.Format())],
            [.. notification.ServiceIds.Select(uuid => ResourceUris.For(ResourceUris.Service, uuid))],
            notification.Secret is not null,
            cursor?.LastError,
            cursor?.Attempts ?? 0,
            cursor?.GivenUp ?? 0,
            ApiDates.Format(cursor?.Delivered),
            ApiDates.Format(cursor?.Due),
            ApiDates.Format(notification.Created)
        );
}
