using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AutoDeploy.Services.Tags;

/// <summary>
/// A pattern for whole tags: <c>*</c> any characters, <c>?</c> one, <c>[a-c]</c> one of these, <c>[!a-c]</c> one of the others; a backslash
/// takes the meaning from what follows it.
/// </summary>
public sealed class TagGlob(Regex regex) : ITagRule
{
    /// <summary>Its time grows with the tag's length only.</summary>
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant;

    public static bool TryParse(string text, [NotNullWhen(true)] out TagGlob? glob, [NotNullWhen(false)] out TagPatternError? error)
    {
        glob = null;
        error =
            text.Length == 0 ? new TagPatternError(0, "a pattern is missing; write \"*\" for every tag")
            : text.IndexOf(" order=", StringComparison.Ordinal) is >= 0 and var order
                ? new TagPatternError(order + 1, "an order needs \"regex:\", with a group that says by what")
            : null;
        var pattern = new StringBuilder(@"\A");
        for (var at = 0; at < text.Length && error is null; at++)
        {
            pattern.Append(
                text[at] switch
                {
                    '*' => ".*",
                    '?' => Set(UInt128.MaxValue),
                    '[' => Set(ReadSet(text, ref at, out error)),
                    _ => Set(Bit(ReadCharacter(text, ref at, ref error))),
                }
            );
        }

        glob = error is null ? new TagGlob(new Regex(pattern.Append(@"\z").ToString(), Options)) : null;
        return glob is not null;
    }

    public bool IsMatch(string tag) => regex.IsMatch(tag);

    public string? FindObjection(string tag, string policy) => IsMatch(tag) ? null : $"which the tag policy {policy} does not cover.";

    /// <summary>Reads from <c>[</c> to <c>]</c>.</summary>
    private static UInt128 ReadSet(string text, ref int at, out TagPatternError? error)
    {
        var start = at++;
        var others = at < text.Length && text[at] == '!';
        if (others)
            at++;

        UInt128 set = 0;
        error = null;
        for (var first = at; at < text.Length && text[at] != ']' && error is null; at++)
        {
            if (at == first && text[at] == '^')
            {
                error = new TagPatternError(at, "\"^\" does not belong in a set; write \"[!\" for all other characters");
                break;
            }

            var from = ReadCharacter(text, ref at, ref error);
            var to = from;
            if (error is null && at + 2 < text.Length && text[at + 1] == '-' && text[at + 2] != ']')
            {
                var hyphen = ++at;
                at++;
                to = ReadCharacter(text, ref at, ref error);
                if (error is null && to < from)
                    error = new TagPatternError(hyphen, $"\"{from}-{to}\" goes backwards");
            }

            for (var c = from; c <= to && error is null; c++)
                set |= Bit(c);
        }

        error ??=
            at >= text.Length ? new TagPatternError(start, "\"[\" is never closed")
            : set == 0 ? new TagPatternError(at, "the set is empty")
            : null;
        return others ? ~set : set;
    }

    /// <summary>One that a tag may have, with a backslash before it or not.</summary>
    private static char ReadCharacter(string text, ref int at, ref TagPatternError? error)
    {
        if (text[at] == '\\' && ++at >= text.Length)
        {
            error = new TagPatternError(at - 1, "the backslash has nothing after it");
            return '_';
        }

        if (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.' or '-')
            return text[at];
        error = new TagPatternError(at, $"no tag has the character \"{text[at]}\"");
        return '_';
    }

    private static UInt128 Bit(char c) => UInt128.One << c;

    /// <summary>A set of characters as an expression has it.</summary>
    /// <param name="bits">A bit for each ASCII character.</param>
    private static string Set(UInt128 bits)
    {
        var set = new StringBuilder("[");
        for (var c = 0; c < 128; c++)
            if ((bits & Bit((char)c)) != 0)
                set.Append(CultureInfo.InvariantCulture, $"\\x{c:X2}");
        return set.Append(']').ToString();
    }
}
