using System.Globalization;

namespace AutoDeploy.Api.Http;

/// <summary>Dates as Docker Cloud's clients read them: RFC 2822 with a literal <c>+0000</c>.</summary>
public static class ApiDates
{
    private const string Form = "ddd, dd MMM yyyy HH:mm:ss '+0000'";

    private static readonly string[] Accepted =
    [
        "ddd, d MMM yyyy HH:mm:ss zzz",
        "d MMM yyyy HH:mm:ss zzz",
        "ddd, d MMM yyyy HH:mm:ss 'GMT'",
        "ddd, d MMM yyyy HH:mm:ss",
        "yyyy-MM-dd",
        "yyyy-MM-ddTHH:mm",
        "yyyy-MM-ddTHH:mmK",
        "yyyy-MM-ddTHH:mm:ssK",
        "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd HH:mm:ssK",
    ];

    public static string Format(DateTimeOffset date) => date.ToUniversalTime().ToString(Form, CultureInfo.InvariantCulture);

    public static string? Format(DateTimeOffset? date) => date is { } given ? Format(given) : null;

    /// <summary>Reads RFC 2822 and ISO 8601; without a zone it is UTC.</summary>
    public static bool TryRead(string text, out DateTimeOffset date) =>
        // "+0000" may come as " 0000" out of a query string, and without its colon, which .NET's zzz takes too
        DateTimeOffset.TryParseExact(
            Colon(text.Trim()),
            Accepted,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite,
            out date
        );

    private static string Colon(string text)
    {
        if (text.Length < 6 || !text[^4..].All(char.IsAsciiDigit) || !text.Contains(':'))
            return text;
        var sign = text[^5];
        return sign is '+' or '-' or ' ' ? $"{text[..^5].TrimEnd()} {(sign == '-' ? '-' : '+')}{text[^4..^2]}:{text[^2..]}" : text;
    }
}
