using System.Diagnostics.CodeAnalysis;

namespace AutoDeploy.Services;

/// <summary>What restrictions mean; Qovery's rules for <c>deploymentRestriction</c>.</summary>
public static class RestrictionRules
{
    public const int MaxValueLength = 1024;

    /// <summary>So many files are named in a sentence.</summary>
    private const int MaxNamedFiles = 3;

    /// <param name="text">As a person wrote it.</param>
    /// <param name="error">What is wrong, as the end of a sentence that begins with the field's name.</param>
    public static bool IsValue(string text, [NotNullWhen(false)] out string? error)
    {
        const string Example = "expected a path from the repository's root such as \"api/\" or \"docs/readme.md\"";
        var path = NormalizeValue(text);
        error =
            text.Trim().Length == 0 ? $"is empty; {Example}"
            : text.Length > MaxValueLength ? "is longer than 1,024 characters"
            : text.Any(char.IsControl) ? "has control characters, such as a line end"
            : text[0] == ' ' || text[^1] == ' ' ? $"{(text[0] == ' ' ? "begins" : "ends")} with a space; write {Instead(text)}"
            : text[0] == '!' ? $"begins with \"!\", which takes nothing back here; write {Instead(text)} with the mode EXCLUDE"
            : text.Contains('\\') ? $"has a backslash, and the parts of a path have \"/\" between them; write {Instead(text)}"
            : text.Contains(',') ? $"has a comma; expected one path, and a restriction for each: write {Each(text)}"
            : text[0] == '/' ? $"begins with \"/\"; {Example}, without the slash"
            : path.Length == 0 ? $"is \"*\", which would cover everything; {Example}"
            : path.IndexOfAny(['*', '?', '[', ']']) >= 0
                ? "has a wildcard; expected the beginning of a path, which covers everything that starts with it: write "
                    + $"\"{GetTopFolder(path)}\" (a single * at the end is allowed and changes nothing)"
            : path.Split('/') is var parts && parts.Contains("..") ? $"has \"..\"; {Example}"
            : parts.Contains(".") ? $"has \".\" as a part of the path, which no path in a repository has; {Example}"
            : path.Contains("//", StringComparison.Ordinal) ? $"has \"//\", which no path in a repository has; {Example}"
            : null;
        return error is null;
    }

    /// <summary>A restriction covers every path that begins with its value.</summary>
    public static bool Covers(string value, string path) => path.StartsWith(NormalizeValue(value), StringComparison.Ordinal);

    /// <summary>
    /// Null when a push that changes these files is to be deployed, else why not, in a sentence. What an EXCLUDE covers is dropped; then
    /// something has to be left and, if there is a MATCH, one has to cover a file that is left.
    /// </summary>
    /// <param name="restrictions">The service's.</param>
    /// <param name="files">The net changes between what runs and what was pushed; null: unknown, which is deployed.</param>
    public static string? FindObjection(IReadOnlyList<Restriction> restrictions, IReadOnlyList<string>? files)
    {
        if (restrictions.Count == 0 || files is null)
            return null;
        if (files.Count == 0)
            return "Taken together, nothing differs from what runs.";

        string[] excludes = [.. Values(RestrictionMode.Exclude)];
        string[] matches = [.. Values(RestrictionMode.Match)];
        List<string> left = [.. files.Where(file => !Array.Exists(excludes, value => Covers(value, file)))];
        if (left.Count == 0)
            return $"Only files changed that an EXCLUDE covers: {FormatSome(files)}.";
        if (matches.Length == 0 || left.Exists(file => Array.Exists(matches, value => Covers(value, file))))
            return null;
        return $"No file changed that a MATCH ({FormatSome(matches)}) covers; changed are {FormatSome(left)}.";

        IEnumerable<string> Values(RestrictionMode mode) => restrictions.Where(r => r.Mode == mode).Select(r => NormalizeValue(r.Value));
    }

    private static string Each(string text) =>
        string.Join(
            " and ",
            text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .DefaultIfEmpty("")
                .Take(MaxNamedFiles)
                .Select(Instead)
        );

    /// <summary>A value in quotes that is near to what was written.</summary>
    private static string Instead(string text)
    {
        var path = text.Replace('\\', '/').TrimStart(' ', '!', '/').TrimEnd(' ');
        return $"\"{(path.Length == 0 ? "src/" : FormatName(path))}\"";
    }

    private static string NormalizeValue(string value) => value.EndsWith('*') ? value[..^1] : value;

    private static string GetTopFolder(string path)
    {
        var cut = path.IndexOfAny(['*', '?', '[', ']']);
        var beginning = path[..cut];
        return beginning.Length > 0 ? beginning : "src/";
    }

    private static string FormatSome(IReadOnlyList<string> names)
    {
        var text = string.Join(", ", names.Take(MaxNamedFiles).Select(FormatName));
        return names.Count > MaxNamedFiles ? $"{text} and {names.Count - MaxNamedFiles} more" : text;
    }

    // names may hold anything but NUL
    private static string FormatName(string name)
    {
        var text = string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
        return text.Length > 120 ? text[..120] + "…" : text;
    }
}
