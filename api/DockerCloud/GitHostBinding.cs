using System.Buffers.Text;
using System.Globalization;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Reads the members of a git host's credentials.</summary>
internal static class GitHostBinding
{
    private const int MaxPasswordLength = 16 << 10,
        MaxKnownHostsLength = 64 << 10;

    private const string Expected = "expected a host as in the repositories' URLs, such as \"github.com\" or \"git.acme.com:3000\"";

    public static string ReadHost(RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("a host such as \"github.com\"");
        var text = value.ReadLine().Trim();
        if (text.Length == 0)
            throw value.CreateError($"is empty; {Expected}");

        // what is pasted here is often the URL of a repository
        var bare = text.TrimEnd('/');
        var hasScheme = bare.Contains("://", StringComparison.Ordinal);
        RepositoryName? name = null;
        if (
            !text.EndsWith("://", StringComparison.Ordinal)
            && (
                RepositoryName.TryParse($"{(hasScheme ? "" : "https://")}{bare}/x", out name, out _)
                || (bare.Contains('@') && RepositoryName.TryParse(bare, out name, out _))
            )
        )
        {
            // without a scheme the port is known only for its usual meaning
            var port = !hasScheme && name.Port is 22 or 80 ? null : name.Port;
            return port is null ? name.Host : string.Create(CultureInfo.InvariantCulture, $"{name.Host}:{port}");
        }

        // before an @ there may be a password
        throw value.CreateError($"is \"{ApiException.Shorten(text[(text.LastIndexOf('@') + 1)..])}\"; {Expected}");
    }

    public static readonly string[] Schemes = ["https", "http"];

    /// <summary>Empty for null.</summary>
    public static string ReadPath(RequestValue value)
    {
        if (value.IsNull)
            return "";
        if (!value.IsText)
            throw value.CreateTypeError("the beginning of repositories' paths such as \"acme\", or null");
        var text = value.ReadLine().Trim().Trim('/');
        return RepositoryName.TryParse($"https://git.example.org/{text}/x", out var name, out _) && !text.AsSpan().ContainsAny('?', '#')
            ? name.Path[..^"/x".Length]
            : throw value.CreateError(
                $"is \"{ApiException.Shorten(text)}\"; expected the beginning of repositories' paths such as \"acme\" or \"acme/team\""
            );
    }

    public static string WithoutPort(string host)
    {
        var colon = host.LastIndexOf(':');
        return (colon > host.LastIndexOf(']') ? host[..colon] : host).Trim('[', ']');
    }

    public static readonly string[] Kinds = [.. Enum.GetValues<GitHostKind>().Select(Text)];

    public static string Text(GitHostKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Null for null.</summary>
    public static GitHostKind? ReadKind(RequestValue value) =>
        value.IsNull ? null
        : value.IsText ? Enum.Parse<GitHostKind>(value.ReadOneOf(Kinds), ignoreCase: true)
        : throw value.CreateTypeError($"{SentenceText.JoinWithOr(Kinds)}, or null for none");

    /// <summary>Null for null.</summary>
    public static Uri? ReadApiUrl(RequestValue value)
    {
        const string Expected = "expected an http or https URL such as \"https://git.acme.com\"";
        if (WebUrl.Read(value, Expected) is not { } url)
            return null;
        return url.OriginalString.AsSpan().IndexOfAny('?', '#') >= 0
            ? throw value.CreateError($"has a \"?\" or \"#\", after which no path can follow; {Expected} without")
            : url;
    }

    public static string ReadUser(RequestValue value)
    {
        var name = value.ReadLine(255);
        return name.Contains(':') ? throw value.CreateError("has a \":\", which a user's name cannot have") : name;
    }

    public static string? ReadPassword(RequestValue value)
    {
        if (value.IsNull)
            return null;
        return value.ReadLine(MaxPasswordLength) is { Length: > 0 } password
            ? password
            : throw value.CreateError("is empty; expected the password or access token, or null for none");
    }

    /// <summary>Lines of <c>[@MARKER] HOSTS TYPE KEY [COMMENT]</c>, comments and empty lines; each with its end.</summary>
    public static string ReadKnownHosts(RequestValue value)
    {
        var lines = value.ReadText(MaxKnownHostsLength).ReplaceLineEndings("\n").Trim().Split('\n', StringSplitOptions.TrimEntries);
        var hosts = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 || lines[i][0] == '#')
                continue;
            var fields = lines[i].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            var first = fields[0][0] == '@' ? 1 : 0;
            if (fields.Length < first + 3 || !Base64.IsValid(fields[first + 2]) || lines[i].Any(c => char.IsControl(c) && c != '\t'))
            {
                throw value.CreateError(
                    $"has a line {SentenceText.FormatNumber(i + 1)} that is not as in OpenSSH's known_hosts; expected lines of "
                        + "host, key type and key, as ssh-keyscan prints them"
                );
            }

            hosts++;
        }

        return hosts == 0 ? "" : string.Join('\n', lines) + "\n";
    }
}
