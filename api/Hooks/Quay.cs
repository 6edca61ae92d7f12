using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Quay: a delivery names all tags of a push, without a digest, an id or a time, so that a repeated one looks as a second push does.
/// Taken for that, it leads to nothing: the tag means what runs already.
/// </summary>
public sealed class Quay : ISender
{
    private const string Expected = "expected Quay's notification of a push, {\"docker_url\": \"quay.io/acme/api\", \"updated_tags\": […]}";

    public string Name => "quay";

    public bool SendsSecret => false;

    public bool SignsOnly => false;

    public string Description => "quay: Quay's notification of a push to a repository, `{\"docker_url\", \"updated_tags\": […]}`; each delivery is a new one.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) => true;

    public Reading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.QuayDelivery, Expected, out var error) is not { } delivery)
            return Reading.Unreadable(error!);
        if (string.IsNullOrEmpty(delivery.DockerUrl))
            return Reading.Unreadable($"`docker_url` is missing; {Expected}.");
        if (delivery.UpdatedTags is not { } tags)
            return Reading.Nothing("A notification without `updated_tags` is not a push.");

        var pushes = new ImagePushes(CommonPush.Of(this, hook, DeliveryId.New(), null, received), Expected);
        var name = ImageText.Of(delivery.DockerUrl)?.HostedName ?? delivery.DockerUrl;
        for (var i = 0; i < tags.Count; i++)
            pushes.Add(new ToldTag("docker_url", name, $"updated_tags[{i}]", tags[i]));
        return pushes.Read("The push has no tags.");
    }
}

internal sealed record QuayDelivery(string? DockerUrl, IReadOnlyList<string?>? UpdatedTags);
