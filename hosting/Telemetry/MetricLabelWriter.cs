using System.Globalization;

namespace AutoDeploy.Hosting.Telemetry;

/// <summary>
/// Labels as Prometheus has them, without the braces, in the order of their names: <c>kind="skip",reason="tag"</c>. Nothing is allocated
/// where it is known already.
/// </summary>
internal ref struct MetricLabelWriter(Span<char> buffer)
{
    private readonly Span<char> _buffer = buffer;
    private int _length;

    public readonly ReadOnlySpan<char> Text => _buffer[.._length];

    /// <summary>False when they are too long for the buffer.</summary>
    public bool Write(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _length = 0;
        string? last = null;
        for (var written = 0; written < tags.Length; written++)
        {
            var next = Next(tags, last);
            if (next < 0)
                break; // a name twice
            last = tags[next].Key;
            if (tags[next].Value is { } value && !Write(last, value))
                return false;
        }

        return true;
    }

    /// <summary>There are a handful at most, so that to look for the next each time is quicker than to sort.</summary>
    private static int Next(ReadOnlySpan<KeyValuePair<string, object?>> tags, string? after)
    {
        var best = -1;
        for (var i = 0; i < tags.Length; i++)
            if (
                (after is null || string.CompareOrdinal(tags[i].Key, after) > 0)
                && (best < 0 || string.CompareOrdinal(tags[i].Key, tags[best].Key) < 0)
            )
                best = i;
        return best;
    }

    private bool Write(string name, object value)
    {
        if (_length > 0 && !Put(','))
            return false;
        foreach (var c in name)
            if (!Put(char.IsAsciiLetterOrDigit(c) ? c : '_'))
                return false;
        if (!Put('=') || !Put('"'))
            return false;
        if (value is string text)
            return Quoted(text) && Put('"');
        if (value is bool flag)
            return Quoted(flag ? "true" : "false") && Put('"');
        if (value is not ISpanFormattable number)
            return Quoted(value.ToString() ?? "") && Put('"');
        var fits = number.TryFormat(_buffer[_length..], out var count, default, CultureInfo.InvariantCulture);
        _length += count;
        return fits && Put('"');
    }

    private bool Quoted(string text)
    {
        foreach (var c in text)
        {
            var fits = c switch
            {
                '\\' => Put('\\') && Put('\\'),
                '"' => Put('\\') && Put('"'),
                '\n' => Put('\\') && Put('n'),
                _ => Put(c),
            };
            if (!fits)
                return false;
        }

        return true;
    }

    private bool Put(char c)
    {
        if (_length == _buffer.Length)
            return false;
        _buffer[_length++] = c;
        return true;
    }
}
