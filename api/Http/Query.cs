using System.Globalization;

namespace AutoDeploy.Api.Http;

/// <summary>Reads query parameters; what cannot be read is a 400 with a sentence. An empty one counts as absent.</summary>
public static class Query
{
    public static string? Text(HttpRequest request, string name)
    {
        var values = request.Query[name];
        if (values.Count > 1)
            throw HttpFailure.BadRequest($"`{name}` is given {values.Count} times; expected once.");
        var text = values.Count == 0 ? null : values[0];
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.Length > 1024)
            throw HttpFailure.BadRequest($"`{name}` is longer than 1,024 characters.");
        if (text.Any(char.IsControl))
            throw HttpFailure.BadRequest($"`{name}` has control characters.");
        return text;
    }

    public static bool? Flag(HttpRequest request, string name) => Text(request, name) switch
    {
        null => null,
        var text when text.Equals("true", StringComparison.OrdinalIgnoreCase) || text == "1" => true,
        var text when text.Equals("false", StringComparison.OrdinalIgnoreCase) || text == "0" => false,
        var text => throw HttpFailure.BadRequest($"`{name}` is \"{HttpFailure.Shorten(text)}\"; expected true or false."),
    };

    public static int? Integer(HttpRequest request, string name, int least, int most)
    {
        var text = Text(request, name);
        if (text is null)
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < least || number > most)
            throw HttpFailure.BadRequest($"`{name}` is \"{HttpFailure.Shorten(text)}\"; expected a whole number {Between(least, most)}.");
        return number;
    }

    public static Guid? Uuid(HttpRequest request, string name) =>
        Text(request, name) is not { } text ? null
        : Guid.TryParseExact(text, "D", out var uuid) ? uuid
        : throw HttpFailure.BadRequest($"`{name}` is \"{HttpFailure.Shorten(text)}\"; expected a uuid.");

    /// <summary>The beginning of a uuid, lower-case.</summary>
    public static string? UuidStart(HttpRequest request, string name)
    {
        // anything else begins no uuid: an honest filter finds nothing then, and the CLI asks so with names
        return Text(request, name)?.ToLowerInvariant();
    }

    public static DateTimeOffset? Date(HttpRequest request, string name) =>
        Text(request, name) is not { } text ? null
        : Dates.TryRead(text, out var date) ? date
        : throw HttpFailure.BadRequest(
            $"`{name}` is \"{HttpFailure.Shorten(text)}\"; expected a date such as \"Mon, 13 Oct 2025 11:01:43 +0000\" or \"2025-10-13T11:01:43Z\".");

    private static string Between(int least, int most) =>
        most == int.MaxValue ? $"of at least {Words.Number(least)}" : $"from {Words.Number(least)} to {Words.Number(most)}";
}
