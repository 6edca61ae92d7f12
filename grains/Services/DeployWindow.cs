using System.Collections.Immutable;

namespace AutoDeploy.Services;

/// <summary>A time of the week in which pushes are deployed, by the clocks of one time zone.</summary>
/// <param name="Days">The days on which it begins; at least one.</param>
/// <param name="From">Minutes after midnight at which it begins, 0 to 1,439.</param>
/// <param name="To">Minutes after midnight at which it is over, 0 to 1,440; less than <paramref name="From"/>: on the next day.</param>
/// <param name="Zone">The IANA name of the time zone: <c>Europe/Berlin</c>.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.DeployWindow")]
public sealed record DeployWindow(
    [property: Id(0)] ImmutableArray<Weekday> Days,
    [property: Id(1)] int From,
    [property: Id(2)] int To,
    [property: Id(3)] string Zone
)
{
    /// <summary>
    /// Whether the clocks there show a time in the window. An hour that they show twice counts twice, one that they leave out not at all.
    /// In a zone that is not known here it is never open.
    /// </summary>
    public bool IsOpen(DateTimeOffset now)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone))
            return false;
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var minute = (local.Hour * 60) + local.Minute;
        var today = IsOnDay(local.DayOfWeek);
        return From < To
            ? today && minute >= From && minute < To
            : (today && minute >= From) || (minute < To && IsOnDay((DayOfWeek)(((int)local.DayOfWeek + 6) % 7)));
    }

    /// <summary>Whether it begins on such a day.</summary>
    public bool IsOnDay(DayOfWeek day) => Days.Contains((Weekday)(((int)day + 6) % 7));
}
