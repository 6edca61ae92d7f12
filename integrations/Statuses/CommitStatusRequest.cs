using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Integrations.Statuses;

/// <summary>What is posted to a git host. <see cref="ToString"/> hides the token.</summary>
internal sealed record CommitStatusRequest(Uri Url, (string Name, string Value) Authorization, JsonObject Body)
{
    public string Accept { get; init; } = "application/json";

    public override string ToString() => Url.ToString();

    /// <summary>Where a host's API is, without a slash at the end.</summary>
    /// <param name="host">The git host; its configured API address takes precedence.</param>
    /// <param name="otherwise">The API address if none is configured.</param>
    /// <param name="root">The path prefix of the API; the configured address may already contain it.</param>
    public static string Api(GitHost host, string otherwise, string root)
    {
        var place = (host.ApiUrl?.AbsoluteUri ?? otherwise).TrimEnd('/');
        return place.EndsWith(root, StringComparison.OrdinalIgnoreCase) ? place : place + root;
    }

    /// <summary>The path in a repository's URL as it is written there, part by part, without <c>.git</c>.</summary>
    public static string[] Path(RepositoryName repository)
    {
        var rest = repository.Url[(repository.Url.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var path = rest[(rest.IndexOf('/') + 1)..];
        if (path.EndsWith(".git", StringComparison.OrdinalIgnoreCase))
            path = path[..^4];
        return [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
    }

    /// <summary><c>OWNER/NAME</c> for a URL: the end of the path; null where there is no owner.</summary>
    public static string? OwnerAndName(RepositoryName repository) =>
        Path(repository) is [.., var owner, var name] ? $"{Uri.EscapeDataString(owner)}/{Uri.EscapeDataString(name)}" : null;

    /// <summary>A sentence with at most so many UTF-16 units.</summary>
    public static string Truncate(string text, int maxLength)
    {
        if (text.Length <= maxLength)
            return text;
        var end = maxLength - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "…");
    }

    /// <summary>A name with at most so many UTF-16 units that is no other name's.</summary>
    public static string TruncateName(string name, int maxLength) =>
        name.Length <= maxLength
            ? name
            : $"{name[..(maxLength - 9)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8]}";
}
