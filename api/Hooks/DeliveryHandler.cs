using System.Globalization;
using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Takes deliveries that are known to be authentic: their pushes are on disk, and the delivery with them, when it answers.
/// </summary>
public sealed class DeliveryHandler(
    ILedger ledger,
    SourceNameResolver names,
    PushNotifier notifier,
    SnsSubscriptions subscriptions,
    TimeProvider time
)
{
    /// <summary>A larger body is not kept.</summary>
    public const int MaxStoredBodyBytes = 1 << 20;

    /// <summary>An envelope of 25 MiB can have more than anybody would want to see in a list.</summary>
    private const int MaxNamedPushes = 1000;

    private static readonly DeliveryOutcome None = new(0, "", []);

    /// <param name="hook">Where it was delivered.</param>
    /// <param name="from">The hook's sender.</param>
    /// <param name="headers">As sent, or as kept.</param>
    /// <param name="body">As sent.</param>
    /// <param name="redeliveredFrom">The delivery whose body it is: its pushes count as new ones.</param>
    public async Task<HandledDelivery> Handle(
        Hook hook,
        ISender from,
        IHeaderDictionary headers,
        ReadOnlyMemory<byte> body,
        Guid? redeliveredFrom = null
    )
    {
        var received = time.GetUtcNow();
        var delivery = new Delivery
        {
            // in the order of time, so that an index of them is written at its end alone
            Uuid = Guid.CreateVersion7(received),
            HookId = hook.Uuid,
            Received = received,
            SenderId = headers.First(from.DeliveryHeaders) is { } id && DeliveryId.IsUsable(id) ? hook.Hide(id) : null,
            ContentType = hook.Hide(headers.ContentType.ToString()) is { Length: > 0 } type ? type : null,
            Bytes = body.Length,
            RedeliveredFrom = redeliveredFrom,
            Outcome = None,
            HasBody = body.Length <= MaxStoredBodyBytes,
        };
        var content = new DeliveryContent(DeliveryHeaders.From(headers), delivery.HasBody ? body : default(ReadOnlyMemory<byte>?));

        var reading = FormPayload.Json(body) is { } json
            ? from.Read(hook, headers, json.Span, delivery.Received)
            : HookReading.Unreadable("The body is empty or neither JSON nor a form with the field `payload`.");
        if (reading.Confirmation is { } asked)
            reading = await subscriptions.Confirm(asked);
        // from here to the end even when the sender gives up waiting: it sends the same again, which is then a repeat
        if (reading.Error is not null || reading.Pushes.Count == 0)
        {
            var status = reading.Error is null ? StatusCodes.Status200OK : reading.ErrorStatus;
            delivery = delivery with { Outcome = new(status, hook.Hide(reading.Error ?? reading.Note) ?? "", []) };
            await ledger.AddDelivery(delivery, content, CancellationToken.None);
            return new HandledDelivery(delivery, new HookAnswer(0, reading.Note), reading.Handshake);
        }

        var pushes = await names.Choose(redeliveredFrom is null ? reading.Pushes : CreateRedelivery(reading.Pushes, delivery.Uuid));
        pushes = RequestTelemetry.InThisTrace(pushes);
        var recorded = await ledger.RecordPushes(pushes, delivery, content, CreateOutcome, CancellationToken.None);
        var news = notifier.Notify(recorded);
        return new HandledDelivery(
            delivery with
            {
                Outcome = CreateOutcome(recorded),
            },
            new HookAnswer(pushes.Count, news > 0 ? null : "Known already.")
        );
    }

    /// <summary>With ids that no sender gives: they have spaces.</summary>
    private static List<Push> CreateRedelivery(IReadOnlyList<Push> pushes, Guid deliveryId) =>
        [
            .. pushes.Select(
                (push, i) => push with { Delivery = string.Create(CultureInfo.InvariantCulture, $"redelivery {deliveryId} {i}") }
            ),
        ];

    private static DeliveryOutcome CreateOutcome(IReadOnlyList<RecordedPush> recorded)
    {
        var news = recorded.Count(r => r.New);
        var known = recorded.Count - news;
        return new DeliveryOutcome(
            news > 0 ? StatusCodes.Status202Accepted : StatusCodes.Status200OK,
            news == 0
                ? "known already"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{news} push{(news > 1 ? "es" : "")} recorded{(known > 0 ? $", {known} known already" : "")}"
                ),
            [.. recorded.Take(MaxNamedPushes).Select(r => r.Push.Uuid)]
        );
    }
}
