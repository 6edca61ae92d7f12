using System.Globalization;
using System.Security.Cryptography;
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
        if (!ImageName.IsTag(tag))
            return Reading.Unreadable($"`push_data.tag` is \"{Http.HttpFailure.Shorten(tag)}\", which is not a tag; {Expected}.");

        var repository = delivery.Repository?.RepoName;
        if (string.IsNullOrEmpty(repository))
            return Reading.Unreadable($"`repository.repo_name` is missing; {Expected}.");
        if (repository.AsSpan().IndexOfAny(":@ ") >= 0 || !ImageName.TryParse($"{ImageName.DockerHub}/{repository}:{tag}", out var image, out _))
            return Reading.Unreadable($"`repository.repo_name` is \"{Http.HttpFailure.Shorten(repository)}\"; expected a repository such as \"acme/api\".");

        return new Reading(
        [
            new Push
            {
                Uuid = Guid.NewGuid(),
                Sender = Name,
                Hook = hook.Uuid,
                Delivery = DeliveryId(image, delivery.PushData!.PushedAt, json),
                Source = image.Repository,
                Tag = tag,
                Pusher = HookJson.Person(delivery.PushData.Pusher),
                Received = received,
                Organization = hook.Organization,
            },
        ]);
    }

    /// <summary>Deliveries carry no id: the same push has the same repository, tag and time, or else the same body.</summary>
    private static string DeliveryId(ImageName image, double? pushedAt, ReadOnlySpan<byte> json) => Convert.ToHexStringLower(pushedAt is { } at
        ? SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{image}\n{at:R}")))
        : SHA256.HashData(json));
}

internal sealed record DockerHubDelivery(DockerHubPush? PushData, DockerHubRepository? Repository);

/// <param name="PushedAt">Unix seconds, sometimes with a fraction.</param>
internal sealed record DockerHubPush(
    string? Tag, [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] double? PushedAt, string? Pusher);

internal sealed record DockerHubRepository(string? RepoName);
