using System.Globalization;

namespace AutoDeploy.Api.Http;

/// <summary>Reads query parameters; what cannot be read is a 400 with a sentence. An empty one counts as absent.</summary>
public static class QueryReader
{
    public static string? ReadText(HttpRequest request, string name)
    {
        var values = request.Query[name];
        if (values.Count > 1)
            throw ApiException.BadRequest($"`{name}` is given {values.Count} times; expected once.");
        var text = values.Count == 0 ? null : values[0];
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.Length > 1024)
            throw ApiException.BadRequest($"`{name}` is longer than 1,024 characters.");
        if (text.Any(char.IsControl))
            throw ApiException.BadRequest($"`{name}` has control characters.");
        return text;
    }

    public static bool? ReadFlag(HttpRequest request, string name) =>
        ReadText(request, name) switch
        {
            null => null,
            var text when text.Equals("true", StringComparison.OrdinalIgnoreCase) || text == "1" => true,
            var text when text.Equals("false", StringComparison.OrdinalIgnoreCase) || text == "0" => false,
            var text => throw ApiException.BadRequest($"`{name}` is \"{ApiException.Shorten(text)}\"; expected true or false."),
        };

    public static int? ReadInteger(HttpRequest request, string name, int min, int max)
    {
        var text = ReadText(request, name);
        if (text is null)
            return null;
        if (
            !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number < min
            || number > max
        )
            throw ApiException.BadRequest($"`{name}` is \"{ApiException.Shorten(text)}\"; expected a whole number {Between(min, max)}.");
        return number;
    }

    public static Guid? ReadUuid(HttpRequest request, string name) =>
        ReadText(request, name) is not { } text ? null
        : Guid.TryParseExact(text, "D", out var uuid) ? uuid
        : throw ApiException.BadRequest($"`{name}` is \"{ApiException.Shorten(text)}\"; expected a uuid.");

    /// <summary>The beginning of a uuid, lower-case.</summary>
    public static string? ReadUuidStart(HttpRequest request, string name)
    {
        // anything else begins no uuid: an honest filter finds nothing then, and the CLI asks so with names
        return ReadText(request, name)?.ToLowerInvariant();
    }

    public static DateTimeOffset? ReadDate(HttpRequest request, string name) =>
        ReadText(request, name) is not { } text ? null
        : ApiDates.TryRead(text, out var date) ? date
        : throw ApiException.BadRequest(
            $"`{name}` is \"{ApiException.Shorten(text)}\"; expected a date such as \"Mon, 13 Oct 2025 11:01:43 +0000\" or "
                + "\"2025-10-13T11:01:43Z\"."
        );

    private static string Between(int min, int max) =>
        max == int.MaxValue
            ? $"of at least {SentenceText.FormatNumber(min)}"
            : $"from {SentenceText.FormatNumber(min)} to {SentenceText.FormatNumber(max)}";
}
