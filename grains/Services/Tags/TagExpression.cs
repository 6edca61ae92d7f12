using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace AutoDeploy.Services.Tags;

/// <summary>A regular expression for whole tags, of the kind whose time grows only with the tag's length.</summary>
public sealed class TagExpression(Regex regex) : ITagRule
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(1);

    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out TagExpression? expression,
        [NotNullWhen(false)] out TagPatternError? error
    )
    {
        expression = null;
        error = text.Length == 0 ? new TagPatternError(0, "an expression is missing; write \".*\" for every tag") : null;
        if (error is not null)
            return false;
        try
        {
            // alone first: "a)|(b" would be one only within our parentheses
            _ = new Regex(text, Options, MatchTimeout);
            expression = new TagExpression(new Regex($@"\A(?:{text})\z", Options, MatchTimeout));
            return true;
        }
        catch (RegexParseException failure)
        {
            error = failure.Error is RegexParseError.UndefinedNamedReference or RegexParseError.UndefinedNumberedReference
                ? UnsupportedRegexConstruct.Find(text)
                : null;

            // the offset is behind what was read last; behind all of the text it is our own parenthesis that a comment took
            error ??=
                failure.Offset > text.Length
                    ? new TagPatternError(text.Length, "a comment is not closed")
                    : new TagPatternError(
                        IsUnclosed(failure.Error) ? text.Length : Math.Max(failure.Offset - 1, 0),
                        DescribeError(failure.Error)
                    );
        }
        catch (NotSupportedException)
        {
            error = UnsupportedRegexConstruct.Find(text) ?? new TagPatternError(0, "the expression is too large; write smaller counts");
        }

        return false;
    }

    public string? FindObjection(string tag, string policy)
    {
        try
        {
            return regex.IsMatch(tag) ? null : $"which the tag policy {policy} does not cover.";
        }
        catch (RegexMatchTimeoutException)
        {
            return $"and comparing it with the tag policy {policy} took longer than a second.";
        }
    }

    /// <summary>How often it captures.</summary>
    public int Captures => regex.GetGroupNumbers().Length - 1;

    /// <summary>
    /// What the expression's first group captures, or without groups the whole tag; null when the tag is not covered, or the group is no
    /// part of it.
    /// </summary>
    public string? Capture(string tag)
    {
        try
        {
            return regex.Match(tag).Groups[Captures > 0 ? 1 : 0] is { Success: true } captured ? captured.Value : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static bool IsUnclosed(RegexParseError error) =>
        error
            is RegexParseError.InsufficientClosingParentheses
                or RegexParseError.UnterminatedBracket
                or RegexParseError.UnterminatedComment;

    private static string DescribeError(RegexParseError error) =>
        error switch
        {
            RegexParseError.InsufficientClosingParentheses => "a \"(\" is never closed",
            RegexParseError.InsufficientOpeningParentheses => "the \")\" closes nothing",
            RegexParseError.UnterminatedBracket => "a \"[\" is never closed",
            RegexParseError.UnterminatedComment => "a comment is never closed",
            RegexParseError.UnescapedEndingBackslash => "the backslash has nothing after it",
            RegexParseError.UnrecognizedEscape or RegexParseError.UnrecognizedControlCharacter or RegexParseError.MissingControlCharacter =>
                "there is no such escape sequence",
            RegexParseError.InsufficientOrInvalidHexDigits => "hexadecimal digits are missing",
            RegexParseError.InvalidUnicodePropertyEscape
            or RegexParseError.MalformedUnicodePropertyEscape
            or RegexParseError.UnrecognizedUnicodeProperty => "there is no such category of characters",
            RegexParseError.QuantifierAfterNothing => "there is nothing before it to repeat",
            RegexParseError.NestedQuantifiersNotParenthesized => "what is repeated already cannot be repeated again without parentheses",
            RegexParseError.ReversedQuantifierRange => "the counts go backwards",
            RegexParseError.ReversedCharacterRange => "the range of characters goes backwards",
            RegexParseError.ShorthandClassInCharacterRange => "a class of characters cannot be the end of a range",
            RegexParseError.QuantifierOrCaptureGroupOutOfRange => "the number is too large",
            RegexParseError.UndefinedNamedReference
            or RegexParseError.UndefinedNumberedReference
            or RegexParseError.MalformedNamedReference => "backreferences are not supported",
            RegexParseError.InvalidGroupingConstruct => "there is no such kind of group",
            RegexParseError.CaptureGroupNameInvalid or RegexParseError.CaptureGroupOfZero => "the group's name is not one",
            _ => "it is not a regular expression",
        };
}
