using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Amazon's ECR, whose events EventBridge sends, itself or through SNS. What SNS sends is signed, and its question whether it is welcome is
/// answered by a visit, see <see cref="SnsAddress"/>.
/// </summary>
public sealed partial class EcrSender : ISender
{
    private const string Event = "ECR Image Action";

    private const string Expected =
        "expected EventBridge's event ECR Image Action, {\"detail-type\": …, \"account\": …, \"region\": …, \"detail\": "
        + "{\"repository-name\": …}}";

    public string Name => "ecr";

    public bool SendsSecret => true;

    public bool SignsOnly => false;

    public string Description =>
        "ecr: EventBridge's event `ECR Image Action`, `{\"id\", \"detail-type\", \"account\", \"region\", \"detail\": "
        + "{\"action-type\", \"result\", \"repository-name\", "
        + "\"image-tag\", \"image-digest\"?}}`, also as the `Message` of an SNS notification. What SNS sends has to be signed by "
        + "it, and its subscription is confirmed. If the hook has a secret, the connection "
        + $"has to send it: as the API key in `{HookSecret.Header}` or `Authorization`, or as Basic's password.";

    public IReadOnlyList<string> ContentTypes => ["application/json", "text/plain"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null || HookSecret.IsIn(headers, hook.Secret);

    public async ValueTask<SenderVerification> VerifyAsync(
        Hook hook,
        IHeaderDictionary headers,
        ReadOnlyMemory<byte> json,
        SenderKeys keys
    ) =>
        // what cannot be read is told of when it is
        HookJson.Read(json.Span, HookJson.Default.EcrDelivery, Expected, out _)
            is not { Type: not null }
            ? SenderVerification.Verified
        : HookJson.Read(json.Span, HookJson.Default.SnsMessage, Expected, out var error) is { } message ? await keys.Sns.Verify(message)
        : SenderVerification.CreateRefusal($"The delivery is not as SNS sends it. {error}");

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.EcrDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        if (delivery.Type is not null)
        {
            if (delivery.Type != SnsMessage.Notification)
                return ReadSubscription(json);
            json = Encoding.UTF8.GetBytes(delivery.Message ?? "");
            if (HookJson.Read(json, HookJson.Default.EcrDelivery, Expected, out _) is not { } inner)
                return HookReading.Unreadable($"`Message` is not the JSON of an event; {Expected}.");
            delivery = inner;
        }

        if (string.IsNullOrEmpty(delivery.DetailType))
            return HookReading.Unreadable($"`detail-type` is missing; {Expected}.");
        if (delivery.DetailType != Event)
            return HookReading.OtherEvent(delivery.DetailType);
        if (delivery.Detail is not { } element)
            return HookReading.Unreadable($"`detail` is missing; {Expected}.");
        return HookJson.Read(JsonMarshal.GetRawUtf8Value(element), HookJson.Default.EcrDetail, Expected, out error) is { } detail
            ? Read(delivery, detail, CommonPushFactory.Create(this, hook, DeliveryId.From(delivery.Id, json), null, received))
            : HookReading.Unreadable(error!);
    }

    /// <summary>Handles SNS's confirmation of a subscription, and its notice that a subscription ended.</summary>
    private static HookReading ReadSubscription(ReadOnlySpan<byte> json)
    {
        if (HookJson.Read(json, HookJson.Default.SnsMessage, Expected, out var error) is not { } message)
            return HookReading.Unreadable(error!);
        var topic = ApiException.Shorten(message.TopicArn ?? "");
        return message.Type switch
        {
            SnsMessage.Subscription when SnsAddress.ParseConfirmationUrl(message.SubscribeUrl) is { } address => new HookReading(
                [],
                Confirmation: new SubscriptionConfirmation(topic, address)
            ),
            SnsMessage.Subscription => HookReading.Unreadable(
                "`SubscribeURL` is not visited; expected SNS's own, https://sns.REGION.amazonaws.com/?Action=ConfirmSubscription&…."
            ),
            // visiting its SubscribeURL would subscribe again
            SnsMessage.Unsubscription => HookReading.Nothing($"The subscription of {topic} has ended; nothing was done."),
            _ => HookReading.Nothing($"SNS sent \"{ApiException.Shorten(message.Type ?? "")}\", which is left alone."),
        };
    }

    private static HookReading Read(EcrDelivery delivery, EcrDetail detail, Sources.Push common)
    {
        if (detail.ActionType is not ("PUSH" or "DELETE"))
            return HookReading.Nothing($"An event with the action \"{ApiException.Shorten(detail.ActionType ?? "")}\" changes nothing.");
        if (detail.Result is not (null or "SUCCESS"))
            return HookReading.Nothing($"An event with the result \"{ApiException.Shorten(detail.Result)}\" changes nothing.");
        var deleted = detail.ActionType == "DELETE";
        if (!deleted && detail.ManifestMediaType is not null && ArtifactTypes.ObjectionToType(detail.ManifestMediaType) is { } objection)
            return HookReading.Nothing(objection);
        if (detail.ArtifactMediaType == ArtifactTypes.Chart)
            return HookReading.Nothing("A chart is not an image.");
        if (!Account().IsMatch(delivery.Account ?? ""))
            return HookReading.Unreadable($"`account` is missing or not a number of 12 digits; {Expected}.");
        if (!Region().IsMatch(delivery.Region ?? ""))
            return HookReading.Unreadable($"`region` is missing or not one such as \"eu-north-1\"; {Expected}.");

        var domain = delivery.Region!.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";
        var host = $"{delivery.Account}.dkr.ecr.{delivery.Region}.{domain}";
        var pushes = new ImagePushCollector(common, Expected);
        pushes.Add(
            new ReportedTag(
                "detail.repository-name",
                ImageReferenceText.Join(host, detail.RepositoryName),
                "detail.image-tag",
                detail.ImageTag
            )
            {
                Digest = detail.ImageDigest,
                Deleted = deleted,
            }
        );
        return pushes.Read("Nothing was pushed.");
    }

    [GeneratedRegex(@"^[0-9]{12}\z")]
    private static partial Regex Account();

    [GeneratedRegex(@"^[a-z]{2,}(-[a-z0-9]+){1,5}\z")]
    private static partial Regex Region();
}
