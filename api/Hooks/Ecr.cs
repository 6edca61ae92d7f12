using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Amazon's ECR, whose events EventBridge sends, itself or through SNS. What SNS sends is signed, and its question whether it is welcome is answered by a
/// visit, see <see cref="SnsAddress"/>.
/// </summary>
public sealed partial class Ecr : ISender
{
    private const string Event = "ECR Image Action";

    private const string Expected =
        "expected EventBridge's event ECR Image Action, {\"detail-type\": …, \"account\": …, \"region\": …, \"detail\": {\"repository-name\": …}}";

    public string Name => "ecr";

    public bool SendsSecret => true;

    public bool SignsOnly => false;

    public string Description => "ecr: EventBridge's event `ECR Image Action`, `{\"id\", \"detail-type\", \"account\", \"region\", \"detail\": {\"action-type\", \"result\", \"repository-name\", "
        + "\"image-tag\", \"image-digest\"?}}`, also as the `Message` of an SNS notification. What SNS sends has to be signed by it, and its subscription is confirmed. If the hook has a secret, the connection "
        + $"has to send it: as the API key in `{HookSecret.Header}` or `Authorization`, or as Basic's password.";

    public IReadOnlyList<string> ContentTypes => ["application/json", "text/plain"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) => hook.Secret is null || HookSecret.IsIn(headers, hook.Secret);

    public async ValueTask<Proof> Prove(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> json, SenderKeys keys) =>
        // what cannot be read is told of when it is
        HookJson.Read(json.Span, HookJson.Default.EcrDelivery, Expected, out _) is not { Type: not null } ? Proof.Right
        : HookJson.Read(json.Span, HookJson.Default.SnsMessage, Expected, out var error) is { } message ? await keys.Sns.Prove(message)
        : Proof.Wrong($"The delivery is not as SNS sends it. {error}");

    public Reading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.EcrDelivery, Expected, out var error) is not { } delivery)
            return Reading.Unreadable(error!);
        if (delivery.Type is not null)
        {
            if (delivery.Type != SnsMessage.Notification)
                return Asked(json);
            json = Encoding.UTF8.GetBytes(delivery.Message ?? "");
            if (HookJson.Read(json, HookJson.Default.EcrDelivery, Expected, out _) is not { } inner)
                return Reading.Unreadable($"`Message` is not the JSON of an event; {Expected}.");
            delivery = inner;
        }

        if (string.IsNullOrEmpty(delivery.DetailType))
            return Reading.Unreadable($"`detail-type` is missing; {Expected}.");
        if (delivery.DetailType != Event)
            return Reading.OtherEvent(delivery.DetailType);
        if (delivery.Detail is not { } element)
            return Reading.Unreadable($"`detail` is missing; {Expected}.");
        return HookJson.Read(JsonMarshal.GetRawUtf8Value(element), HookJson.Default.EcrDetail, Expected, out error) is { } detail
            ? Read(delivery, detail, CommonPush.Of(this, hook, DeliveryId.Of(delivery.Id, json), null, received))
            : Reading.Unreadable(error!);
    }

    /// <summary>SNS wants to know whether it is welcome, or tells that it will come no more.</summary>
    private static Reading Asked(ReadOnlySpan<byte> json)
    {
        if (HookJson.Read(json, HookJson.Default.SnsMessage, Expected, out var error) is not { } message)
            return Reading.Unreadable(error!);
        var topic = HttpFailure.Shorten(message.TopicArn ?? "");
        return message.Type switch
        {
            SnsMessage.Subscription when SnsAddress.OfConfirmation(message.SubscribeUrl) is { } address => new Reading([], Confirmation: new Confirmation(topic, address)),
            SnsMessage.Subscription => Reading.Unreadable(
                "`SubscribeURL` is not visited; expected SNS's own, https://sns.REGION.amazonaws.com/?Action=ConfirmSubscription&…."),
            // its SubscribeURL would subscribe again
            SnsMessage.Unsubscription => Reading.Nothing($"The subscription of {topic} has ended; nothing was done."),
            _ => Reading.Nothing($"SNS sent \"{HttpFailure.Shorten(message.Type ?? "")}\", which is left alone."),
        };
    }

    private static Reading Read(EcrDelivery delivery, EcrDetail detail, Sources.Push common)
    {
        if (detail.ActionType is not ("PUSH" or "DELETE"))
            return Reading.Nothing($"An event with the action \"{HttpFailure.Shorten(detail.ActionType ?? "")}\" changes nothing.");
        if (detail.Result is not (null or "SUCCESS"))
            return Reading.Nothing($"An event with the result \"{HttpFailure.Shorten(detail.Result)}\" changes nothing.");
        var deleted = detail.ActionType == "DELETE";
        if (!deleted && detail.ManifestMediaType is not null && Artifacts.ObjectionToType(detail.ManifestMediaType) is { } objection)
            return Reading.Nothing(objection);
        if (detail.ArtifactMediaType == Artifacts.Chart)
            return Reading.Nothing("A chart is not an image.");
        if (!Account().IsMatch(delivery.Account ?? ""))
            return Reading.Unreadable($"`account` is missing or not a number of 12 digits; {Expected}.");
        if (!Region().IsMatch(delivery.Region ?? ""))
            return Reading.Unreadable($"`region` is missing or not one such as \"eu-north-1\"; {Expected}.");

        var host = $"{delivery.Account}.dkr.ecr.{delivery.Region}.amazonaws.com{(delivery.Region!.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}";
        var pushes = new ImagePushes(common, Expected);
        pushes.Add(new ToldTag("detail.repository-name", ImageText.At(host, detail.RepositoryName), "detail.image-tag", detail.ImageTag)
        {
            Digest = detail.ImageDigest,
            Deleted = deleted,
        });
        return pushes.Read("Nothing was pushed.");
    }

    [GeneratedRegex(@"^[0-9]{12}\z")]
    private static partial Regex Account();

    [GeneratedRegex(@"^[a-z]{2,}(-[a-z0-9]+){1,5}\z")]
    private static partial Regex Region();
}

/// <param name="Type">Of SNS, whose <paramref name="Message"/> is the event's JSON.</param>
/// <param name="Detail">Of any type, as <paramref name="DetailType"/> has it.</param>
internal sealed record EcrDelivery(
    [property: JsonPropertyName("Type")] string? Type,
    [property: JsonPropertyName("Message")] string? Message,
    string? Id,
    [property: JsonPropertyName("detail-type")] string? DetailType,
    string? Account,
    string? Region,
    JsonElement? Detail);

/// <param name="ImageTag">Missing or empty where there is none.</param>
internal sealed record EcrDetail(
    [property: JsonPropertyName("action-type")] string? ActionType,
    string? Result,
    [property: JsonPropertyName("repository-name")] string? RepositoryName,
    [property: JsonPropertyName("image-tag")] string? ImageTag,
    [property: JsonPropertyName("image-digest")] string? ImageDigest,
    [property: JsonPropertyName("manifest-media-type")] string? ManifestMediaType,
    [property: JsonPropertyName("artifact-media-type")] string? ArtifactMediaType);
