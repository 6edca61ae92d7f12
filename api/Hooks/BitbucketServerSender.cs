using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>Bitbucket Data Center, once Bitbucket Server: a delivery tells of several refs, and may not say its host.</summary>
public sealed class BitbucketServerSender : ISender
{
    private const string Event = "repo:refs_changed";

    private const string Expected =
        "expected Bitbucket's repo:refs_changed, {\"changes\": […], \"repository\": {\"slug\": …, \"project\": {\"key\": …}}}";

    public string Name => "bitbucket-server";

    public bool SendsSecret => true;

    public bool SignsOnly => true;

    public string Description =>
        "bitbucket-server: the event `repo:refs_changed` of Bitbucket Data Center, `{\"changes\": […], \"repository\": "
        + "{\"slug\", \"project\": {\"key\"}}}`, told from "
        + $"others by `{BitbucketSender.EventHeader}`. If the hook has a secret, `{BitbucketSender.SignatureHeader}` has to sign "
        + "the body with it.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public string[] DeliveryHeaders { get; } = ["X-Request-Id"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null || HmacSignature.IsIn(headers[BitbucketSender.SignatureHeader], HmacSignature.Sha256, hook.Secret, body.Span);

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        var name = headers.First(BitbucketSender.EventHeader);
        if (name is not (null or Event))
            return HookReading.OtherEvent(name);
        if (HookJson.Read(json, HookJson.Default.BitbucketServerDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        if (name is null && (delivery.EventKey ?? (delivery.Test is null ? null : "diagnostics:ping")) is { } other and not Event)
            return HookReading.OtherEvent(other);
        if (delivery.Changes is not { } changes)
            return HookReading.Unreadable($"`changes` is missing; {Expected}.");

        var pushes = new GitPushCollector(Expected);
        for (var i = 0; i < changes.Count; i++)
            pushes.Add(
                $"changes[{i}].ref.id",
                changes[i]?.Ref?.Id ?? changes[i]?.RefId,
                $"changes[{i}].toHash",
                changes[i]?.ToHash,
                changes[i]?.Type == "DELETE"
            );
        return pushes.Read(
            CommonPushFactory.Create(
                this,
                hook,
                DeliveryId.From(hook, headers.First(DeliveryHeaders), json),
                delivery.Actor?.Name,
                received
            ),
            delivery.Repository?.Sources ?? [],
            $"`repository` has neither clone links that we understand nor `slug` and `project.key`; {Expected}."
        );
    }
}
