using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace AutoDeploy.Integrations.Notifications;

/// <summary>The headers of Standard Webhooks (https://www.standardwebhooks.com).</summary>
public static class WebhookSignature
{
    /// <summary>The prefix of a secret that is base64; others are used as UTF-8 text.</summary>
    private const string Encoded = "whsec_";

    public static void Add(HttpRequestHeaders headers, string id, DateTimeOffset now, byte[] body, string? secret)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        headers.Add("webhook-id", id);
        headers.Add("webhook-timestamp", timestamp);
        if (secret is not null)
            headers.Add("webhook-signature", Compute(id, timestamp, body, secret));
    }

    private static string Compute(string id, string timestamp, byte[] body, string secret)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key(secret), signed));
    }

    private static byte[] Key(string secret) =>
        secret.StartsWith(Encoded, StringComparison.Ordinal) && Base64.IsValid(secret.AsSpan(Encoded.Length))
            ? Convert.FromBase64String(secret[Encoded.Length..])
            : Encoding.UTF8.GetBytes(secret);
}
