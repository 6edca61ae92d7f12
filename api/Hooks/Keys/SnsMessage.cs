using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>What SNS sends, around what was published.</summary>
internal sealed record SnsMessage(
    [property: JsonPropertyName("Type")] string? Type,
    [property: JsonPropertyName("MessageId")] string? MessageId,
    [property: JsonPropertyName("Token")] string? Token,
    [property: JsonPropertyName("TopicArn")] string? TopicArn,
    [property: JsonPropertyName("Subject")] string? Subject,
    [property: JsonPropertyName("Message")] string? Message,
    [property: JsonPropertyName("SubscribeURL")] string? SubscribeUrl,
    [property: JsonPropertyName("Timestamp")] string? Timestamp,
    [property: JsonPropertyName("SignatureVersion")] string? SignatureVersion,
    [property: JsonPropertyName("Signature")] string? Signature,
    [property: JsonPropertyName("SigningCertURL")] string? SigningCertUrl
)
{
    public const string Notification = "Notification";
    public const string Subscription = "SubscriptionConfirmation";
    public const string Unsubscription = "UnsubscribeConfirmation";

    /// <summary>The text that is signed: members and their values, by the members' names; null when one is missing.</summary>
    public string? Signed
    {
        get
        {
            (string Name, string? Value)[] members =
                Type == Notification
                    ?
                    [
                        ("Message", Message),
                        ("MessageId", MessageId),
                        .. Subject is null ? Array.Empty<(string, string?)>() : [("Subject", Subject)],
                        ("Timestamp", Timestamp),
                        ("TopicArn", TopicArn),
                        ("Type", Type),
                    ]
                    :
                    [
                        ("Message", Message),
                        ("MessageId", MessageId),
                        ("SubscribeURL", SubscribeUrl),
                        ("Timestamp", Timestamp),
                        ("Token", Token),
                        ("TopicArn", TopicArn),
                        ("Type", Type),
                    ];
            return Array.TrueForAll(members, m => m.Value is not null)
                ? string.Concat(members.Select(m => $"{m.Name}\n{m.Value}\n"))
                : null;
        }
    }
}
