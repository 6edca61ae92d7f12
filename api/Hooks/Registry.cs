using System.Text;
using System.Text.RegularExpressions;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Notifications of distribution (registry:2 and :3, GitLab's registry): an envelope of events, most of which concern blobs. An
/// answer other than 2xx makes the registry send the same again for ever, and nothing after it.
/// </summary>
public sealed partial class Registry : ISender
{
    private const string Expected = "expected a registry's notification, {\"events\": [{\"id\": …, \"action\": …, \"target\": …, \"request\": …}]}";

    private static readonly string[] Deployable =
    [
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
    ];

    public string Name => "registry";

    public bool SendsSecret => true;

    public bool SignsOnly => false;

    public string Description => "registry: a notification of distribution, `{\"events\": […]}`. If the hook has a secret, the endpoint's `headers` in the "
        + $"registry's configuration have to send it: `Authorization` with the secret itself, `Bearer` and the secret, or Basic with it as the password, or `{HookSecret.Header}`.";

    public IReadOnlyList<string> ContentTypes =>
        ["application/vnd.docker.distribution.events.v1+json", "application/vnd.docker.distribution.events.v2+json", "application/json"];

    public string[] DeliveryHeaders { get; } = [];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) => hook.Secret is null || HookSecret.IsIn(headers, hook.Secret);

    public Reading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.RegistryEnvelope, Expected, out var error) is not { } envelope)
            return Reading.Unreadable(error!);
        if (envelope.Events is not { } events)
            return Reading.Unreadable($"`events` is missing; {Expected}.");

        var pushes = new List<Push>(events.Count);
        string? note = null;
        foreach (var e in events)
        {
            if (Objection(e) is { } objection)
                note ??= objection;
            else if (ImageOf(e!) is not { } image)
                note ??= "An event names no image that a service could have.";
            else
                Add(pushes, e!, image, hook, received);
        }

        return new Reading(pushes, pushes.Count > 0 ? null : note ?? "The envelope has no events.");
    }

    /// <summary>Null for an event that tells of a pushed or deleted tag, else why it does not matter.</summary>
    private static string? Objection(RegistryEvent? e)
    {
        if (e?.Target is not { } target || e.Action is null)
            return "An event lacks `action` or `target`.";
        if (e.Action is not ("push" or "delete"))
            return $"An event with the action \"{Http.HttpFailure.Shorten(e.Action)}\" changes nothing.";
        if (string.IsNullOrEmpty(target.Tag))
            return "An event without a tag changes nothing; the tag's own event does.";
        if (!ImageName.IsTag(target.Tag) || ArtifactTag().IsMatch(target.Tag))
            return $"The tag \"{Http.HttpFailure.Shorten(target.Tag)}\" is not one of an image that could be deployed.";
        // a deleted tag comes with the repository and the tag alone
        if (e.Action == "push" && Array.IndexOf(Deployable, target.MediaType) < 0)
            return $"The media type \"{Http.HttpFailure.Shorten(target.MediaType ?? "")}\" is not one of an image that could be deployed.";
        return null;
    }

    private static ImageName? ImageOf(RegistryEvent e)
    {
        var host = e.Request?.Host;
        if (string.IsNullOrEmpty(host) && Uri.TryCreate(e.Target!.Url, UriKind.Absolute, out var url))
            host = url.Authority;
        if (string.IsNullOrEmpty(host) || e.Target!.Repository is not { Length: > 0 } repository || repository.AsSpan().IndexOfAny(":@ ") >= 0)
            return null;
        // without a dot and a port it would be read as a part of a Docker Hub path; such a registry is at port 80
        if (host != "localhost" && host.AsSpan().IndexOfAny('.', ':') < 0)
            host += ":80";
        return ImageName.TryParse($"{host}/{repository}:{e.Target.Tag}", out var image, out _) ? image : null;
    }

    private static void Add(List<Push> pushes, RegistryEvent e, ImageName image, Hook hook, DateTimeOffset received)
    {
        var delivery = DeliveryId(e, image);
        foreach (var push in pushes)
            if (push.Delivery == delivery)
                return;
        pushes.Add(new Push
        {
            Uuid = Guid.NewGuid(),
            Sender = "registry",
            Hook = hook.Uuid,
            Delivery = delivery,
            Source = image.Repository,
            Tag = e.Target!.Tag!,
            Digest = e is { Action: "push", Target.Digest: { } digest } && ImageName.IsDigest(digest) ? digest : null,
            Deleted = e.Action == "delete",
            Pusher = HookJson.Person(e.Actor?.Name),
            Received = received,
            Organization = hook.Organization,
        });
    }

    /// <summary>The event's id, the same on every try; without one, or with a strange one, what the event says.</summary>
    private static string DeliveryId(RegistryEvent e, ImageName image) =>
        Hooks.DeliveryId.Of(e.Id, Encoding.UTF8.GetBytes($"{e.Id}\n{e.Timestamp}\n{e.Action}\n{image}\n{e.Target!.Digest}"));

    /// <summary>Signatures and the like, kept under tags made of the digest that they belong to.</summary>
    [GeneratedRegex(@"^sha256-[0-9a-f]{64}(\.[A-Za-z0-9._-]*)?\z")]
    private static partial Regex ArtifactTag();
}

internal sealed record RegistryEnvelope(IReadOnlyList<RegistryEvent?>? Events);

/// <param name="Timestamp">Text: its nine digits of a second are more than a date here holds.</param>
internal sealed record RegistryEvent(string? Id, string? Timestamp, string? Action, RegistryTarget? Target, RegistryRequest? Request, RegistryActor? Actor);

internal sealed record RegistryTarget(
    [property: System.Text.Json.Serialization.JsonPropertyName("mediaType")] string? MediaType, string? Digest, string? Repository, string? Url, string? Tag);

internal sealed record RegistryRequest(string? Host);

internal sealed record RegistryActor(string? Name);
