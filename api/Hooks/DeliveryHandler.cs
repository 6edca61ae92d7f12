using System.Globalization;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>Takes deliveries that are known to be authentic: their pushes are on disk, and the delivery with them, when it answers.</summary>
public sealed class DeliveryHandler(ILedger ledger, SourceNames names, PushNotifier notifier, Subscriptions subscriptions, TimeProvider time)
{
    /// <summary>A larger body is not kept.</summary>
    public const int LargestKept = 1 << 20;

    /// <summary>An envelope of 25 MiB can have more than anybody would want to see in a list.</summary>
    private const int PushesNamed = 1000;

    private static readonly DeliveryOutcome None = new(0, "", []);

    /// <param name="hook">Where it was delivered.</param>
    /// <param name="from">The hook's sender.</param>
    /// <param name="headers">As sent, or as kept.</param>
    /// <param name="body">As sent.</param>
    /// <param name="redeliveredFrom">The delivery whose body it is: its pushes count as new ones.</param>
    public async Task<HandledDelivery> Handle(
        Hook hook, ISender from, IHeaderDictionary headers, ReadOnlyMemory<byte> body, Guid? redeliveredFrom = null)
    {
        var received = time.GetUtcNow();
        var delivery = new Delivery
        {
            // in the order of time, so that an index of them is written at its end alone
            Uuid = Guid.CreateVersion7(received),
            Hook = hook.Uuid,
            Received = received,
            SenderId = headers.First(from.DeliveryHeaders) is { } id && DeliveryId.IsSane(id) ? hook.Hide(id) : null,
            ContentType = hook.Hide(headers.ContentType.ToString()) is { Length: > 0 } type ? type : null,
            Bytes = body.Length,
            RedeliveredFrom = redeliveredFrom,
            Outcome = None,
            HasBody = body.Length <= LargestKept,
        };
        var content = new DeliveryContent(KeptHeaders.Of(headers), delivery.HasBody ? body : default(ReadOnlyMemory<byte>?));

        var reading = FormPayload.Json(body) is { } json
            ? from.Read(hook, headers, json.Span, delivery.Received)
            : Reading.Unreadable("The body is empty or neither JSON nor a form with the field `payload`.");
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

        var pushes = await names.Choose(redeliveredFrom is null ? reading.Pushes : Anew(reading.Pushes, delivery.Uuid));
        pushes = RequestTelemetry.InThisTrace(pushes);
        var recorded = await ledger.Record(pushes, delivery, content, Outcome, CancellationToken.None);
        var news = notifier.Notify(recorded);
        return new HandledDelivery(delivery with { Outcome = Outcome(recorded) }, new HookAnswer(pushes.Count, news > 0 ? null : "Known already."));
    }

    /// <summary>With ids that no sender gives: they have spaces.</summary>
    private static List<Push> Anew(IReadOnlyList<Push> pushes, Guid delivery) =>
        [.. pushes.Select((push, i) => push with { Delivery = string.Create(CultureInfo.InvariantCulture, $"redelivery {delivery} {i}") })];

    private static DeliveryOutcome Outcome(IReadOnlyList<RecordedPush> recorded)
    {
        var news = recorded.Count(r => r.New);
        var known = recorded.Count - news;
        return new DeliveryOutcome(
            news > 0 ? StatusCodes.Status202Accepted : StatusCodes.Status200OK,
            news == 0 ? "known already"
            : string.Create(CultureInfo.InvariantCulture, $"{news} push{(news > 1 ? "es" : "")} recorded{(known > 0 ? $", {known} known already" : "")}"),
            [.. recorded.Take(PushesNamed).Select(r => r.Push.Uuid)]);
    }
}

/// <param name="Delivery">With its outcome.</param>
/// <param name="Answer">For the sender, unless it is an error.</param>
/// <param name="Handshake">What the sender wants to hear instead.</param>
public sealed record HandledDelivery(Delivery Delivery, HookAnswer Answer, HandshakeAnswer? Handshake = null);
