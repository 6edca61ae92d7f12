using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Items of <c>deploy_windows</c>, and <c>frozen</c>: a service and its organization have the same.</summary>
public static partial class WindowBinding
{
    private const int MaxReasonLength = 512;

    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    public static readonly JsonBinder<Request> Binder = new([
        new(
            "days",
            SchemaFactory.Texts("The days on which it begins: mon, tue, wed, thu, fri, sat, sun; all of them unless given."),
            (d, v) => d.Days = ReadDays(v)
        ),
        new("from", SchemaFactory.RequiredText("When it begins, such as \"09:00\"."), (d, v) => d.From = ReadTime(v, 24 * 60 - 1))
        {
            Required = true,
        },
        new(
            "to",
            SchemaFactory.RequiredText("When it is over, such as \"17:00\" or \"24:00\"; earlier than from: on the next day."),
            (d, v) => d.To = ReadTo(v, d.From)
        )
        {
            Required = true,
        },
        new(
            "timezone",
            SchemaFactory.Text("The time zone by its IANA name, such as \"Europe/Berlin\"; \"UTC\" unless given."),
            (d, v) => d.Zone = ReadZone(v)
        ),
    ]);

    public static ImmutableArray<DeployWindow> ReadAll(RequestValue value) =>
        [
            .. value
                .ReadItems(32)
                .Select(item => Binder.Read(item, new Request()))
                .Select(d => new DeployWindow(d.Days, d.From, d.To, d.Zone)),
        ];

    /// <summary>Null for null.</summary>
    public static string? ReadFrozen(RequestValue value)
    {
        if (value.IsNull)
            return null;
        if (!value.IsText)
            throw value.CreateTypeError("the reason as text, or null");
        return value.ReadLine(MaxReasonLength).Trim() is { Length: > 0 } reason
            ? reason
            : throw value.CreateError("is empty; expected the reason, or null for not frozen");
    }

    private static ImmutableArray<Weekday> ReadDays(RequestValue value)
    {
        if (value.IsNull)
            return [.. Enum.GetValues<Weekday>()];
        var days = value
            .ReadItems(Days.Length)
            .Select(item =>
                item.IsText ? (Weekday)Array.IndexOf(Days, item.ReadOneOf(Days)) : throw item.CreateTypeError(SentenceText.JoinWithOr(Days))
            )
            .Distinct()
            .Order()
            .ToImmutableArray();
        return days.Length > 0 ? days : throw value.CreateError("has no items; expected at least one day, or null for all");
    }

    private static int ReadTo(RequestValue value, int from)
    {
        var to = ReadTime(value, 24 * 60);
        return to != from
            ? to
            : throw value.CreateError("is the same as `from`; expected another time (\"00:00\" to \"24:00\" is a whole day)");
    }

    private static int ReadTime(RequestValue value, int max)
    {
        var expected = $"a time of the day from \"00:00\" to \"{Text(max)}\"";
        if (!value.IsText)
            throw value.CreateTypeError(expected);
        var text = value.ReadLine();
        return
            Time().Match(text) is { Success: true } match
            && int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * 60
                + int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture)
                is var minutes
            && minutes <= max
            ? minutes
            : throw value.CreateError($"is \"{ApiException.Shorten(text)}\"; expected {expected}");
    }

    private static string ReadZone(RequestValue value)
    {
        const string Expected = "the IANA name of a time zone that this machine knows, such as \"Europe/Berlin\"";
        if (value.IsNull)
            return "UTC";
        if (!value.IsText)
            throw value.CreateTypeError(Expected);
        var name = value.ReadLine().Trim();
        return ZoneName().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _)
            ? name
            : throw value.CreateError($"is \"{ApiException.Shorten(name)}\"; expected {Expected}");
    }

    public static string Text(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");

    public static string Text(Weekday day) => Days[(int)day];

    [GeneratedRegex("^([01][0-9]|2[0-4]):([0-5][0-9])\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    /// <summary>The system looks for it among its files.</summary>
    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ZoneName();

    public sealed class Request
    {
        public ImmutableArray<Weekday> Days { get; set; } = [.. Enum.GetValues<Weekday>()];

        public int From { get; set; }

        public int To { get; set; }

        public string Zone { get; set; } = "UTC";
    }
}
