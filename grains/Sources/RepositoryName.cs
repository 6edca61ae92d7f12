using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AutoDeploy.Sources;

/// <summary>
/// A git repository as a person or a sender writes it, and the canonical key under which all its URL forms meet:
/// <c>host/path</c>, lower-case (the hosts compare without regard to case), without userinfo, default port, slash or <c>.git</c> at the
/// end.
/// </summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.RepositoryName")]
public sealed record RepositoryName
{
    /// <summary>
    /// What a source's key begins with when it is a repository; an image and a repository can have the same host and path.
    /// </summary>
    private const string Prefix = "git:";

    /// <summary>In the place of the host where a push does not say it.</summary>
    private const string AnyHost = "*";

    private const int MaxLength = 1024;

    private const string Expected = "expected a URL such as \"https://github.com/acme/shop.git\" or \"git@github.com:acme/shop.git\"";

    /// <summary>Where ssh is answered by another name than the web pages.</summary>
    private static readonly Dictionary<string, string> SshHosts = new(StringComparer.Ordinal)
    {
        ["ssh.github.com"] = "github.com",
        ["altssh.gitlab.com"] = "gitlab.com",
        ["altssh.bitbucket.org"] = "bitbucket.org",
        ["www.github.com"] = "github.com",
        ["www.bitbucket.org"] = "bitbucket.org",
    };

    /// <summary>Hosts that everybody reaches by the same name, so that a path alone never means one of theirs.</summary>
    private static readonly string[] PublicHosts = ["github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitea.com"];

    /// <summary>For git: <c>https://github.com/acme/shop.git</c>, without userinfo but for the user of ssh.</summary>
    [Id(0)]
    public required string Url { get; init; }

    /// <summary><c>https</c>, <c>http</c>, <c>ssh</c> or <c>git</c></summary>
    [Id(1)]
    public required string Scheme { get; init; }

    /// <summary>Lower-case, as in the URL, without port.</summary>
    [Id(2)]
    public required string Host { get; init; }

    /// <summary>Null: the scheme's default.</summary>
    [Id(3)]
    public int? Port { get; init; }

    /// <summary>Lower-case, without host: <c>acme/shop</c>.</summary>
    [Id(4)]
    public required string Path { get; init; }

    /// <summary>The canonical <c>host/path</c>; with the port where it is one of http's that is not the default.</summary>
    public string Key => $"{KeyHost}/{Path}";

    /// <summary>The key of this repository among the sources that pushes and services meet under.</summary>
    public string Source => Prefix + Key;

    /// <summary>
    /// The sources that a service of this repository hears of: its own and, where hosts have aliases, that of its path alone.
    /// </summary>
    public IReadOnlyList<string> Sources => Array.IndexOf(PublicHosts, KeyHost) >= 0 ? [Source] : [Source, PathSource(Path)];

    /// <summary>The last part of the path, as written in the key: <c>shop</c>.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    // an ssh port says nothing about the web's host
    private string KeyHost
    {
        get
        {
            var host = SshHosts.GetValueOrDefault(Host, Host);
            return Port is { } port && Scheme != "ssh" ? string.Create(CultureInfo.InvariantCulture, $"{host}:{port}") : host;
        }
    }

