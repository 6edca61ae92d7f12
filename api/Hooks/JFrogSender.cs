using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>JFrog's Artifactory. A delivery says neither its id nor its time, so that a repeated one looks as a second push does.</summary>
public sealed class JFrogSender : ISender
{
    private const string SecretHeader = "X-JFrog-Event-Auth";

    private const string Expected =
        "expected Artifactory's event docker pushed, {\"domain\": \"docker\", \"event_type\": …, \"data\": {\"repo_key\": …, "
        + "\"image_name\": …, \"tag\": …}, \"jpd_origin\": …}";

    public string Name => "jfrog";

    public bool SendsSecret => true;

    public bool SignsOnly => false;

    public string Description =>
        "jfrog: Artifactory's events of the domain `docker`, `{\"event_type\", \"data\": {\"repo_key\", \"image_name\", \"tag\", "
        + "\"sha256\"?}, \"jpd_origin\"}`, for images that are "
        + $"called `HOST/REPO_KEY/NAME`; each delivery is a new one. If the hook has a secret, `{SecretHeader}` has to carry it or "
        + "to sign the body with it.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null
        || HookSecret.IsOneOf(headers[SecretHeader], hook.Secret)
        || HookSecret.IsIn(headers, hook.Secret)
        || HmacSignature.IsIn(headers[SecretHeader], "", hook.Secret, body.Span);

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        // read apart: in other events, members of the same name may be of other types
        if (HookJson.Read(json, HookJson.Default.JFrogEvent, Expected, out var error) is not { } told)
            return HookReading.Unreadable(error!);
        if (string.IsNullOrEmpty(told.Domain) || string.IsNullOrEmpty(told.EventType))
            return HookReading.Unreadable($"`domain` or `event_type` is missing; {Expected}.");
        if (told is not { Domain: "docker", EventType: "pushed" or "deleted" })
            return HookReading.OtherEvent($"{told.Domain} {told.EventType}");
        if (HookJson.Read(json, HookJson.Default.JFrogDelivery, Expected, out error) is not { } delivery)
            return HookReading.Unreadable(error!);
        if (delivery.Data is not { } data)
            return HookReading.Unreadable($"`data` is missing; {Expected}.");

        var pushes = new ImagePushCollector(CommonPushFactory.Create(this, hook, DeliveryId.New(), null, received), Expected);
        var hasNames = !string.IsNullOrEmpty(data.RepoKey) && !string.IsNullOrEmpty(data.ImageName);
        pushes.Add(
            new ReportedTag(
                hasNames ? "jpd_origin"
                    : string.IsNullOrEmpty(data.RepoKey) ? "data.repo_key"
                    : "data.image_name",
                hasNames
                    ? ImageReferenceText.Join(ImageReferenceText.FindHost(delivery.JpdOrigin), $"{data.RepoKey}/{data.ImageName}")
                    : null,
                "data.tag",
                data.Tag
            )
            {
                // the checksum of the manifest's file, or else of something that the tag does not mean
                Digest = data.Path?.EndsWith("manifest.json", StringComparison.Ordinal) == true ? $"sha256:{data.Sha256}" : null,
                Deleted = told.EventType == "deleted",
            }
        );
        return pushes.Read("Nothing was pushed.");
    }
}
