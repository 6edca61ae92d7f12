namespace AutoDeploy.Api.Hooks;

/// <summary>The headers of a delivery that are kept: all that say something of it, without what proves who the sender is.</summary>
internal static class DeliveryHeaders
{
    public const string Masked = "***";

    /// <summary>What concerns the connection and not the delivery.</summary>
    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Connection",
        "Content-Length",
        "Expect",
        "Host",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
    };

    /// <summary>In a name these words say that the value is a secret, or made with one.</summary>
    private static readonly string[] Secret = ["authorization", "cookie", "token", "secret", "signature", "password", "api-key", "apikey"];

    public static IReadOnlyList<KeyValuePair<string, string>> From(IHeaderDictionary headers)
    {
        var kept = new List<KeyValuePair<string, string>>(headers.Count);
        foreach (var (name, values) in headers)
            if (!Dropped.Contains(name))
                kept.Add(KeyValuePair.Create(name, IsSecret(name) ? Masked : values.ToString()));
        return kept;
    }

    private static bool IsSecret(string name)
    {
        foreach (var word in Secret)
            if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        // as in X-JFrog-Event-Auth, but not in X-Author
        return name.EndsWith("auth", StringComparison.OrdinalIgnoreCase);
    }
}