    /// <summary>Parses a URL; scp's form <c>git@host:path</c> too.</summary>
    /// <param name="text">As written. Userinfo of http is dropped.</param>
    /// <param name="name">The repository.</param>
    /// <param name="error">What is wrong, as the end of a sentence that begins with the field's name; holds no userinfo.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RepositoryName? name, [NotNullWhen(false)] out string? error)
    {
        name = null;
        var rest = text?.Trim() ?? "";
        if (rest.Length == 0)
        {
            error = $"is empty; {Expected}";
            return false;
        }

        if (rest.Length > MaxLength)
        {
            error = "is longer than 1,024 characters";
            return false;
        }

        if (rest[0] == '-' || rest.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
        {
            error = $"begins with \"-\" or has spaces or control characters; {Expected}";
            return false;
        }

        var scheme = "ssh";
        string authority,
            path;
        var at = rest.IndexOf("://", StringComparison.Ordinal);
        if (at >= 0)
        {
            scheme = rest[..at].ToLowerInvariant();
            if (scheme is not ("https" or "http" or "ssh" or "git"))
            {
                error = $"has the scheme \"{(scheme.Length > 20 ? scheme[..20] : scheme)}\"; expected https, http, ssh or git";
                return false;
            }

            rest = rest[(at + 3)..];
            var slash = rest.IndexOf('/');
            (authority, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[slash..]);
        }
        else
        {
            // scp's form; git takes a colon after the first slash for a part of a path, and two colons for the end of a helper's name
            var bracket = rest.IndexOf('[');
            var isAddress = bracket == 0 || (bracket > 0 && rest[bracket - 1] == '@');
            var colon = rest.IndexOf(':', isAddress ? Math.Max(rest.IndexOf(']'), 0) : 0);
            var slash = rest.IndexOf('/');
            if (colon <= 0 || (slash >= 0 && slash < colon) || rest.AsSpan(colon + 1).StartsWith(":"))
            {
                error = $"has no host; {Expected}";
                return false;
            }

            (authority, path) = (rest[..colon], rest[(colon + 1)..]);
            var first = path.Split('/')[0];
            if (first.Length > 0 && first.Length < path.Length && first.All(char.IsAsciiDigit))
                (authority, path) = ($"{authority}:{first}", path[first.Length..]);
        }

        var user = "";
        var userEnd = authority.LastIndexOf('@');
        if (userEnd >= 0)
            (user, authority) = (authority[..userEnd].Split(':')[0], authority[(userEnd + 1)..]);
        int? port = null;
        var portAt = authority.LastIndexOf(':');
        if (portAt > authority.LastIndexOf(']'))
        {
            var digits = authority[(portAt + 1)..];
            authority = authority[..portAt];
            if (digits.Length > 0)
            {
                if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > 65535)
                {
                    error = $"has a port that is not a number from 1 to 65535; {Expected}";
                    return false;
                }

                port = number == DefaultPort(scheme) ? null : number;
            }
        }

        var host = authority.ToLowerInvariant();
        if (host.Length == 0 || host[0] is '-' or '.' || Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown)
        {
            error = $"has no host, or one that is not a name or an address; {Expected}";
            return false;
        }

        var cut = path.IndexOfAny(['?', '#']);
        path = (cut < 0 ? path : path[..cut]).Trim('/');
        var key = KeyPath(path);
        if (key.Length == 0 || key.Split('/').Any(part => part.Length == 0 || part is "." or ".."))
        {
            error = $"has no path, or one with empty parts, \".\" or \"..\"; {Expected}";
            return false;
        }

        if (
            scheme == "ssh" && user.Length > 0 && !user.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')
            || user.StartsWith('-')
        )
        {
            error = $"has a user that is not letters and digits; {Expected}";
            return false;
        }

        var where = port is null ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        var who = scheme == "ssh" && user.Length > 0 ? user + "@" : "";
        name = new RepositoryName
        {
            Url = $"{scheme}://{who}{where}/{path}",
            Scheme = scheme,
            Host = host,
            Port = port,
            Path = key,
        };
        error = null;
        return true;
    }

    /// <exception cref="FormatException">Not a repository.</exception>
    public static RepositoryName Parse(string text) =>
        TryParse(text, out var name, out var error) ? name : throw new FormatException($"The repository {error}.");

    /// <summary>The source of whatever repository has this path; for senders that do not say their host.</summary>
    public static string PathSource(string path) => $"{Prefix}{AnyHost}/{PlainPath(KeyPath(path.Trim('/')))}";

    /// <summary>Whether a source is a repository; otherwise it is an image.</summary>
    public static bool IsSource(string source) => source.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Whether a source is that of a path alone.</summary>
    public static bool IsPathSource(string source) => source.StartsWith($"{Prefix}{AnyHost}/", StringComparison.Ordinal);

    /// <summary>
    /// Where services are looked for that know the repository by another name of its host; null when there is no such name.
    /// </summary>
    public static string? FindAlias(string source)
    {
        var slash = source.IndexOf('/');
        var host = source[Prefix.Length..slash];
        return host == AnyHost || Array.IndexOf(PublicHosts, host) >= 0 ? null : PathSource(source[(slash + 1)..]);
    }

    /// <summary>A source without its prefix, for people: <c>github.com/acme/shop</c>.</summary>
    public static string Display(string source)
    {
        var text = source[Prefix.Length..];
        return text.StartsWith(AnyHost + "/", StringComparison.Ordinal) ? text[2..] : text;
    }

    /// <summary>
    /// Whether a push to that source can mean this repository: the same key, or the same path where the host is known by other names.
    /// </summary>
    public bool IsSubscribedTo(string source) => Sources.Contains(source) || (FindAlias(source) is { } alias && Sources.Contains(alias));

    public override string ToString() => Key;

    private static int DefaultPort(string scheme) =>
        scheme switch
        {
            "https" => 443,
            "http" => 80,
            "ssh" => 22,
            _ => 9418,
        };

    private static string KeyPath(string path)
    {
        if (path.EndsWith(".git", StringComparison.OrdinalIgnoreCase))
            path = path[..^4];
        return path.TrimEnd('/').ToLowerInvariant();
    }

    /// <summary>Bitbucket Data Center has <c>/scm/PROJECT/repo.git</c> for http alone.</summary>
    private static string PlainPath(string path) =>
        path.StartsWith("scm/", StringComparison.Ordinal) && path.IndexOf('/', 4) > 0 ? path[4..] : path;
}
