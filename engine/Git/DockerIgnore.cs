using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AutoDeploy.Engine;

/// <summary>What a <c>.dockerignore</c> keeps out of a build's context, by the rules of Docker's own command line.</summary>
internal sealed class DockerIgnore
{
    public static readonly DockerIgnore Nothing = new([]);

    private readonly IReadOnlyList<Pattern> _patterns;
    private readonly Dictionary<string, bool[]> _directories = [];

    private DockerIgnore(IReadOnlyList<Pattern> patterns) => _patterns = patterns;

    /// <summary>Something in what is ignored can be wanted nevertheless.</summary>
    public bool HasExceptions => _patterns.Any(pattern => pattern.IsException);

    /// <exception cref="FormatException">A line is not a pattern; the message is that line.</exception>
    public static DockerIgnore Parse(string text)
    {
        var patterns = new List<Pattern>();
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            // a comment only where the line begins with it
            if (raw.StartsWith('#') || raw.Trim() is not { Length: > 0 } line)
                continue;
            var isException = line[0] == '!';
            if (isException)
                line = line[1..].Trim();
            if (line.Length == 0)
                throw new FormatException("!");
            var path = Clean(line);
            if (path.Length > 1 && path[0] == '/')
                path = path[1..];
            patterns.Add(Compile(path, isException));
        }

        return new DockerIgnore(patterns);
    }

    /// <param name="path">From the context's root, without a slash at its ends.</param>
    public bool Excludes(string path) => _patterns.Count > 0 && Judge(path, out _);

    /// <summary>The last pattern that applies decides; what matches a directory applies to all that is in it.</summary>
    private bool Judge(string path, out bool[] matches)
    {
        var slash = path.LastIndexOf('/');
        bool[]? parent = null;
        if (slash > 0 && !_directories.TryGetValue(path[..slash], out parent))
        {
            Judge(path[..slash], out parent);
            _directories[path[..slash]] = parent;
        }

        matches = new bool[_patterns.Count];
        var isExcluded = false;
        for (var i = 0; i < _patterns.Count; i++)
        {
            var pattern = _patterns[i];
            if (parent?[i] != true && pattern.IsException != isExcluded)
                continue; // it would change nothing
            matches[i] = parent?[i] == true || pattern.Matches(path);
            if (matches[i])
                isExcluded = !pattern.IsException;
        }

        return isExcluded;
    }

    /// <summary>As Go's <c>filepath.Clean</c>.</summary>
    private static string Clean(string path)
    {
        var isRooted = path[0] == '/';
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0 && parts[^1] != "..")
                parts.RemoveAt(parts.Count - 1);
            else if (!isRooted)
                parts.Add(part);
        }

        var clean = string.Join('/', parts);
        return isRooted ? "/" + clean : clean.Length == 0 ? "." : clean;
    }

    private static Pattern Compile(string pattern, bool isException)
    {
        var regex = new StringBuilder("^");
        var kind = Kind.Exact;
        for (var at = 0; at < pattern.Length; at++)
        {
            var c = pattern[at];
            switch (c)
            {
                case '*' when Next(at) == '*':
                    var isFirst = at == 0;
                    at++;
                    if (Next(at) == '/')
                        at++;
                    if (at + 1 < pattern.Length)
                    {
                        regex.Append("(?:.*/)?");
                        kind = Kind.Regex;
                    }
                    else if (kind == Kind.Exact)
                    {
                        kind = Kind.Prefix;
                    }
                    else
                    {
                        regex.Append(".*");
                        kind = Kind.Regex;
                    }

                    if (isFirst)
                        kind = Kind.Suffix;
                    break;
                case '*':
                    regex.Append("[^/]*");
                    kind = Kind.Regex;
                    break;
                case '?':
                    regex.Append(@"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^/])");
                    kind = Kind.Regex;
                    break;
                case '[':
                    at = AppendClass(regex, pattern, at);
                    kind = Kind.Regex;
                    break;
                case '\\':
                    if (++at == pattern.Length)
                        throw new FormatException(pattern);
                    AppendLiteral(regex, pattern[at]);
                    kind = Kind.Regex;
                    break;
                default:
                    AppendLiteral(regex, c);
                    if (c == ']')
                        kind = Kind.Regex;
                    break;
            }
        }

        return kind == Kind.Regex
            ? new Pattern(isException, kind, pattern, new Regex(regex + @"\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline))
            : new Pattern(isException, kind, pattern, null);

        char Next(int at) => at + 1 < pattern.Length ? pattern[at + 1] : '\0';
    }

    private static void AppendLiteral(StringBuilder regex, char c) => regex.Append(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}");

    /// <summary>A set of characters as Go's <c>filepath.Match</c> has it; answers where it ends.</summary>
    private static int AppendClass(StringBuilder regex, string pattern, int at)
    {
        regex.Append('[');
        if (at + 1 < pattern.Length && pattern[at + 1] == '^')
        {
            regex.Append('^');
            at++;
        }

        for (var isEmpty = true; ; isEmpty = false)
        {
            if (!isEmpty && at + 1 < pattern.Length && pattern[at + 1] == ']')
            {
                regex.Append(']');
                return at + 1;
            }

            var low = One();
            var high = low;
            if (at + 1 < pattern.Length && pattern[at + 1] == '-')
            {
                at++;
                high = One();
            }

            if (low > high)
                throw new FormatException(pattern);
            AppendLiteral(regex, low);
            regex.Append('-');
            AppendLiteral(regex, high);
        }

        char One()
        {
            if (++at >= pattern.Length || pattern[at] is '-' or ']')
                throw new FormatException(pattern);
            if (pattern[at] == '\\' && ++at >= pattern.Length)
                throw new FormatException(pattern);
            return pattern[at];
        }
    }

    private enum Kind
    {
        Exact,
        Prefix,
        Suffix,
        Regex,
    }

    private sealed record Pattern(bool IsException, Kind Kind, string Text, Regex? Regex)
    {
        public bool Matches(string path) => Kind switch
        {
            Kind.Exact => path == Text,
            Kind.Prefix => path.StartsWith(Text[..^2], StringComparison.Ordinal),
            Kind.Suffix => path.EndsWith(Text[2..], StringComparison.Ordinal) || (Text.Length > 2 && Text[2] == '/' && path.AsSpan().SequenceEqual(Text.AsSpan(3))),
            _ => Regex!.IsMatch(path),
        };
    }
}
