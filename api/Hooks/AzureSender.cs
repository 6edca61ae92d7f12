using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Azure Container Registry: its webhooks send one event in distribution's form, Event Grid its own events with such a one in each: a list
/// of them, or as CloudEvents one or a list. Event Grid first validates the endpoint (for CloudEvents with OPTIONS), see <see
/// cref="CloudEventHandshake"/>; the <c>validationUrl</c> of a validation request is never called.
/// </summary>
public sealed class AzureSender : ISender
{
    public const string SenderName = "azure";

    private const string EventsOfRegistry = "Microsoft.ContainerRegistry.";
    private const string Validation = "Microsoft.EventGrid.SubscriptionValidationEvent";

    private const string Expected =
        "expected the webhook of an Azure Container Registry, {\"action\": …, \"target\": …, \"request\": …}, or Event Grid's events";

    public string Name => SenderName;

    public bool SendsSecret => true;

    public bool SignsOnly => false;

    public string Description =>
        "azure: the webhook of an Azure Container Registry, `{\"id\", \"action\", \"target\": {\"mediaType\", \"repository\", "
        + "\"tag\"}, \"request\": {\"host\"}}`, or its events in "
        + "Event Grid's schema, `[{\"eventType\", \"data\"}]`, whose handshake is answered with `{\"validationResponse\"}`, or as "
        + "CloudEvents 1.0, `{\"specversion\", \"type\", \"data\"}` or a list "
        + "of such, whose handshake is `OPTIONS`. If the hook has a secret, a custom header has to carry it: "
        + $"`Authorization`, alone or after `Bearer`, or `{HookSecret.Header}`.";

    public IReadOnlyList<string> ContentTypes => ["application/json", "application/cloudevents+json", "application/cloudevents-batch+json"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null || HookSecret.IsIn(headers, hook.Secret);

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        var common = CommonPushFactory.Create(this, hook, "", null, received);
        if (json.TrimStart(" \t\r\n"u8) is [(byte)'[', ..])
            return HookJson.Read(json, HookJson.Default.ListAzureEvent, Expected, out var unreadable) is { } events
                ? Read(events, common, i => string.Create(CultureInfo.InvariantCulture, $"[{i}]."))
                : HookReading.Unreadable(unreadable!);
        if (HookJson.Read(json, HookJson.Default.AzureEvent, Expected, out var error) is not { } single)
            return HookReading.Unreadable(error!);
        if (single.SpecVersion is not null)
            return Read([single], common, _ => "");
        if (HookJson.Read(json, HookJson.Default.RegistryEvent, Expected, out error) is not { } told)
            return HookReading.Unreadable(error!);
        var pushes = new ImagePushCollector(common, Expected);
        told.AddTo(pushes);
        return pushes.Read("Nothing was pushed.");
    }

    /// <param name="at">Where the event of a number was found.</param>
    private static HookReading Read(List<AzureEvent?> events, Sources.Push common, Func<int, string> at)
    {
        var pushes = new ImagePushCollector(common, Expected, forgiving: true);
        for (var i = 0; i < events.Count; i++)
        {
            var isCloudEvent = events[i]?.SpecVersion is not null;
            if (events[i] is not { Data: { } data } told || (isCloudEvent ? told.Type : told.EventType) is not { } type)
                pushes.Fail($"`{at(i)}{(isCloudEvent ? "type" : "eventType")}` or `{at(i)}data` is missing; {Expected}.");
            else if (type == Validation)
                return AnswerValidation(data);
            else if (!type.StartsWith(EventsOfRegistry, StringComparison.Ordinal))
                pushes.Ignore($"The event \"{Http.ApiException.Shorten(type)}\" is not a push.");
            else if (HookJson.Read(JsonMarshal.GetRawUtf8Value(data), HookJson.Default.RegistryEvent, Expected, out var error) is { } inner)
                inner.AddTo(pushes, $"{at(i)}data.");
            else
                pushes.Fail(error!);
        }

        return pushes.Read("The list has no events.");
    }

    private static HookReading AnswerValidation(JsonElement data) =>
        HookJson.Read(JsonMarshal.GetRawUtf8Value(data), HookJson.Default.AzureValidation, Expected, out var error) is not { } asked
            ? HookReading.Unreadable(error!)
        : DeliveryId.IsUsable(asked.ValidationCode) ? new HookReading([], Handshake: new HandshakeAnswer(asked.ValidationCode!))
        : HookReading.Unreadable("`data.validationCode` is not a code; expected Event Grid's handshake.");
}
