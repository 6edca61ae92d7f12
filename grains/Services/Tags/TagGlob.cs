using System.Diagnostics.CodeAnalysis;

namespace AutoDeploy.Services;

/// <summary>
/// A pattern for whole tags: <c>*</c> any characters, <c>?</c> one, <c>[a-c]</c> one of these, <c>[!a-c]</c> one of the others; a backslash
/// takes the meaning from what follows it.
/// </summary>
/// <param name="steps">For each character of a tag the set of those that fit, a bit per ASCII character; null: any number of any.</param>
public sealed class TagGlob(UInt128?[] steps) : ITagRule
{
    public static bool TryParse(string text, [NotNullWhen(true)] out TagGlob? glob, [NotNullWhen(false)] out PatternError? error)
    {
        glob = null;
        error = text.Length == 0 ? new PatternError(0, "a pattern is missing; write \"*\" for every tag") : null;
        var steps = new List<UInt128?>();
        for (var at = 0; at < text.Length && error is null; at++)
        {
            switch (text[at])
            {
                case '*':
                    if (steps.Count == 0 || steps[^1] is not null)
                        steps.Add(null);
                    break;
                case '?':
                    steps.Add(UInt128.MaxValue);
                    break;
                case '[':
                    steps.Add(ReadSet(text, ref at, out error));
                    break;
                default:
                    steps.Add(Bit(ReadCharacter(text, ref at, ref error)));
                    break;
            }
        }

        glob = error is null ? new TagGlob([.. steps]) : null;
        return glob is not null;
    }

    /// <summary>Goes back only to the last star, so its time grows with the product of both lengths at most.</summary>
    public bool IsMatch(string tag)
    {
        int step = 0, at = 0, star = -1, from = 0;
        while (at < tag.Length)
        {
            if (step < steps.Length && steps[step] is null)
            {
                star = step++;
                from = at;
            }
            else if (step < steps.Length && char.IsAscii(tag[at]) && (steps[step] & Bit(tag[at])) != 0)
            {
                step++;
                at++;
            }
            else if (star >= 0)
            {
                step = star + 1;
                at = ++from;
            }
            else
            {
                return false;
            }
        }

        // two stars never follow each other
        return step == steps.Length || (step == steps.Length - 1 && steps[step] is null);
    }

    public string? Objection(string tag, string policy) => IsMatch(tag) ? null : $"which the tag policy {policy} does not cover.";

    /// <summary>Reads from <c>[</c> to <c>]</c>.</summary>
    private static UInt128 ReadSet(string text, ref int at, out PatternError? error)
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
                error = new PatternError(at, "\"^\" does not belong in a set; write \"[!\" for all other characters");
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
                    error = new PatternError(hyphen, $"\"{from}-{to}\" goes backwards");
            }

            for (var c = from; c <= to && error is null; c++)
                set |= Bit(c);
        }

        error ??= at >= text.Length ? new PatternError(start, "\"[\" is never closed")
            : set == 0 ? new PatternError(at, "the set is empty")
            : null;
        return others ? ~set : set;
    }

    /// <summary>One that a tag may have, with a backslash before it or not.</summary>
    private static char ReadCharacter(string text, ref int at, ref PatternError? error)
    {
        if (text[at] == '\\' && ++at >= text.Length)
        {
            error = new PatternError(at - 1, "the backslash has nothing after it");
            return '_';
        }

        if (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.' or '-')
            return text[at];
        error = new PatternError(at, $"no tag has the character \"{text[at]}\"");
        return '_';
    }

    private static UInt128 Bit(char c) => UInt128.One << c;
}
