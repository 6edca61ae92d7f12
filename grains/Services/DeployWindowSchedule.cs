using System.Collections.Immutable;

namespace AutoDeploy.Services;

/// <summary>
/// When deployment windows are open; a pure function of the time. Of each set one window has to be open; a set without windows always is.
/// </summary>
public static class DeployWindowSchedule
{
    /// <summary>Two sets that do not meet within a year, with all its changes of clocks, never do.</summary>
    private const int Days = 370;

    public static bool IsOpen(ImmutableArray<DeployWindow> windows, DateTimeOffset now) =>
        windows.IsEmpty || windows.Any(window => window.IsOpen(now));

    /// <summary>The first time from now on at which all sets are open: now, if they are. Null: never.</summary>
    public static DateTimeOffset? FindNextOpening(DateTimeOffset now, params ImmutableArray<DeployWindow>[] sets)
    {
        if (Array.TrueForAll(sets, set => IsOpen(set, now)))
            return now;
        var windows = sets.SelectMany(set => set).ToList();
        var first = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var zones = windows.Select(window => window.Zone).Distinct().Select(Find).OfType<TimeZoneInfo>().ToList();
        for (var day = 0; day < Days; day++)
        {
            // with the clocks as a week before it is closed as it was then
            var at = first.AddDays(day);
            if (day > 7 && zones.TrueForAll(zone => IsAsBefore(zone, at) && IsAsBefore(zone, at.AddDays(1))))
                continue;

            // what is closed opens when a window begins, or when the clocks are changed
            var moments = windows.SelectMany(window => GetBoundaries(window, at)).Order();
            foreach (var moment in moments)
                if (moment > now && Array.TrueForAll(sets, set => IsOpen(set, moment)))
                    return moment;
        }

        return null;
    }

    private static TimeZoneInfo? Find(string zone) => TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : null;

    private static bool IsAsBefore(TimeZoneInfo zone, DateTimeOffset time) =>
        zone.GetUtcOffset(time) == zone.GetUtcOffset(time.AddDays(-7));

    /// <summary>The times in a day of UTC at which the window can open.</summary>
    private static IEnumerable<DateTimeOffset> GetBoundaries(DeployWindow window, DateTimeOffset day)
    {
        if (Find(window.Zone) is not { } zone)
            yield break;
        var end = day.AddDays(1);

        // a day there can lie in three of UTC
        for (var date = day.UtcDateTime.Date.AddDays(-1); date <= end.UtcDateTime.Date; date = date.AddDays(1))
        {
            if (!window.IsOnDay(date.DayOfWeek))
                continue;
            var local = DateTime.SpecifyKind(date.AddMinutes(window.From), DateTimeKind.Unspecified);
            if (zone.IsInvalidTime(local))
                continue;
            var offsets = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local) : [zone.GetUtcOffset(local)];
            foreach (var moment in offsets.Select(offset => new DateTimeOffset(local, offset).ToUniversalTime()))
                if (moment >= day && moment < end)
                    yield return moment;
        }

        if (zone.GetUtcOffset(day) != zone.GetUtcOffset(end))
            yield return FindOffsetChange(zone, day);
    }

    /// <summary>The minute of the day, or the beginning of the next day, from which the clocks of the zone go otherwise.</summary>
    private static DateTimeOffset FindOffsetChange(TimeZoneInfo zone, DateTimeOffset day)
    {
        var before = zone.GetUtcOffset(day);
        var (low, high) = (0, 24 * 60);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = zone.GetUtcOffset(day.AddMinutes(middle)) == before ? (middle, high) : (low, middle);
        }

        return day.AddMinutes(high);
    }
}
