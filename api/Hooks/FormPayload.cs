using System.Net;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Some senders put the JSON into the field <c>payload</c> of a form; a body may be either, whatever its content type says.
/// </summary>
public static class FormPayload
{
    /// <summary>The JSON in the body: the body itself, or what is in the form's field; null when there is neither.</summary>
    public static ReadOnlyMemory<byte>? Json(ReadOnlyMemory<byte> body)
    {
        var span = body.Span;
        var start = span.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0)
            return null;
        if (span[start..].StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return body[(start + 3)..];
        if (span[start] is (byte)'{' or (byte)'[' or (byte)'"')
            return body;

        for (var from = start; from < span.Length; )
        {
            var length = span[from..].IndexOf((byte)'&');
            var field = length < 0 ? span[from..] : span.Slice(from, length);
            if (field.StartsWith("payload="u8))
                return WebUtility.UrlDecodeToBytes(field.ToArray(), 8, field.Length - 8);
            from += field.Length + 1;
        }

        return null;
    }
}
