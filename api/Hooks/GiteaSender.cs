using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Gitea, Forgejo and Gogs. They imitate GitHub, but a deleted branch is told by the event <c>delete</c> alone, what is signed is the
/// JSON even where it is sent in a form, and it may be sent in the query of a GET. For images see <see cref="GiteaPackageEvents"/>.
/// </summary>
public sealed class GiteaSender : ISender
{
    internal const string SenderName = "gitea";

    private const string Expected = "expected Gitea's push event, {\"ref\": …, \"after\": …, \"repository\": {\"clone_url\": …}}";

    /// <summary>The newest first: Forgejo sends all of them, Gitea those of Gogs too.</summary>
    private static readonly string[] Products = ["Forgejo", "Gitea", "Gogs"];

    private static readonly string[] Events = HeadersOf("Event");
    private static readonly string[] Signatures = HeadersOf("Signature");

    public string Name => SenderName;

    public bool SendsSecret => true;

    public bool SignsOnly => true;

    public string Description =>
        "gitea: the events `push` and `delete` of Gitea, Forgejo and Gogs, `{\"ref\", \"after\", \"repository\": "
        + "{\"clone_url\"}}`, and of their "
        + "container registry `package`, `{\"action\", \"package\": {\"type\", \"owner\", \"name\", \"version\", \"html_url\"}}`, "
        + "told from others by "
        + "`X-Gitea-Event`, `X-Forgejo-Event` or `X-Gogs-Event`; also by GET with the query `payload`. If the hook has a secret, "
        + "`X-Gitea-Signature`, `X-Forgejo-Signature` or `X-Gogs-Signature` has to sign the body, or the payload, with it.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public string[] DeliveryHeaders { get; } = HeadersOf("Delivery");

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        if (hook.Secret is null)
            return true;
        var found = IsSigned(headers, hook.Secret, body.Span);
        // only a form is worth being hashed twice
        if (!found && FormPayload.Json(body) is { } payload && payload.Length != body.Length)
            found = IsSigned(headers, hook.Secret, payload.Span);
        return found;
    }

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        var name = headers.First(Events);
        var common = CommonPushFactory.Create(this, hook, DeliveryId.From(hook, headers.First(DeliveryHeaders), json), null, received);
        if (GiteaPackageEvents.IsPackageEvent(name))
            return GiteaPackageEvents.Read(common, json);
        if (name is not (null or "push" or "delete"))
            return HookReading.OtherEvent(name);
        if (HookJson.Read(json, HookJson.Default.GiteaDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        name ??= delivery.Event;
        if (name is not ("push" or "delete"))
            return HookReading.OtherEvent(name);

        var pushes = new GitPushCollector(Expected);
        if (name == "push")
            pushes.Add("ref", delivery.Ref, "after", delivery.After);
        else if (delivery.RefType is not "branch")
            pushes.Ignore("What was deleted is not a branch.");
        else
            // the short name; in full where a version should send that
            pushes.Add(
                "ref",
                delivery.Ref is { Length: > 0 } branch && !branch.StartsWith(GitRefs.Heads, StringComparison.Ordinal)
                    ? GitRefs.Heads + branch
                    : delivery.Ref,
                "after",
                null,
                deleted: true
            );
        return pushes.Read(
            common with
            {
                Pusher = HookJson.Person(delivery.Pusher?.Login ?? delivery.Pusher?.Username),
            },
            delivery.Repository?.Sources ?? [],
            $"`repository` has no URL that we understand; {Expected}."
        );
    }

    private static bool IsSigned(IHeaderDictionary headers, string secret, ReadOnlySpan<byte> signed)
    {
        var found = false;
        foreach (var header in Signatures)
            found |= HmacSignature.IsIn(headers[header], "", secret, signed);
        return found;
    }

    private static string[] HeadersOf(string what) => [.. Products.Select(p => $"X-{p}-{what}")];
}
