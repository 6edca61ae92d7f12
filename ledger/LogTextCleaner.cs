using System.Buffers;
using System.Text;

namespace AutoDeploy.Ledger;

/// <summary>
/// What a program wrote, as lines that can be kept and shown: without terminal escape sequences and control characters (tabs stay),
/// and not too long.
/// </summary>
internal static class LogTextCleaner
{
    /// <summary>Bytes in UTF-8; the mark of the cut comes on top.</summary>
    public const int MaxLine = 16 * 1024;

    public const char Cut = '…';

    private const char Escape = '\x1b';
    private const char Bell = '\a';

    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n");

    /// <summary>
    /// The lines of a text; a line end at its end begins no further line. A lone carriage return (progress bars) ends a line too.
    /// </summary>
    public static IEnumerable<string> Split(string text)
    {
        var start = 0;
        do
        {
            var length = text.AsSpan(start).IndexOfAny(LineEnds);
            if (length < 0)
                length = text.Length - start;
            yield return Clean(text.AsSpan(start, length));
            start += length;
            start += text.AsSpan(start).StartsWith("\r\n") ? 2 : 1;
        } while (start < text.Length);
    }

    private static string Clean(ReadOnlySpan<char> line)
    {
        if (
            line.Length <= MaxLine / 3
            && !line.ContainsAnyInRange('\0', '\x1f')
            && !line.ContainsAnyInRange('\x7f', '\x9f')
            && !line.ContainsAnyInRange('\ud800', '\udfff')
        )
            return line.ToString();

        var clean = new StringBuilder(Math.Min(line.Length, MaxLine + 1));
        var bytes = 0;
        var unterminated = false;
        while (!line.IsEmpty)
        {
            if (line[0] is Escape or '\x9b')
            {
                line = line[EscapeSequence(line, ref unterminated)..];
                continue;
            }

            // half a surrogate pair becomes U+FFFD
            Rune.DecodeFromUtf16(line, out var rune, out var length);
            line = line[length..];
            if (Rune.IsControl(rune) && rune.Value != '\t')
                continue;
            bytes += rune.Utf8SequenceLength;
            if (bytes > MaxLine)
                return clean.Append(Cut).ToString();
            clean.Append(rune);
        }

        return clean.ToString();
    }

    /// <summary>The length of the escape sequence (ECMA-48) that the text begins with.</summary>
    /// <param name="text">Begins with ESC or CSI.</param>
    /// <param name="unterminated">
    /// It is known that no string of a command (a window's title, a link) ends any more in this line: no end is looked for again.
    /// </param>
    private static int EscapeSequence(ReadOnlySpan<char> text, ref bool unterminated)
    {
        if (text[0] == '\x9b')
            return Control(text, 1);
        if (text.Length == 1)
            return 1;
        switch (text[1])
        {
            case '[':
                return Control(text, 2);
            case ']' or 'P' or 'X' or '^' or '_':
                if (unterminated)
                    return 2;
                for (var i = 2; i < text.Length; i++)
                {
                    if (text[i] is Bell or '\x9c')
                        return i + 1;
                    if (text[i] == Escape && i + 1 < text.Length && text[i + 1] == '\\')
                        return i + 2;
                }

                unterminated = true;
                return 2;
            default:
                var end = 1;
                while (end < text.Length && text[end] is >= ' ' and <= '/')
                    end++;
                return end < text.Length && text[end] is >= '0' and <= '~' ? end + 1 : end;
        }
    }

    /// <summary>Parameters, intermediates, one final character.</summary>
    private static int Control(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        while (end < text.Length && text[end] is >= ' ' and <= '?')
            end++;
        return end < text.Length && text[end] is >= '@' and <= '~' ? end + 1 : end;
    }
}
