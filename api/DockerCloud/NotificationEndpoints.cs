using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Notifications;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Who is told of what happens. URLs and secrets go in and do not come out.</summary>
public static class NotificationEndpoints
{
    private static readonly JsonBinder<Request> Binder = new(
        [
            new(
                "type",
                SchemaFactory.Text("How somebody is told.", NotificationBinding.Types),
                (d, v) => d.Type = NotificationBinding.ReadType(v)
            )
            {
                Required = true,
            },
            new(
                "url",
                SchemaFactory.Text(
                    "An http or https URL that messages are posted to; not for email. Of it only scheme and host are shown."
                ),
                (d, v) => d.Url = new(NotificationBinding.ReadUrl(v))
            ),
            new("to", SchemaFactory.Texts("For email: the addresses."), (d, v) => d.To = NotificationBinding.ReadRecipients(v)),
            new(
                "events",
                SchemaFactory.Texts(
                    $"What is told: some of {SentenceText.JoinWithOr([.. NotificationBinding.Kinds.Select(k => k.Format())])}. "
                        + $"Null: {string.Join(", ", NotificationKindMapper.Default.Select(k => k.Format()))}."
                ),
                (d, v) => d.Events = NotificationBinding.ReadEvents(v)
            ),
            new(
                "services",
                SchemaFactory.Texts("Only of these services, each by name, uuid or resource uri. Null or empty: of all."),
                (d, v) => d.Services = v
            ),
            new(
                "secret",
                SchemaFactory.Text(
                    "For a webhook: what its messages are signed with, as Standard Webhooks does; never shown. \"whsec_\" and "
                        + "base64, or any text. Null: none."
                ),
                (d, v) => d.Secret = new(NotificationBinding.ReadSecret(v))
            ),
        ],
        [
            "uuid",
            "resource_uri",
            "has_secret",
            "last_error",
            "failed_attempts",
            "given_up",
            "delivered_datetime",
            "next_attempt_datetime",
            "created_datetime",
        ]
    );

    public static void MapNotifications(this IEndpointRouteBuilder app)
    {
        var notifications = app.MapGroup(ResourceUris.Notification).WithTags("notification");
        notifications
            .MapPost("/", Create)
            .WithSummary("Have somebody told of what happens from now on")
            .WithInput(Binder, creating: true)
            .WithErrors(400, 413);
        notifications.MapGet("/", List).WithSummary("List notifications").WithInput(Paging.Parameters).WithErrors(400);
        notifications.MapGet("/{uuid}", Get).WithSummary("Get a notification, and how it goes with it").WithErrors(404);
        notifications
            .MapPatch("/{uuid}", Patch)
            .WithSummary("Change a notification; what could not be delivered is tried again at once")
            .WithInput(Binder, creating: false)
            .WithErrors(400, 404, 413);
        notifications.MapDelete("/{uuid}", Delete).WithSummary("Tell nobody any more").WithErrors(404);
        notifications.MapPost("/{uuid}/test", Test).WithSummary("Send a test message, and say what was answered").WithErrors(404);
    }

    private static async Task<Created<NotificationResponse>> Create(
        HttpContext context,
        ILedger ledger,
        ServiceLookup services,
        NotificationOptions options,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var request = new Request();
        await Binder.ReadBody(context, request, creating: true);
        var notification = await request.Change(
            new Notification
            {
                Uuid = Guid.NewGuid(),
                Organization = OrganizationNames.Default,
                Type = request.Type!.Value,
                Events = [.. NotificationKindMapper.Default],
                Created = time.GetUtcNow(),
            },
            services,
            cancellationToken
        );
        Check(notification, options);
        await ledger.PutNotification(notification, cancellationToken);
        return TypedResults.Created(
            ResourceUris.For(ResourceUris.Notification, notification.Uuid),
            await Show(notification, ledger, cancellationToken)
        );
    }

    private static async Task<Ok<Listing<NotificationResponse>>> List(
        HttpRequest request,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var paging = Paging.Read(request);
        var page = await ledger.ListNotifications(OrganizationNames.Default, paging.Limit, paging.Offset, cancellationToken);
        var objects = new List<NotificationResponse>();
        foreach (var notification in page.Items)
            objects.Add(await Show(notification, ledger, cancellationToken));
        return TypedResults.Ok(paging.Listing<NotificationResponse>(request, page.Total, objects));
    }

