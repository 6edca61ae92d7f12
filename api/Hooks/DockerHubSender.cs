using System.Globalization;
using System.Text;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Docker Hub's webhooks: a push per call, unsigned, the same call several times for an image of several platforms. The
/// <c>callback_url</c> in it is never called: whoever knows the hook could have us call anything.
/// </summary>
public sealed class DockerHubSender : ISender
{
    private const string Expected = "expected Docker Hub's webhook, {\"push_data\": {\"tag\": …}, \"repository\": {\"repo_name\": …}}";

    public string Name => "dockerhub";

    public bool SendsSecret => false;

    public bool SignsOnly => false;

    public string Description =>
        "dockerhub: Docker Hub's webhook, `{\"push_data\": {\"tag\", \"pushed_at\"?, \"pusher\"?}, \"repository\": {\"repo_name\"}}`.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public string[] DeliveryHeaders { get; } = [];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) => true;

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.DockerHubDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);

        var tag = delivery.PushData?.Tag;
        if (string.IsNullOrEmpty(tag))
            return HookReading.Unreadable($"`push_data.tag` is missing; {Expected}.");
        var repository = delivery.Repository?.RepoName;
        if (string.IsNullOrEmpty(repository))
            return HookReading.Unreadable($"`repository.repo_name` is missing; {Expected}.");

        var name = $"{ImageName.DockerHub}/{repository}";
        var pushes = new ImagePushCollector(
            CommonPushFactory.Create(
                this,
                hook,
                IdOf($"{name}:{tag}", delivery.PushData!.PushedAt, json),
                delivery.PushData.Pusher,
                received
            ),
            Expected
        );
        pushes.Add(new ReportedTag("repository.repo_name", name, "push_data.tag", tag));
        return pushes.Read("Nothing was pushed.");
    }

    /// <summary>Deliveries have no id. A repeated push is recognized by its repository, tag and time, or else by its body.</summary>
    private static string IdOf(string image, double? pushedAt, ReadOnlySpan<byte> json) =>
        DeliveryId.From(
            null,
            pushedAt is { } at ? Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{image}\n{at:R}")) : json
        );
}
