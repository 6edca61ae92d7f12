using System.Text.RegularExpressions;

namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>URLs in what SNS sends are visited only where they are SNS's own: whoever knows a hook could have us call anything.</summary>
internal static partial class SnsAddress
{
    /// <summary>Where the key of a signature is published; null when it is not there.</summary>
    public static Uri? ParseCertificateUrl(string? url) =>
        Own(url) is { } address && address.AbsolutePath.EndsWith(".pem", StringComparison.Ordinal) && address.Query.Length == 0
            ? address
            : null;

    /// <summary>What confirms a subscription; null when it does something else.</summary>
    public static Uri? ParseConfirmationUrl(string? url) =>
        Own(url) is { AbsolutePath: "/" } address && address.Query.TrimStart('?').Split('&').Contains("Action=ConfirmSubscription")
            ? address
            : null;

    private static Uri? Own(string? url) =>
        url is { Length: <= 2048 }
        && Uri.TryCreate(url, UriKind.Absolute, out var address)
        && address is { Scheme: "https", IsDefaultPort: true, UserInfo: "", Fragment: "" }
        && Host().IsMatch(address.Host)
            ? address
            : null;

    [GeneratedRegex(@"^sns\.[a-z]{2,}(-[a-z0-9]+){1,5}\.amazonaws\.com(\.cn)?\z")]
    private static partial Regex Host();
}
