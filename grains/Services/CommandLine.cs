using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AutoDeploy.Services;

/// <summary>
/// Splits a command line into words as a POSIX shell does: blanks separate, <c>'…'</c> keeps all, <c>"…"</c> keeps blanks, a
/// backslash keeps the next character (within double quotes only before <c>" \ $ `</c>). Nothing is expanded.
/// </summary>
public static class CommandLine
{
    /// <param name="error">What is wrong, as the end of a sentence that begins with the field's name.</param>
    public static bool TrySplit(string text, out ImmutableArray<string> words, [NotNullWhen(false)] out string? error)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        StringBuilder? word = null;
        words = [];
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case ' ' or '\t' or '\n' or '\r':
                    if (word is not null)
                        found.Add(word.ToString());
                    word = null;
                    break;
                case '\'':
                    var close = text.IndexOf('\'', i + 1);
                    if (close < 0)
                    {
                        error = $"has a single quote at position {i + 1} that is never closed";
                        return false;
                    }

                    (word ??= new()).Append(text, i + 1, close - i - 1);
                    i = close;
                    break;
                case '"':
                    var start = i;
                    word ??= new();
                    for (i++; i < text.Length && text[i] != '"'; i++)
                    {
                        if (text[i] == '\\' && i + 1 < text.Length && (text[i + 1] is '"' or '\\' or '$' or '`'))
                            i++;
                        word.Append(text[i]);
                    }

                    if (i >= text.Length)
                    {
                        error = $"has a double quote at position {start + 1} that is never closed";
                        return false;
                    }

                    break;
                case '\\':
                    if (i + 1 >= text.Length)
                    {
                        error = "ends with a backslash";
                        return false;
                    }

                    (word ??= new()).Append(text[++i]);
                    break;
                default:
                    (word ??= new()).Append(c);
                    break;
            }
        }

        if (word is not null)
            found.Add(word.ToString());
        words = found.ToImmutable();
        error = null;
        return true;
    }

    /// <summary>The words of a command line that was checked when it was set; null for an empty one.</summary>
    public static IReadOnlyList<string>? Split(string text) =>
        text.Length > 0 && TrySplit(text, out var words, out _) && words.Length > 0 ? words : null;
}
