using System.Text.Json;
using System.Text.Unicode;

namespace AutoDeploy.Api.Http;

/// <summary>
/// Reads a body as one JSON object, whatever its content type says; an empty body is an object without members. The whole of it is
/// looked through first, so that readers of members need not think of doubled members, NUL or broken characters.
/// </summary>
public static class JsonBody
{
    public const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    public static async Task<JsonElement> Read(HttpContext context)
    {
        using var body = await RequestBody.Read(context, RequestBody.DefaultLimit);
        return Parse(body.Bytes);
    }

    public static JsonElement Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            bytes = bytes[3..];
        if (!Utf8.IsValid(bytes.Span))
            throw ApiException.BadRequest("The body is not UTF-8; expected a JSON object in UTF-8.");
        if (bytes.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            bytes = "{}"u8.ToArray();

        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(bytes, Options);
            root = document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw ApiException.BadRequest(
                IsTooDeep(e)
                    ? $"The body is nested deeper than {MaxDepth} levels."
                    : $"The body is not valid JSON; the mistake is in line {SentenceText.FormatNumber((e.LineNumber ?? 0) + 1)} at "
                        + $"byte {SentenceText.FormatNumber((e.BytePositionInLine ?? 0) + 1)}."
            );
        }

        if (root.ValueKind != JsonValueKind.Object)
            throw ApiException.BadRequest($"The body is {RequestValue.DescribeKind(root)}; expected a JSON object.");
        LookThrough(root, "");
        return root;
    }

    public static bool IsTooDeep(JsonException e) => e.Message.Contains("maximum configured depth", StringComparison.Ordinal);

    private static void LookThrough(JsonElement element, string path)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var names = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in element.EnumerateObject())
                {
                    var name = Name(member, path);
                    var inner = path.Length == 0 ? name : $"{path}.{name}";
                    if (!names.Add(name))
                        throw ApiException.BadRequest($"`{ApiException.Shorten(inner)}` is there twice.");
                    LookThrough(member.Value, inner);
                }

                break;
            case JsonValueKind.Array:
                var i = 0;
                foreach (var item in element.EnumerateArray())
                    LookThrough(item, $"{path}[{i++}]");
                break;
            case JsonValueKind.String:
                Check(element.GetString, path);
                break;
        }
    }

    private static string Name(JsonProperty member, string path) =>
        Check(() => member.Name, path.Length == 0 ? "The name of a member" : $"The name of a member of `{path}`", isName: true);

    private static string Check(Func<string?> read, string path, bool isName = false)
    {
        var what = isName ? path : $"`{ApiException.Shorten(path)}`";
        try
        {
            var text = read()!;
            return text.Contains('\0') ? throw ApiException.BadRequest($"{what} has the character NUL, which is not possible.") : text;
        }
        catch (InvalidOperationException)
        {
            // an escape such as \ud800 that is half a character
            throw ApiException.BadRequest($"{what} is not valid Unicode text.");
        }
    }
}
