using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace AutoDeploy.Sources;

/// <summary>
/// The canonical name of an image: <c>host/path[:tag][@digest]</c>. Rules of distribution's <c>reference</c> library
/// (grammar <c>[domain/]path[:tag][@digest]</c>), with Docker Hub's other names folded into <c>docker.io</c>.
/// </summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ImageName")]
public sealed partial record ImageName
{
    public const string DockerHub = "docker.io";

    /// <summary>In the place of the host where a push does not say it.</summary>
    private const string AnyHost = "*/";

    /// <summary>Where Docker Hub keeps the images without an owner.</summary>
    private const string Library = "library/";

    private static readonly string[] DockerHubNames =
    [
        "docker.io",
        "index.docker.io",
        "registry-1.docker.io",
        "registry.hub.docker.com",
        "hub.docker.com",
        "docker.com",
    ];

    /// <summary>Lower-case, with its port if it has one: <c>docker.io</c>, <c>registry.acme.com:5000</c>.</summary>
    [Id(0)]
    public required string Host { get; init; }

    /// <summary>Without host: <c>library/nginx</c>.</summary>
    [Id(1)]
    public required string Path { get; init; }

    /// <summary>Null only when a digest is given.</summary>
    [Id(2)]
    public string? Tag { get; init; }

    /// <summary><c>sha256:…</c> when pinned.</summary>
    [Id(3)]
    public string? Digest { get; init; }

    /// <summary>Without tag and digest: the key under which pushes and services meet.</summary>
    public string Repository => $"{Host}/{Path}";

    /// <summary>The source of whatever image has this path, at any host; for pipelines that do not say the host.</summary>
    public string PathSource =>
        AnyHost + (Path.StartsWith(Library, StringComparison.Ordinal) && IsDockerHub ? Path[Library.Length..] : Path);

    public bool IsDockerHub => Host == DockerHub;

    /// <summary>Parses a name as a person or a registry writes it.</summary>
    /// <param name="text">For example <c>nginx</c>, <c>acme/api:1.2</c>, <c>reg:5000/api@sha256:…</c>.</param>
    /// <param name="name">The canonical name.</param>
    /// <param name="error">What is wrong, as the end of a sentence that begins with the field's name.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ImageName? name, [NotNullWhen(false)] out string? error)
    {
        name = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            error = "is empty; expected an image name such as \"acme/api:1.2\"";
            return false;
        }

        var rest = text.Trim();
        if (rest.Length > 1024)
        {
            error = "is longer than 1,024 characters";
            return false;
        }

        foreach (var scheme in (string[])["https://", "http://", "docker://"])
            if (rest.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                rest = rest[scheme.Length..];

        string? digest = null,
            tag = null;
        var at = rest.IndexOf('@');
        if (at >= 0)
        {
            digest = rest[(at + 1)..];
            rest = rest[..at];
            if (!DigestPattern().IsMatch(digest))
            {
                error = $"has the digest \"{digest}\"; expected \"sha256:\" and 64 lower-case hexadecimal digits";
                return false;
            }
        }

        var colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/') && !rest.EndsWith(']'))
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!IsTag(tag))
            {
                error =
                    $"has the tag \"{tag}\"; expected at most 128 letters, digits, \"_\", \".\" and \"-\", not beginning with "
                    + "\".\" or \"-\"";
                return false;
            }
        }

        var host = DockerHub;
        var path = rest;
        var slash = rest.IndexOf('/');
        if (slash > 0 && IsHost(rest[..slash]))
        {
            host = rest[..slash].ToLowerInvariant();
            path = rest[(slash + 1)..];
            // written in lower case it would be read as a part of a Docker Hub path
            if (!IsHost(host))
            {
                error =
                    $"has upper-case letters in \"{rest[..slash]}\"; the path of an image is lower-case, and a host has a dot or a port";
                return false;
            }
        }

        if (!HostPattern().IsMatch(host))
        {
            error = $"has the host \"{host}\"; expected a name or an address, with a port if need be";
            return false;
        }

        if (host.EndsWith(":443", StringComparison.Ordinal))
            host = host[..^4];
        if (Array.IndexOf(DockerHubNames, host) >= 0)
        {
            // hub.docker.com/r/acme/api is what people copy from the browser
            if (host == "hub.docker.com" && path.StartsWith("r/", StringComparison.Ordinal))
                path = path[2..];
            else if (host == "hub.docker.com" && path.StartsWith("_/", StringComparison.Ordinal))
                path = path[2..];
            host = DockerHub;
            if (!path.Contains('/'))
                path = "library/" + path;
        }

        if (!PathPattern().IsMatch(path) || path.Length > 255)
        {
            error = path.Any(char.IsAsciiLetterUpper)
                ? $"has upper-case letters in \"{path}\"; the path of an image is lower-case"
                : $"has the path \"{path}\"; expected lower-case letters and digits, separated by \".\", \"_\", \"-\" and \"/\"";
            return false;
        }

        if (HexPattern().IsMatch(rest))
        {
            error = "is an image's id; expected a name such as \"acme/api:1.2\"";
            return false;
        }

        name = new ImageName
        {
            Host = host,
            Path = path,
            Tag = tag ?? (digest is null ? "latest" : null),
            Digest = digest,
        };
        error = null;
        return true;
    }

    /// <exception cref="FormatException">Not an image name.</exception>
    public static ImageName Parse(string text) =>
        TryParse(text, out var name, out var error) ? name : throw new FormatException($"The image name {error}.");

    /// <summary>Whether a source is that of a path alone.</summary>
    public static bool IsPathSource(string source) => source.StartsWith(AnyHost, StringComparison.Ordinal);

    public static bool IsTag(string tag) => TagPattern().IsMatch(tag);

    public static bool IsDigest(string digest) => DigestPattern().IsMatch(digest);

    /// <summary>The form for people: without <c>docker.io/</c> and <c>library/</c>.</summary>
    public string ToFamiliarString()
    {
        var text = ToString();
        if (text.StartsWith("docker.io/library/", StringComparison.Ordinal))
            return text["docker.io/library/".Length..];
        return IsDockerHub ? text["docker.io/".Length..] : text;
    }

    public override string ToString() => Repository + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    private static bool IsHost(string part) =>
        part == "localhost" || part.Contains('.') || part.Contains(':') || part.Any(char.IsAsciiLetterUpper);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"^sha256:[0-9a-f]{64}\z")]
    private static partial Regex DigestPattern();

    [GeneratedRegex(@"^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?\z")]
    private static partial Regex HostPattern();

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex HexPattern();
}
