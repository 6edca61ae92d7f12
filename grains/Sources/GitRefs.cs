namespace AutoDeploy.Sources;

/// <summary>Names and ids as git has them.</summary>
public static class GitRefs
{
    public const string Heads = "refs/heads/";
    public const string Tags = "refs/tags/";

    /// <summary>So many characters of a commit's id are shown to people and used in tags.</summary>
    private const int ShortLength = 12;

    /// <summary>A full id, 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.</summary>
    public static bool IsCommit(string? text) => text?.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>All zeros: there is nothing before a ref was made, or after it was deleted.</summary>
    public static bool IsZero(string? text) => text is { Length: > 0 } && text.All(c => c == '0');

    /// <summary>A branch's name by the rules of <c>git check-ref-format</c>.</summary>
    public static bool IsBranch(string? text) =>
        text is { Length: > 0 and <= 255 }
        && text[0] is not ('-' or '/' or '.')
        && text[^1] is not ('/' or '.')
        && text != "@"
        && !text.EndsWith(".lock", StringComparison.Ordinal)
        && text.IndexOfAny([' ', '~', '^', ':', '?', '*', '[', '\\', '\x7f']) < 0
        && !text.Any(char.IsControl)
        && !text.Contains("..", StringComparison.Ordinal)
        && !text.Contains("//", StringComparison.Ordinal)
        && !text.Contains("@{", StringComparison.Ordinal)
        && !text.Contains("/.", StringComparison.Ordinal)
        && !text.Contains(".lock/", StringComparison.Ordinal);

    public static string Shorten(string commit) => commit.Length > ShortLength ? commit[..ShortLength] : commit;
}
