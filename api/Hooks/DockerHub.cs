using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Docker Hub's webhooks: a push per call, unsigned, the same call several times for an image of several platforms. The
/// <c>callback_url</c> in it is never called: whoever knows the hook could have us call anything.
/// </summary>
public sealed class DockerHub : ISender
{
    private const string Expected = "expected Docker Hub's webhook, {\"push_data\": {\"tag\": …}, \"repository\": {\"repo_name\": …}}";

    public string Name => "dockerhub";

    public bool SendsSecret => false;

    public bool SignsOnly => false;

    public string Description => "dockerhub: Docker Hub's webhook, `{\"push_data\": {\"tag\", \"pushed_at\"?, \"pusher\"?}, \"repository\": {\"repo_name\"}}`.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public string[] DeliveryHeaders { get; } = [];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) => true;

    public Reading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.DockerHubDelivery, Expected, out var error) is not { } delivery)
            return Reading.Unreadable(error!);

        var tag = delivery.PushData?.Tag;
        if (string.IsNullOrEmpty(tag))
            return Reading.Unreadable($"`push_data.tag` is missing; {Expected}.");
        var repository = delivery.Repository?.RepoName;
        if (string.IsNullOrEmpty(repository))
            return Reading.Unreadable($"`repository.repo_name` is missing; {Expected}.");

        var name = $"{ImageName.DockerHub}/{repository}";
        var pushes = new ImagePushes(CommonPush.Of(this, hook, IdOf($"{name}:{tag}", delivery.PushData!.PushedAt, json), delivery.PushData.Pusher, received), Expected);
        pushes.Add(new ToldTag("repository.repo_name", name, "push_data.tag", tag));
        return pushes.Read("Nothing was pushed.");
    }

    /// <summary>Deliveries carry no id: the same push has the same repository, tag and time, or else the same body.</summary>
    private static string IdOf(string image, double? pushedAt, ReadOnlySpan<byte> json) =>
        DeliveryId.Of(null, pushedAt is { } at ? Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{image}\n{at:R}")) : json);
}

internal sealed record DockerHubDelivery(DockerHubPush? PushData, DockerHubRepository? Repository);

/// <param name="PushedAt">Unix seconds, sometimes with a fraction.</param>
internal sealed record DockerHubPush(
    string? Tag, [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] double? PushedAt, string? Pusher);

internal sealed record DockerHubRepository(string? RepoName);
