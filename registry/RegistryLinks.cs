using System.Text.RegularExpressions;

namespace AutoDeploy.Registry;

/// <summary>Finds the next page of a paged list of a registry: tags, referrers or catalog.</summary>
internal static partial class RegistryLinks
{
    /// <summary>
    /// Reads the <c>Link</c> header (RFC 8288). The target is opaque and used unchanged. It is absolute or relative to the page's address.
    /// </summary>
    /// <returns>Null: this is the last page.</returns>
    public static NextPage? Next(HttpResponseMessage page, Uri address)
    {
        if (!page.Headers.NonValidated.TryGetValues("Link", out var values))
            return null;
        foreach (var value in values)
        foreach (Match link in Link().Matches(value))
            if (
                Relation().Match(link.Groups[2].Value) is { Success: true } relation
                && Words(relation).Contains("next", StringComparer.OrdinalIgnoreCase)
            )
                return new NextPage(Target(link.Groups[1].Value, address));
        return null;
    }

    private static string[] Words(Match relation) => (relation.Groups[1].Value + relation.Groups[2].Value).Split(' ');

    /// <summary>Requests carry credentials, so only the host that sent the page is requested.</summary>
    private static Uri? Target(string text, Uri address) =>
        Uri.TryCreate(address, text.Trim(), out var target)
        && target.Scheme == address.Scheme
        && target.Host == address.Host
        && target.Port == address.Port
        && target.UserInfo.Length == 0
            ? target
            : null;

    [GeneratedRegex("""<([^<>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"[^"]*"|[^\s;,"]*))?)*)""", RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(
        """(?:^|;)\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))""",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Relation();
}
