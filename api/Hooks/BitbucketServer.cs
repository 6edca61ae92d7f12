using System.Text.Json.Serialization;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>Bitbucket Data Center, once Bitbucket Server: a delivery tells of several refs, and may not say its host.</summary>
public sealed class BitbucketServer : ISender
{
    private const string Event = "repo:refs_changed";

    private const string Expected = "expected Bitbucket's repo:refs_changed, {\"changes\": […], \"repository\": {\"slug\": …, \"project\": {\"key\": …}}}";

    public string Name => "bitbucket-server";

    public bool SendsSecret => true;

    public bool SignsOnly => true;

    public string Description => "bitbucket-server: the event `repo:refs_changed` of Bitbucket Data Center, `{\"changes\": […], \"repository\": {\"slug\", \"project\": {\"key\"}}}`, told from "
        + $"others by `{Bitbucket.EventHeader}`. If the hook has a secret, `{Bitbucket.SignatureHeader}` has to sign the body with it.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public string[] DeliveryHeaders { get; } = ["X-Request-Id"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null || Signature.IsIn(headers[Bitbucket.SignatureHeader], Signature.Sha256, hook.Secret, body.Span);

    public Reading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        var name = headers.First(Bitbucket.EventHeader);
        if (name is not (null or Event))
            return Reading.OtherEvent(name);
        if (HookJson.Read(json, HookJson.Default.BitbucketServerDelivery, Expected, out var error) is not { } delivery)
            return Reading.Unreadable(error!);
        if (name is null && (delivery.EventKey ?? (delivery.Test is null ? null : "diagnostics:ping")) is { } other and not Event)
            return Reading.OtherEvent(other);
        if (delivery.Changes is not { } changes)
            return Reading.Unreadable($"`changes` is missing; {Expected}.");

        var pushes = new GitPushes(Expected);
        for (var i = 0; i < changes.Count; i++)
            pushes.Add($"changes[{i}].ref.id", changes[i]?.Ref?.Id ?? changes[i]?.RefId, $"changes[{i}].toHash", changes[i]?.ToHash, changes[i]?.Type == "DELETE");
        return pushes.Read(
            CommonPush.Of(this, hook, DeliveryId.Of(hook, headers.First(DeliveryHeaders), json), delivery.Actor?.Name, received),
            delivery.Repository?.Sources ?? [],
            $"`repository` has neither clone links that we understand nor `slug` and `project.key`; {Expected}.");
    }
}

/// <param name="Test">Of the test button; of any type, only whether it is there matters.</param>
internal sealed record BitbucketServerDelivery(
    [property: JsonPropertyName("eventKey")] string? EventKey,
    BitbucketServerActor? Actor,
    BitbucketServerRepository? Repository,
    IReadOnlyList<BitbucketServerChange?>? Changes,
    System.Text.Json.JsonElement? Test);

internal sealed record BitbucketServerActor(string? Name);

internal sealed record BitbucketServerRepository(string? Slug, BitbucketServerProject? Project, BitbucketServerLinks? Links)
{
    /// <summary>Where no link says the host, that of the path alone.</summary>
    public List<string> Sources =>
        GitPushes.Sources(Links?.ToClone?.Select(l => l?.Href) ?? []) is { Count: > 0 } found ? found
        : IsName(Slug) && IsName(Project?.Key) ? [RepositoryName.PathSource($"{Project!.Key}/{Slug}")]
        : [];

    // a project of a person is "~ida"
    private static bool IsName(string? text) =>
        text is { Length: > 0 and <= 255 } and not ("." or "..") && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~');
}

internal sealed record BitbucketServerProject(string? Key);

internal sealed record BitbucketServerLinks([property: JsonPropertyName("clone")] IReadOnlyList<BitbucketServerLink?>? ToClone);

internal sealed record BitbucketServerLink(string? Href);

internal sealed record BitbucketServerChange(
    BitbucketServerRef? Ref,
    [property: JsonPropertyName("refId")] string? RefId,
    [property: JsonPropertyName("toHash")] string? ToHash,
    string? Type);

internal sealed record BitbucketServerRef(string? Id);
