using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Google's Artifact Registry, through a push subscription of Pub/Sub: the event in base64, or alone where wrapping is switched off.
/// What is not answered with 2xx is sent again for days, so what is in a message is only noted when it cannot be read.
/// </summary>
public sealed class GoogleSender : ISender
{
    private const string Expected =
        "expected Pub/Sub's push, {\"message\": {\"data\": BASE64, \"messageId\": …}}, or without its wrapping {\"action\": "
        + "\"INSERT\", \"tag\": \"host/name:tag\"}";

    public string Name => "google";

    public bool SendsSecret => false;

    public bool SendsToken => true;

    public bool SignsOnly => false;

    public string Description =>
        "google: what Artifact Registry publishes to the topic `gcr`, `{\"action\", \"tag\", \"digest\"?}`, pushed by Pub/Sub as "
        + "`{\"message\": {\"data\", \"messageId\"}}` or unwrapped; "
        + "if the hook has a `service_account`, authentication has to be enabled in the subscription, and the token that Pub/Sub "
        + "then sends in `Authorization` be that account's and "
        + "for the hook's `audience`, or for its URL where that is null.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) => true;

    public async ValueTask<SenderVerification> VerifyAsync(
        Hook hook,
        IHeaderDictionary headers,
        ReadOnlyMemory<byte> json,
        SenderKeys keys
    ) => hook.ServiceAccount is null ? SenderVerification.Verified : await keys.Google.Verify(hook, headers);

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.GoogleDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        var message = delivery.Message;
        var told = message is null ? new GoogleEvent(delivery.Action, delivery.Digest, delivery.Tag) : EventIn(message);
        if (told is null)
            return HookReading.Nothing("The message's `data` is not what a registry publishes.");
        if (message is null && told.Action is null)
            return HookReading.Unreadable($"`message` is missing; {Expected}.");
        if (told.Action is not ("INSERT" or "DELETE"))
            return HookReading.Nothing($"An event with the action \"{ApiException.Shorten(told.Action ?? "")}\" changes nothing.");

        var id = message?.MessageId ?? message?.MessageIdToo ?? headers.First("x-goog-pubsub-message-id");
        var pushes = new ImagePushCollector(
            CommonPushFactory.Create(this, hook, DeliveryId.IsUsable(id) ? id! : DeliveryId.New(), null, received),
            Expected,
            forgiving: true
        );
        var tag = ImageReferenceText.Parse(told.Tag);
        pushes.Add(
            new ReportedTag("tag", tag?.HostedName, "tag", tag?.Tag)
            {
                Digest = ImageReferenceText.Parse(told.Digest)?.Digest,
                Deleted = told.Action == "DELETE",
            }
        );
        return pushes.Read("Nothing was pushed.");
    }

    private static GoogleEvent? EventIn(GoogleMessage message)
    {
        var text = message.Data ?? "";
        var data = new byte[text.Length];
        return Convert.TryFromBase64String(text, data, out var length)
            ? HookJson.Read(data.AsSpan(0, length), HookJson.Default.GoogleEvent, Expected, out _)
            : null;
    }
}
