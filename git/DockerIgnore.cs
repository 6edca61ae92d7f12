using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AutoDeploy.Git;

/// <summary>Applies a <c>.dockerignore</c> to a build context, by the rules of the docker CLI.</summary>
internal sealed class DockerIgnore
{
    public static readonly DockerIgnore Nothing = new([]);

    public const int MaxRules = 2_000;
    public const int MaxRuleLength = 4_096;

    /// <summary>
    /// The maximum number of pattern parts that are matched for all files together: a few seconds of work, far above ordinary repositories.
    /// </summary>
    public const long MaxWork = 2_000_000_000;

    /// <summary>More directories are not remembered at a time: each takes a bit for every rule.</summary>
    private const int MaxRemembered = 1_000;

    private readonly IReadOnlyList<Pattern> _patterns;
    private readonly long _maxWork;
    private readonly Dictionary<string, BitArray> _directories = [];
    private long _work;

    private DockerIgnore(IReadOnlyList<Pattern> patterns, long maxWork = MaxWork)
    {
        _patterns = patterns;
        _maxWork = maxWork;
    }

    /// <summary>So many parts of rules have been tried.</summary>
    public long Work => _work;

    /// <summary>Something in what is ignored can be wanted nevertheless.</summary>
    public bool HasExceptions => _patterns.Any(pattern => pattern.IsException);

    /// <exception cref="FormatException">A line is not a pattern; the message is that line.</exception>
    /// <exception cref="IgnoreLimitException">There are too many, or one is too long.</exception>
    public static DockerIgnore Parse(string text, long maxWork = MaxWork)
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
            if (path.Length > MaxRuleLength)
                throw new IgnoreLimitException(
                    string.Create(CultureInfo.InvariantCulture, $"a rule of more than {MaxRuleLength:N0} characters")
                );
            if (patterns.Count == MaxRules)
                throw new IgnoreLimitException(string.Create(CultureInfo.InvariantCulture, $"more than {MaxRules:N0} rules"));
            patterns.Add(Compile(path, isException));
        }

        return new DockerIgnore(patterns, maxWork);
    }

    /// <param name="path">From the context's root, without a slash at its ends.</param>
    /// <exception cref="IgnoreLimitException">Matching, with all previous paths, exceeds the limit.</exception>
    public bool Excludes(string path) => _patterns.Count > 0 && Judge(path, out _);

    /// <summary>The last pattern that applies decides; what matches a directory applies to all that is in it.</summary>
    private bool Judge(string path, out BitArray matches)
    {
        var slash = path.LastIndexOf('/');
        BitArray? parent = null;
        if (slash > 0 && !_directories.TryGetValue(path[..slash], out parent))
        {
            Judge(path[..slash], out parent);
            if (_directories.Count == MaxRemembered)
                _directories.Clear(); // files come directory by directory
            _directories[path[..slash]] = parent;
        }

        matches = new BitArray(_patterns.Count);
        var isExcluded = false;
        for (var i = 0; i < _patterns.Count; i++)
        {
            var pattern = _patterns[i];
            var isOfParent = parent is not null && parent[i];
            if (!isOfParent && pattern.IsException != isExcluded)
                continue; // it would change nothing
            matches[i] = isOfParent || pattern.Matches(path, ref _work);
            if (matches[i])
                isExcluded = !pattern.IsException;
            if (_work > _maxWork)
                throw new IgnoreLimitException("rules that take too long to match against all files");
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
        return isRooted ? "/" + clean
            : clean.Length == 0 ? "."
            : clean;
    }

    private static Pattern Compile(string pattern, bool isException)
    {
        var runes = pattern.EnumerateRunes().ToArray();
        var parts = ImmutableArray.CreateBuilder<GlobPart>();
        var kind = PatternKind.Exact;
        for (var at = 0; at < runes.Length; at++)
        {
            var c = runes[at];
            switch (c.Value)
            {
                case '*' when Next(at) == '*':
                    var isFirst = at == 0;
                    at++;
                    if (Next(at) == '/')
                        at++;
                    if (at + 1 < runes.Length)
                    {
                        parts.Add(new GlobPart(GlobPartKind.MaybeDirectories));
                        parts.Add(new GlobPart(GlobPartKind.Directories));
                        kind = PatternKind.Glob;
                    }
                    else if (kind == PatternKind.Exact)
                    {
                        kind = PatternKind.Prefix;
                    }
                    else
                    {
                        parts.Add(new GlobPart(GlobPartKind.Anything));
                        kind = PatternKind.Glob;
                    }

                    if (isFirst)
                        kind = PatternKind.Suffix;
                    break;
                case '*':
                    parts.Add(new GlobPart(GlobPartKind.AnyInName));
                    kind = PatternKind.Glob;
                    break;
                case '?':
                    parts.Add(new GlobPart(GlobPartKind.One));
                    kind = PatternKind.Glob;
                    break;
                case '[':
                    parts.Add(ReadClass(runes, pattern, ref at));
                    kind = PatternKind.Glob;
                    break;
                case '\\':
                    if (++at == runes.Length)
                        throw new FormatException(pattern);
                    parts.Add(GlobPart.Literal(runes[at]));
                    kind = PatternKind.Glob;
                    break;
                default:
                    parts.Add(GlobPart.Literal(c));
                    if (c.Value == ']')
                        kind = PatternKind.Glob;
                    break;
            }
        }

        return new Pattern(isException, kind, pattern, kind == PatternKind.Glob ? new GlobPattern(parts.ToImmutable()) : null);

        int Next(int at) => at + 1 < runes.Length ? runes[at + 1].Value : -1;
    }

    /// <summary>A set of characters as Go's <c>filepath.Match</c> has it; ends at its closing bracket.</summary>
    private static GlobPart ReadClass(Rune[] runes, string pattern, ref int at)
    {
        var place = at;
        var ranges = new List<(int, int)>();
        var isNegated = Next() == '^';
        if (isNegated)
            place++;
        while (ranges.Count == 0 || Next() != ']')
        {
            var low = One();
            var high = low;
            if (Next() == '-')
            {
                place++;
                high = One();
            }

            if (low > high)
                throw new FormatException(pattern);
            ranges.Add((low, high));
        }

        at = place + 1;
        return new GlobPart(GlobPartKind.One, [.. ranges], isNegated);

        int Next() => place + 1 < runes.Length ? runes[place + 1].Value : -1;

        int One()
        {
            if (++place >= runes.Length || runes[place].Value is '-' or ']')
                throw new FormatException(pattern);
            if (runes[place].Value == '\\' && ++place >= runes.Length)
                throw new FormatException(pattern);
            return runes[place].Value;
        }
    }

    private enum PatternKind
    {
        Exact,
        Prefix,
        Suffix,
        Glob,
    }

    private sealed record Pattern(bool IsException, PatternKind Kind, string Text, GlobPattern? Glob)
    {
        public bool Matches(string path, ref long work)
        {
            work++;
            return Kind switch
            {
                PatternKind.Exact => path == Text,
                PatternKind.Prefix => path.AsSpan().StartsWith(Text.AsSpan(0, Text.Length - 2), StringComparison.Ordinal),
                PatternKind.Suffix => path.AsSpan().EndsWith(Text.AsSpan(2), StringComparison.Ordinal)
                    || (Text.Length > 2 && Text[2] == '/' && path.AsSpan().SequenceEqual(Text.AsSpan(3))),
                _ => Glob!.Matches(path, ref work),
            };
        }
    }
}
