using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>Our own: what any pipeline can say with curl when it has pushed an image. Keel's form will do, too.</summary>
public sealed class GenericImageSender : ISender
{
    private const string Expected = "expected {\"image\": \"registry.acme.com/shop/api:1.2\"}";

    public string Name => "image";

    public bool SendsSecret => true;

    public bool SignsOnly => false;

    public string Description =>
        "image: our own, `{\"image\": \"host/name:tag\", \"digest\"?, \"pusher\"?}` or keel's `{\"name\": \"host/name\", "
        + "\"tag\"}`; without a tag in `image` it is `latest`. "
        + AnnouncementSender.Rules;

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) => AnnouncementSender.Verify(hook, headers, body);

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.ImageDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        var (field, written) = string.IsNullOrEmpty(delivery.Image) ? ("name", delivery.Name) : ("image", delivery.Image);
        if (ImageReferenceText.Parse(written) is not { } text)
            return HookReading.Unreadable($"`image` is missing; {Expected}.");

        // a user wrote this request and needs the error
        if (text.Tag is not null && delivery.Tag is not null && text.Tag != delivery.Tag)
            return HookReading.Unreadable($"`{field}` and `tag` say different tags; expected one of them.");
        if (text.Digest is not null && delivery.Digest is not null && text.Digest != delivery.Digest)
            return HookReading.Unreadable($"`{field}` and `digest` say different digests; expected one of them.");
        if ((delivery.Digest ?? text.Digest) is { } digest && !ImageName.IsDigest(digest))
            return HookReading.Unreadable(
                $"`{(delivery.Digest is null ? field : "digest")}` has the digest \"{ApiException.Shorten(digest)}\"; expected "
                    + "\"sha256:\" and 64 lower-case hexadecimal digits."
            );
        var tag = delivery.Tag ?? text.Tag ?? (field == "image" && text.Digest is null ? "latest" : null);
        if (string.IsNullOrEmpty(tag))
            return HookReading.Unreadable($"`{(field == "image" ? "image` has no tag" : "tag` is missing")}; {Expected}.");

        var pushes = new ImagePushCollector(
            CommonPushFactory.Create(this, hook, AnnouncementSender.Delivery(headers), delivery.Pusher, received),
            Expected
        );
        pushes.Add(
            new ReportedTag(field, text.Name, delivery.Tag is null ? field : "tag", tag) { Digest = delivery.Digest ?? text.Digest }
        );
        return pushes.Read("Nothing was pushed.");
    }
}
