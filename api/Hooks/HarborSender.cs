using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>Harbor, in both formats that its policies offer: its own and that of CloudEvents.</summary>
public sealed class HarborSender : ISender
{
    private const string Expected =
        "expected Harbor's webhook, "
        + "{\"type\": \"PUSH_ARTIFACT\", \"event_data\": {\"resources\": [{\"tag\": …, \"resource_url\": …}]}}";

    public string Name => "harbor";

    public bool SendsSecret => true;

    public bool SignsOnly => false;

    public string Description =>
        "harbor: pushed and deleted artifacts of Harbor, `{\"type\", \"event_data\": {\"resources\": [{\"tag\", \"digest\"?, "
        + "\"resource_url\"}]}}`, also as CloudEvents with "
        + "`data`. If the hook has a secret, the policy's auth header, sent as `Authorization`, has to be it, alone or after `Bearer`.";

    public IReadOnlyList<string> ContentTypes => ["application/json", "application/cloudevents+json"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null || HookSecret.IsIn(headers, hook.Secret);

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        // read apart: in other events, members of the same name may be of other types
        if (HookJson.Read(json, HookJson.Default.HarborEvent, Expected, out var error) is not { } told)
            return HookReading.Unreadable(error!);
        if (string.IsNullOrEmpty(told.Type))
            return HookReading.Unreadable($"`type` is missing; {Expected}.");
        if (IsDeletion(told.Type) is not { } deleted)
            return HookReading.OtherEvent(told.Type);
        if (HookJson.Read(json, HookJson.Default.HarborDelivery, Expected, out error) is not { } delivery)
            return HookReading.Unreadable(error!);
        var at = delivery.Data is null ? "event_data" : "data";
        if ((delivery.Data ?? delivery.EventData)?.Resources is not { } resources)
            return HookReading.Unreadable($"`{at}.resources` is missing; {Expected}.");

        // without an id, the body says the time
        var pushes = new ImagePushCollector(
            CommonPushFactory.Create(this, hook, DeliveryId.From(delivery.Id, json), delivery.Operator, received),
            Expected
        );
        for (var i = 0; i < resources.Count; i++)
        {
            var url = ImageReferenceText.Parse(resources[i]?.ResourceUrl);
            pushes.Add(
                new ReportedTag(
                    $"{at}.resources[{i}].resource_url",
                    url?.HostedName,
                    $"{at}.resources[{i}].tag",
                    resources[i]?.Tag ?? url?.Tag
                )
                {
                    Digest = resources[i]?.Digest,
                    Deleted = deleted,
                }
            );
        }

        return pushes.Read("The event has no resources.");
    }

    /// <summary>Null for what is neither a push nor a deletion.</summary>
    private static bool? IsDeletion(string type) =>
        type switch
        {
            "PUSH_ARTIFACT" or "harbor.artifact.pushed" or "pushImage" => false,
            "DELETE_ARTIFACT" or "harbor.artifact.deleted" or "deleteImage" => true,
            _ => null,
        };
}
