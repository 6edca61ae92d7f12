using System.Text.Json;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// GitHub and GitHub Enterprise Server. Of their events on git only <c>push</c> matters: one comes along with every <c>create</c> and
/// <c>delete</c>. For those on images see <see cref="GitHubPackages"/>.
/// </summary>
public sealed class GitHub : ISender
{
    internal const string SignatureHeader = "X-Hub-Signature-256";

    private const string Expected = "expected GitHub's push event, {\"ref\": …, \"after\": …, \"repository\": {\"clone_url\": …}}";

    public string Name => "github";

    public bool SendsSecret => true;

    public bool SignsOnly => true;

    public string Description => "github: GitHub's event `push`, `{\"ref\", \"after\", \"repository\": {\"clone_url\"}}`, and of its container registry `package` or "
        + "`registry_package`, `{\"action\", \"package\": {\"package_type\", \"package_version\": {\"package_url\"}}}`, told from others by `X-GitHub-Event`. "
        + $"If the hook has a secret, `{SignatureHeader}` has to sign the body with it.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public string[] DeliveryHeaders { get; } = ["X-GitHub-Delivery"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null || Signature.IsIn(headers[SignatureHeader], Signature.Sha256, hook.Secret, body.Span);

    public Reading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        var name = headers.First("X-GitHub-Event");
        var common = CommonPush.Of(this, hook, DeliveryId.Of(hook, headers.First(DeliveryHeaders), json), null, received);
        if (GitHubPackages.IsTold(name))
            return GitHubPackages.Read(common, json);
        if (name is not (null or "push"))
            return Reading.OtherEvent(name);
        if (HookJson.Read(json, HookJson.Default.GitHubDelivery, Expected, out var error) is not { } delivery)
            return Reading.Unreadable(error!);
        if (name is null && delivery.OtherEvent is { } other)
            return Reading.OtherEvent(other);

        var pushes = new GitPushes(Expected);
        pushes.Add("ref", delivery.Ref, "after", delivery.After, delivery.Deleted == true);
        return pushes.Read(
            common with { Pusher = HookJson.Person(delivery.Pusher?.Name) },
            delivery.Repository?.Sources ?? [],
            $"`repository` has no URL that we understand; {Expected}.");
    }
}

/// <param name="RefType">Of the events <c>create</c> and <c>delete</c>.</param>
/// <param name="Zen">Of the event <c>ping</c>.</param>
/// <param name="Action">Of most other events; of any type, only whether it is there matters.</param>
internal sealed record GitHubDelivery(
    string? Ref, string? After, bool? Deleted, string? RefType, JsonElement? Zen, JsonElement? Action, GitHubRepository? Repository, GitHubPusher? Pusher)
{
    /// <summary>What it is, by its shape, when it is no push.</summary>
    public string? OtherEvent => RefType is not null ? "create or delete" : Ref is not null ? null : Zen is not null ? "ping" : Action is not null ? "of another kind" : null;
}

/// <param name="Url">The API's in some events; in that of a push the same as <paramref name="HtmlUrl"/>.</param>
internal sealed record GitHubRepository(string? HtmlUrl, string? CloneUrl, string? SshUrl, string? GitUrl, string? SvnUrl, string? Url)
{
    public List<string> Sources => GitPushes.Sources(HtmlUrl, CloneUrl, SshUrl, GitUrl, SvnUrl) is { Count: > 0 } found ? found : GitPushes.Sources(Url);
}

internal sealed record GitHubPusher(string? Name);