    private static async Task<Ok<NotificationResponse>> Get(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        TypedResults.Ok(await Show(await Find(uuid, ledger, cancellationToken), ledger, cancellationToken));

    private static async Task<Ok<NotificationResponse>> Patch(
        string uuid,
        HttpContext context,
        ILedger ledger,
        ServiceLookup services,
        NotificationOptions options,
        IGrainFactory grains,
        CancellationToken cancellationToken
    )
    {
        var notification = await Find(uuid, ledger, cancellationToken);
        var request = new Request();
        await Binder.ReadBody(context, request, creating: false);
        notification = await request.Change(notification, services, cancellationToken);
        Check(notification, options);
        await ledger.PutNotification(notification, cancellationToken);
        await grains.GetGrain<INotificationGrain>(notification.Uuid.ToString()).Wake();
        return TypedResults.Ok(await Show(notification, ledger, cancellationToken));
    }

    private static async Task<NoContent> Delete(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.RemoveNotification(parsed, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiException.NotFound("notification", uuid);

    private static async Task<Ok<TestResponse>> Test(string uuid, ILedger ledger, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var notification = await Find(uuid, ledger, cancellationToken);
        return await grains.GetGrain<INotificationGrain>(notification.Uuid.ToString()).SendTest(cancellationToken) is { } result
            ? TypedResults.Ok(new TestResponse(result.IsDelivered, result.Status, result.ResponseText, result.Error))
            : throw ApiException.NotFound("notification", uuid);
    }

    private static async Task<Notification> Find(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindNotification(parsed, cancellationToken) is { } notification
            ? notification
            : throw ApiException.NotFound("notification", uuid);

    private static async Task<NotificationResponse> Show(Notification notification, ILedger ledger, CancellationToken cancellationToken) =>
        NotificationResponse.From(notification, await ledger.FindCursor(notification.Uuid, cancellationToken));

    /// <exception cref="ApiException">The members do not go together.</exception>
    private static void Check(Notification notification, NotificationOptions options)
    {
        var type = NotificationBinding.Text(notification.Type);
        if (notification.Type == NotificationType.Email)
        {
            if (!options.HasMail)
                throw ApiException.BadRequest(
                    "`type` is \"email\", and no mail server is set; expected one in AUTODEPLOY_SMTP_URL, or another type."
                );
            if (notification.Recipients.IsEmpty)
                throw ApiException.BadRequest("`to` is missing; expected the addresses to send mail to.");
            if (notification.Url is not null)
                throw ApiException.BadRequest("`url` cannot be set for \"email\"; expected `to`.");
        }
        else
        {
            if (notification.Url is null)
                throw ApiException.BadRequest(
                    $"`url` is missing; expected the http or https URL that messages are posted to for \"{type}\"."
                );
            if (!notification.Recipients.IsEmpty)
                throw ApiException.BadRequest($"`to` cannot be set for \"{type}\"; expected `url`.");
        }

        if (notification.Secret is not null && notification.Type != NotificationType.Webhook)
            throw ApiException.BadRequest($"`secret` cannot be set for \"{type}\"; only messages to a webhook are signed.");
    }

    /// <summary>What a request says; what it does not say is null.</summary>
    private sealed class Request
    {
        public NotificationType? Type { get; set; }

        public Given<Uri>? Url { get; set; }

        public ImmutableArray<string>? To { get; set; }

        public ImmutableArray<NotificationKind>? Events { get; set; }

        public RequestValue? Services { get; set; }

        public Given<string>? Secret { get; set; }

        public async Task<Notification> Change(Notification notification, ServiceLookup services, CancellationToken cancellationToken) =>
            notification with
            {
                Type = Type ?? notification.Type,
                Url = Url is null ? notification.Url : Url.Thing,
                Recipients = To ?? notification.Recipients,
                Events = Events ?? notification.Events,
                ServiceIds = Services is { } given
                    ? await NotificationBinding.ReadServices(given, services, cancellationToken)
                    : notification.ServiceIds,
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
