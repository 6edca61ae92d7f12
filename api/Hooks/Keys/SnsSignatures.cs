using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

/// <summary>SNS signs what it sends, with a certificate that it publishes; the certificate is believed for where it is.</summary>
internal sealed class SnsSignatures(ISenderWeb web, TimeProvider time)
{
    private readonly Fetched<X509Certificate2> _certificates = new(web, time, Read, TimeSpan.FromDays(1));

    public async Task<Proof> Prove(SnsMessage message)
    {
        var hash = message.SignatureVersion switch
        {
            "1" => HashAlgorithmName.SHA1,
            "2" => HashAlgorithmName.SHA256,
            _ => default,
        };
        var signature = new byte[message.Signature?.Length ?? 0];
        if (hash == default || signature.Length == 0 || !Convert.TryFromBase64String(message.Signature!, signature, out var length) || message.Signed is not { } signed)
            return Proof.Wrong("The delivery does not carry a signature of SNS's; expected `SignatureVersion` 1 or 2, `Signature` and all that it is made of.");
        if (SnsAddress.OfCertificate(message.SigningCertUrl) is not { } address)
            return Proof.Wrong("`SigningCertURL` is not where SNS publishes its certificates, https://sns.REGION.amazonaws.com/….pem.");
        try
        {
            var certificate = await _certificates.Get(address);
            var now = time.GetUtcNow();
            using var key = certificate.GetRSAPublicKey();
            return key is not null && certificate.NotBefore <= now && now <= certificate.NotAfter
                && key.VerifyData(Encoding.UTF8.GetBytes(signed), signature.AsSpan(0, length), hash, RSASignaturePadding.Pkcs1)
                ? Proof.Right
                : Proof.Wrong("The delivery is not signed by SNS.");
        }
        catch (SenderWebException failure)
        {
            return Proof.Unknown(failure);
        }
    }

    private static X509Certificate2? Read(byte[] pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(pem));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

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
    [property: JsonPropertyName("SigningCertURL")] string? SigningCertUrl)
{
    public const string Notification = "Notification";
    public const string Subscription = "SubscriptionConfirmation";
    public const string Unsubscription = "UnsubscribeConfirmation";

    /// <summary>The text that is signed: members and their values, by the members' names; null when one is missing.</summary>
    public string? Signed
    {
        get
        {
            (string Name, string? Value)[] members = Type == Notification
                ? [("Message", Message), ("MessageId", MessageId), .. Subject is null ? Array.Empty<(string, string?)>() : [("Subject", Subject)], ("Timestamp", Timestamp), ("TopicArn", TopicArn), ("Type", Type)]
                : [("Message", Message), ("MessageId", MessageId), ("SubscribeURL", SubscribeUrl), ("Timestamp", Timestamp), ("Token", Token), ("TopicArn", TopicArn), ("Type", Type)];
            return Array.TrueForAll(members, m => m.Value is not null) ? string.Concat(members.Select(m => $"{m.Name}\n{m.Value}\n")) : null;
        }
    }
}
