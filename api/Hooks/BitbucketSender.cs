using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>Bitbucket Cloud: a delivery tells of several refs, and says neither a clone URL nor changed files.</summary>
public sealed class BitbucketSender : ISender
{
    internal const string SignatureHeader = "X-Hub-Signature";
    internal const string EventHeader = "X-Event-Key";

    private const string Expected =
        "expected Bitbucket's repo:push, {\"push\": {\"changes\": […]}, \"repository\": {\"full_name\": \"acme/shop\"}}";

    public string Name => "bitbucket";

    public bool SendsSecret => true;

    public bool SignsOnly => true;

    public string Description =>
        "bitbucket: Bitbucket Cloud's event `repo:push`, `{\"push\": {\"changes\": […]}, \"repository\": {\"full_name\"}}`, told "
        + "from others by "
        + $"`{EventHeader}`. If the hook has a secret, `{SignatureHeader}` has to sign the body with it.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public string[] DeliveryHeaders { get; } = ["X-Request-UUID"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null || HmacSignature.IsIn(headers[SignatureHeader], HmacSignature.Sha256, hook.Secret, body.Span);

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        var name = headers.First(EventHeader);
        if (name is not (null or "repo:push"))
            return HookReading.OtherEvent(name);
        if (HookJson.Read(json, HookJson.Default.BitbucketDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        if (delivery.Push?.Changes is not { } changes)
            return HookReading.Unreadable($"`push.changes` is missing; {Expected}.");

        var pushes = new GitPushCollector(Expected);
        for (var i = 0; i < changes.Count; i++)
        {
            // without `new`, it was deleted
            var side = changes[i]?.New is null ? "old" : "new";
            var at = $"push.changes[{i}].{side}";
            if ((changes[i]?.New ?? changes[i]?.Old) is not { } changed)
                pushes.Fail($"`push.changes[{i}]` has neither `old` nor `new`; {Expected}.");
            else if (changed.Type is not "branch")
                pushes.Ignore("What was pushed is not a branch.");
            else
                pushes.Add(
                    $"{at}.name",
                    string.IsNullOrEmpty(changed.Name) ? null : GitRefs.Heads + changed.Name,
                    $"{at}.target.hash",
                    changed.Target?.Hash,
                    deleted: side == "old" || changes[i]!.Closed == true
                );
        }

        var repository = delivery.Repository?.FullName;
        return pushes.Read(
            CommonPushFactory.Create(
                this,
                hook,
                DeliveryId.From(headers.First(DeliveryHeaders), json),
                delivery.Actor?.Nickname ?? delivery.Actor?.DisplayName,
                received
            ),
            repository?.Split('/').Length == 2 && repository.AsSpan().IndexOfAny(":@?#") < 0
                ? GitPushCollector.Sources($"https://bitbucket.org/{repository}")
                : [],
            $"`repository.full_name` is not a workspace and a repository; {Expected}."
        );
    }
}
