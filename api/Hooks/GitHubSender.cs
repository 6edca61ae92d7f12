using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// GitHub and GitHub Enterprise Server. Of their events on git only <c>push</c> matters: one comes along with every <c>create</c> and
/// <c>delete</c>. For those on images see <see cref="GitHubPackageEvents"/>.
/// </summary>
public sealed class GitHubSender : ISender
{
    internal const string SignatureHeader = "X-Hub-Signature-256";

    private const string Expected = "expected GitHub's push event, {\"ref\": …, \"after\": …, \"repository\": {\"clone_url\": …}}";

    public string Name => "github";

    public bool SendsSecret => true;

    public bool SignsOnly => true;

    public string Description =>
        "github: GitHub's event `push`, `{\"ref\", \"after\", \"repository\": {\"clone_url\"}}`, and of its container registry "
        + "`package` or "
        + "`registry_package`, `{\"action\", \"package\": {\"package_type\", \"package_version\": {\"package_url\"}}}`, told from "
        + "others by `X-GitHub-Event`. "
        + $"If the hook has a secret, `{SignatureHeader}` has to sign the body with it.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public string[] DeliveryHeaders { get; } = ["X-GitHub-Delivery"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null || HmacSignature.IsIn(headers[SignatureHeader], HmacSignature.Sha256, hook.Secret, body.Span);

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        var name = headers.First("X-GitHub-Event");
        var common = CommonPushFactory.Create(this, hook, DeliveryId.From(hook, headers.First(DeliveryHeaders), json), null, received);
        if (GitHubPackageEvents.IsPackageEvent(name))
            return GitHubPackageEvents.Read(common, json);
        if (name is not (null or "push"))
            return HookReading.OtherEvent(name);
        if (HookJson.Read(json, HookJson.Default.GitHubDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        if (name is null && delivery.OtherEvent is { } other)
            return HookReading.OtherEvent(other);

        var pushes = new GitPushCollector(Expected);
        pushes.Add("ref", delivery.Ref, "after", delivery.After, delivery.Deleted == true);
        return pushes.Read(
            common with
            {
                Pusher = HookJson.Person(delivery.Pusher?.Name),
            },
            delivery.Repository?.Sources ?? [],
            $"`repository` has no URL that we understand; {Expected}."
        );
    }
}
