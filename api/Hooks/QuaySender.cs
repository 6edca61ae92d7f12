using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Quay: a delivery names all tags of a push, without a digest, an id or a time, so that a repeated one looks as a second push does.
/// Taken for that, it leads to nothing: the tag means what runs already.
/// </summary>
public sealed class QuaySender : ISender
{
    private const string Expected =
        "expected Quay's notification of a push, " + "{\"docker_url\": \"quay.io/acme/api\", \"updated_tags\": […]}";

    public string Name => "quay";

    public bool SendsSecret => false;

    public bool SignsOnly => false;

    public string Description =>
        "quay: Quay's notification of a push to a repository, `{\"docker_url\", \"updated_tags\": […]}`; each delivery is a new one.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) => true;

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.QuayDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        if (string.IsNullOrEmpty(delivery.DockerUrl))
            return HookReading.Unreadable($"`docker_url` is missing; {Expected}.");
        if (delivery.UpdatedTags is not { } tags)
            return HookReading.Nothing("A notification without `updated_tags` is not a push.");

        var pushes = new ImagePushCollector(CommonPushFactory.Create(this, hook, DeliveryId.New(), null, received), Expected);
        var name = ImageReferenceText.Parse(delivery.DockerUrl)?.HostedName ?? delivery.DockerUrl;
        for (var i = 0; i < tags.Count; i++)
            pushes.Add(new ReportedTag("docker_url", name, $"updated_tags[{i}]", tags[i]));
        return pushes.Read("The push has no tags.");
    }
}
