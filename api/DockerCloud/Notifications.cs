using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Events;
using AutoDeploy.Notifications;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Who is told of what happens. URLs and secrets go in and do not come out.</summary>
public static class NotificationEndpoints
{
    private static readonly MemberTable<Draft> Members = new(
    [
        new("type", Schemas.Text("How somebody is told.", NotificationMembers.Types), (d, v) => d.Type = NotificationMembers.ReadType(v)) { Required = true },
        new("url", Schemas.Text("An http or https URL that messages are posted to; not for email. Of it only scheme and host are shown."),
            (d, v) => d.Url = new(NotificationMembers.ReadUrl(v))),
        new("to", Schemas.Texts("For email: the addresses."), (d, v) => d.To = NotificationMembers.ReadRecipients(v)),
        new("events", Schemas.Texts($"What is told: some of {Words.Or([.. NotificationMembers.Kinds.Select(k => k.Text())])}. "
            + $"Null: {string.Join(", ", NotificationKinds.Usual.Select(k => k.Text()))}."), (d, v) => d.Events = NotificationMembers.ReadEvents(v)),
        new("services", Schemas.Texts("Only of these services, each by name, uuid or resource uri. Null or empty: of all."), (d, v) => d.Services = v),
        new("secret", Schemas.Text("For a webhook: what its messages are signed with, as Standard Webhooks does; never shown. \"whsec_\" and base64, or any text. Null: none."),
            (d, v) => d.Secret = new(NotificationMembers.ReadSecret(v))),
    ], ["uuid", "resource_uri", "has_secret", "last_error", "failed_attempts", "given_up", "delivered_datetime", "next_attempt_datetime", "created_datetime"]);

    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        var notifications = app.MapGroup(Uris.Notification).WithTags("notification");
        notifications.MapPost("/", Create).WithSummary("Have somebody told of what happens from now on").Takes(Members, creating: true).Fails(400, 413);
        notifications.MapGet("/", List).WithSummary("List notifications").Takes(Paging.Parameters).Fails(400);
        notifications.MapGet("/{uuid}", Get).WithSummary("Get a notification, and how it goes with it").Fails(404);
        notifications.MapPatch("/{uuid}", Patch)
            .WithSummary("Change a notification; what could not be delivered is tried again at once").Takes(Members, creating: false).Fails(400, 404, 413);
        notifications.MapDelete("/{uuid}", Delete).WithSummary("Tell nobody any more").Fails(404);
        notifications.MapPost("/{uuid}/test", Test).WithSummary("Send a test message, and say what was answered").Fails(404);
    }

    private static async Task<Created<NotificationObject>> Create(
        HttpContext context, ILedger ledger, ServiceLookup services, NotificationOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: true);
        var notification = await draft.Change(
            new Notification
            {
                Uuid = Guid.NewGuid(),
                Organization = Organization.Default,
                Type = draft.Type!.Value,
                Events = [.. NotificationKinds.Usual],
                Created = time.GetUtcNow(),
            },
            services,
            cancellationToken);
        Check(notification, options);
        await ledger.PutNotification(notification, cancellationToken);
        return TypedResults.Created(Uris.Of(Uris.Notification, notification.Uuid), await Show(notification, ledger, cancellationToken));
    }

    private static async Task<Ok<Listing<NotificationObject>>> List(HttpRequest request, ILedger ledger, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var page = await ledger.Notifications(Organization.Default, paging.Limit, paging.Offset, cancellationToken);
        var objects = new List<NotificationObject>();
        foreach (var notification in page.Items)
            objects.Add(await Show(notification, ledger, cancellationToken));
        return TypedResults.Ok(paging.Listing<NotificationObject>(request, page.Total, objects));
    }

    private static async Task<Ok<NotificationObject>> Get(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        TypedResults.Ok(await Show(await Find(uuid, ledger, cancellationToken), ledger, cancellationToken));

    private static async Task<Ok<NotificationObject>> Patch(
        string uuid, HttpContext context, ILedger ledger, ServiceLookup services, NotificationOptions options, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var notification = await Find(uuid, ledger, cancellationToken);
        var draft = new Draft();
        await Members.ReadBody(context, draft, creating: false);
        notification = await draft.Change(notification, services, cancellationToken);
        Check(notification, options);
        await ledger.PutNotification(notification, cancellationToken);
        await grains.GetGrain<INotificationGrain>(notification.Uuid.ToString()).Notice();
        return TypedResults.Ok(await Show(notification, ledger, cancellationToken));
    }

    private static async Task<NoContent> Delete(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.RemoveNotification(parsed, cancellationToken)
            ? TypedResults.NoContent()
            : throw HttpFailure.NotFound("notification", uuid);

    private static async Task<Ok<TestObject>> Test(string uuid, ILedger ledger, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var notification = await Find(uuid, ledger, cancellationToken);
        return await grains.GetGrain<INotificationGrain>(notification.Uuid.ToString()).Test(cancellationToken) is { } receipt
            ? TypedResults.Ok(new TestObject(receipt.Delivered, receipt.Status, receipt.Answer, receipt.Error))
            : throw HttpFailure.NotFound("notification", uuid);
    }

    private static async Task<Notification> Find(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindNotification(parsed, cancellationToken) is { } notification
            ? notification
            : throw HttpFailure.NotFound("notification", uuid);

    private static async Task<NotificationObject> Show(Notification notification, ILedger ledger, CancellationToken cancellationToken) =>
        NotificationObject.Of(notification, await ledger.FindCursor(notification.Uuid, cancellationToken));

    /// <exception cref="HttpFailure">The members do not go together.</exception>
    private static void Check(Notification notification, NotificationOptions options)
    {
        var type = NotificationMembers.Text(notification.Type);
        if (notification.Type == NotificationType.Email)
        {
            if (!options.HasMail)
                throw HttpFailure.BadRequest("`type` is \"email\", and no mail server is set; expected one in AUTODEPLOY_SMTP_URL, or another type.");
            if (notification.Recipients.IsEmpty)
                throw HttpFailure.BadRequest("`to` is missing; expected the addresses to send mail to.");
            if (notification.Url is not null)
                throw HttpFailure.BadRequest("`url` cannot be set for \"email\"; expected `to`.");
        }
        else
        {
            if (notification.Url is null)
                throw HttpFailure.BadRequest($"`url` is missing; expected the http or https URL that messages are posted to for \"{type}\".");
            if (!notification.Recipients.IsEmpty)
                throw HttpFailure.BadRequest($"`to` cannot be set for \"{type}\"; expected `url`.");
        }

        if (notification.Secret is not null && notification.Type != NotificationType.Webhook)
            throw HttpFailure.BadRequest($"`secret` cannot be set for \"{type}\"; only messages to a webhook are signed.");
    }

    /// <summary>What a request says; what it does not say is null.</summary>
    private sealed class Draft
    {
        public NotificationType? Type { get; set; }

        public Given<Uri>? Url { get; set; }

        public ImmutableArray<string>? To { get; set; }

        public ImmutableArray<NotificationKind>? Events { get; set; }

        public Value? Services { get; set; }

        public Given<string>? Secret { get; set; }

        public async Task<Notification> Change(Notification notification, ServiceLookup services, CancellationToken cancellationToken) => notification with
        {
            Type = Type ?? notification.Type,
            Url = Url is null ? notification.Url : Url.Thing,
            Recipients = To ?? notification.Recipients,
            Events = Events ?? notification.Events,
            Services = Services is { } given ? await NotificationMembers.ReadServices(given, services, cancellationToken) : notification.Services,
            Secret = Secret is null ? notification.Secret : Secret.Thing,
        };
    }

    /// <summary>Something that the request says, or that there is none.</summary>
    private sealed record Given<T>(T? Thing)
        where T : class
    {
        public override string ToString() => "…";
    }
}

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
public sealed record NotificationObject(
    Guid Uuid, string ResourceUri, string Type, string? Url, IReadOnlyList<string> To, IReadOnlyList<string> Events, IReadOnlyList<string> Services, bool HasSecret,
    string? LastError, int FailedAttempts, long GivenUp, string? DeliveredDatetime, string? NextAttemptDatetime, string CreatedDatetime)
{
    public static NotificationObject Of(Notification notification, EventCursor? cursor) => new(
        notification.Uuid, Uris.Of(Uris.Notification, notification.Uuid), NotificationMembers.Text(notification.Type), NotificationMembers.Show(notification.Url),
        notification.Recipients, [.. notification.Events.Select(kind => kind.Text())], [.. notification.Services.Select(uuid => Uris.Of(Uris.Service, uuid))],
        notification.Secret is not null, cursor?.LastError, cursor?.Attempts ?? 0, cursor?.GivenUp ?? 0, Dates.Text(cursor?.Delivered), Dates.Text(cursor?.Due),
        Dates.Text(notification.Created));
}

/// <summary>What became of a test message.</summary>
/// <param name="Status">What was answered, of HTTP or SMTP; null: nothing.</param>
/// <param name="Answer">The beginning of what was answered.</param>
/// <param name="Error">Why it was not delivered, in a sentence; null when it was.</param>
public sealed record TestObject(bool Delivered, int? Status, string Answer, string? Error);
