using System.Collections.Immutable;
using System.Globalization;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests;

/// <summary>
/// When windows are open and open next; windows are written "mon,tue 09:00-17:00 Europe/Berlin", without days for every day.
/// </summary>
public class DeployWindowScheduleTests
{
    [Theory]
    [InlineData("mon 09:00-17:00 UTC", "2026-03-02T08:59:59Z", false)] // a Monday
    [InlineData("mon 09:00-17:00 UTC", "2026-03-02T09:00:00Z", true)]
    [InlineData("mon 09:00-17:00 UTC", "2026-03-02T16:59:59Z", true)]
    [InlineData("mon 09:00-17:00 UTC", "2026-03-02T17:00:00Z", false)]
    [InlineData("mon 09:00-17:00 UTC", "2026-03-03T12:00:00Z", false)]
    [InlineData("09:00-17:00 UTC", "2026-03-07T12:00:00Z", true)]
    [InlineData("sat 00:00-24:00 UTC", "2026-03-07T23:59:59Z", true)]
    [InlineData("sat 00:00-24:00 UTC", "2026-03-08T00:00:00Z", false)]
    // past midnight: the day is the one on which it begins
    [InlineData("fri 22:00-06:00 UTC", "2026-03-06T21:59:00Z", false)]
    [InlineData("fri 22:00-06:00 UTC", "2026-03-06T22:00:00Z", true)]
    [InlineData("fri 22:00-06:00 UTC", "2026-03-07T05:59:00Z", true)]
    [InlineData("fri 22:00-06:00 UTC", "2026-03-07T06:00:00Z", false)]
    [InlineData("fri 22:00-06:00 UTC", "2026-03-06T05:00:00Z", false)]
    [InlineData("sun 22:00-06:00 UTC", "2026-03-09T05:00:00Z", true)]
    // by the clocks there
    [InlineData("mon 09:00-17:00 Europe/Berlin", "2026-03-02T08:00:00Z", true)] // CET
    [InlineData("mon 09:00-17:00 Europe/Berlin", "2026-06-01T08:00:00Z", true)] // CEST
    [InlineData("mon 09:00-17:00 Europe/Berlin", "2026-06-01T15:30:00Z", false)]
    [InlineData("mon 09:00-17:00 America/New_York", "2026-03-02T14:00:00Z", true)] // EST
    [InlineData("mon 09:00-17:00 America/New_York", "2026-03-09T13:00:00Z", true)] // EDT since the day before
    [InlineData("mon 00:00-06:00 Pacific/Auckland", "2026-03-01T12:00:00Z", true)] // Monday there, Sunday in UTC
    // several
    [InlineData("mon 09:00-12:00 UTC; tue 13:00-15:00 Europe/Berlin", "2026-03-03T12:30:00Z", true)]
    [InlineData("mon 09:00-12:00 UTC; tue 13:00-15:00 Europe/Berlin", "2026-03-03T10:00:00Z", false)]
    // Berlin's clocks go from 02:00 to 03:00 on 2026-03-29, and from 03:00 to 02:00 on 2026-10-25
    [InlineData("02:15-02:45 Europe/Berlin", "2026-03-29T01:00:00Z", false)]
    [InlineData("02:15-03:45 Europe/Berlin", "2026-03-29T00:59:59Z", false)]
    [InlineData("02:15-03:45 Europe/Berlin", "2026-03-29T01:00:00Z", true)]
    [InlineData("02:15-02:45 Europe/Berlin", "2026-10-25T00:30:00Z", true)]
    [InlineData("02:15-02:45 Europe/Berlin", "2026-10-25T01:00:00Z", false)]
    [InlineData("02:15-02:45 Europe/Berlin", "2026-10-25T01:30:00Z", true)]
    [InlineData("00:00-24:00 Nowhere/Nothing", "2026-03-02T12:00:00Z", false)]
    public void A_window_is_open_by_the_clocks_of_its_zone(string windows, string now, bool open)
    {
        Assert.Equal(open, DeployWindowSchedule.IsOpen(Read(windows), Time(now)));
        Assert.Equal(open, DeployWindowSchedule.FindNextOpening(Time(now), Read(windows)) == Time(now));
    }

    [Theory]
    [InlineData("mon 09:00-17:00 UTC", "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z")]
    [InlineData("mon 09:00-17:00 UTC", "2026-03-02T08:00:30Z", "2026-03-02T09:00:00Z")]
    [InlineData("mon 09:00-17:00 UTC", "2026-03-02T17:00:00Z", "2026-03-09T09:00:00Z")]
    [InlineData("fri 22:00-06:00 UTC", "2026-03-07T06:00:00Z", "2026-03-13T22:00:00Z")]
    [InlineData("sun 23:00-01:00 UTC", "2026-03-07T12:00:00Z", "2026-03-08T23:00:00Z")]
    [InlineData("tue 13:00-15:00 UTC; mon 09:00-12:00 UTC", "2026-03-01T12:00:00Z", "2026-03-02T09:00:00Z")]
    [InlineData("tue 13:00-15:00 UTC; mon 09:00-12:00 UTC", "2026-03-02T12:00:00Z", "2026-03-03T13:00:00Z")]
    [InlineData("mon 00:30-06:00 Pacific/Auckland", "2026-03-01T00:00:00Z", "2026-03-01T11:30:00Z")]
    [InlineData("sun 23:30-24:00 Pacific/Honolulu", "2026-03-01T12:00:00Z", "2026-03-02T09:30:00Z")]
    // the change of clocks comes in between
    [InlineData("mon 09:00-17:00 Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T07:00:00Z")]
    [InlineData("mon 09:00-17:00 Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-26T08:00:00Z")]
    [InlineData("mon 09:00-17:00 America/New_York", "2026-03-07T12:00:00Z", "2026-03-09T13:00:00Z")]
    [InlineData("mon 09:00-17:00 America/New_York", "2026-10-31T12:00:00Z", "2026-11-02T14:00:00Z")]
    // it begins in the hour that is left out: when the clocks have jumped
    [InlineData("02:30-04:00 Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("02:30-04:00 America/New_York", "2026-03-08T06:00:00Z", "2026-03-08T07:00:00Z")]
    // it lies wholly in that hour: the next day
    [InlineData("02:15-02:45 Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-30T00:15:00Z")]
    // in the hour that comes twice it opens twice
    [InlineData("02:15-02:45 Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T00:15:00Z")]
    [InlineData("02:15-02:45 Europe/Berlin", "2026-10-25T00:45:00Z", "2026-10-25T01:15:00Z")]
    [InlineData("02:00-02:45 Europe/Berlin", "2026-10-25T00:45:00Z", "2026-10-25T01:00:00Z")]
    [InlineData("00:00-02:15 America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T05:30:00Z")]
    [InlineData("01:00-01:30 America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T06:00:00Z")]
    [InlineData("00:30-01:30 America/New_York", "2026-11-01T05:45:00Z", "2026-11-01T06:00:00Z")] // open again because the clocks went back
    [InlineData("00:00-24:00 Nowhere/Nothing", "2026-03-02T12:00:00Z", null)]
    public void It_opens_next(string windows, string now, string? opening) =>
        Assert.Equal(opening is null ? null : Time(opening), DeployWindowSchedule.FindNextOpening(Time(now), Read(windows)));

    [Theory]
    [InlineData("", "", "2026-03-02T12:00:00Z", "2026-03-02T12:00:00Z")]
    [InlineData("mon 09:00-17:00 UTC", "", "2026-03-02T18:00:00Z", "2026-03-09T09:00:00Z")]
    [InlineData("", "mon 09:00-17:00 UTC", "2026-03-02T18:00:00Z", "2026-03-09T09:00:00Z")]
    [InlineData("09:00-17:00 UTC", "12:00-20:00 UTC", "2026-03-02T10:00:00Z", "2026-03-02T12:00:00Z")]
    [InlineData("09:00-17:00 UTC", "12:00-20:00 UTC", "2026-03-02T18:00:00Z", "2026-03-03T12:00:00Z")]
    [InlineData("mon 09:00-17:00 UTC", "10:00-11:00 UTC; tue 09:00-17:00 UTC", "2026-03-02T12:00:00Z", "2026-03-09T10:00:00Z")]
    [InlineData("mon 09:00-17:00 Europe/Berlin", "08:00-10:00 America/New_York", "2026-03-01T12:00:00Z", "2026-03-02T13:00:00Z")]
    // 14:00 in Berlin is 09:00 in New York only in the weeks in which one of them has changed its clocks already
    [InlineData("14:00-14:30 Europe/Berlin", "09:00-09:30 America/New_York", "2026-02-01T12:00:00Z", "2026-03-08T13:00:00Z")]
    [InlineData("mon 09:00-17:00 UTC", "tue 09:00-17:00 UTC", "2026-03-02T12:00:00Z", null)]
    public void Both_sets_have_to_be_open(string service, string organization, string now, string? opening) =>
        Assert.Equal(
            opening is null ? null : Time(opening),
            DeployWindowSchedule.FindNextOpening(Time(now), Read(service), Read(organization))
        );

    [Fact]
    public void It_opens_at_the_first_minute_at_which_it_is_open()
    {
        // every window of a list, at times around the changes of clocks, compared with looking at every minute
        string[] all =
        [
            "02:15-02:45 Europe/Berlin",
            "mon 09:00-17:00 America/New_York",
            "sat,sun 22:00-03:30 Europe/Berlin",
            "sun 01:30-02:30 America/New_York",
            "fri 23:00-00:30 Asia/Kolkata",
        ];
        foreach (var windows in all.Select(Read))
        foreach (var start in (string[])["2026-03-07T23:00:00Z", "2026-03-28T20:00:00Z", "2026-10-24T22:00:00Z", "2026-10-31T20:00:00Z"])
        {
            var minute = Time(start);
            while (!DeployWindowSchedule.IsOpen(windows, minute))
                minute = minute.AddMinutes(1);
            Assert.Equal(minute, DeployWindowSchedule.FindNextOpening(Time(start), windows));
        }
    }

    public static ImmutableArray<DeployWindow> Read(string windows) =>
        [
            .. windows
                .Split("; ", StringSplitOptions.RemoveEmptyEntries)
                .Select(window =>
                {
                    var parts = window.Split(' ');
                    var days =
                        parts.Length == 3
                            ? parts[0]
                                .Split(',')
                                .Select(day =>
                                    Enum.GetValues<Weekday>().Single(d => d.ToString().StartsWith(day, StringComparison.OrdinalIgnoreCase))
                                )
                            : Enum.GetValues<Weekday>();
                    var times = parts[^2]
                        .Split('-')
                        .Select(time => time.Split(':').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray())
                        .Select(n => (n[0] * 60) + n[1])
                        .ToArray();
                    return new DeployWindow([.. days], times[0], times[1], parts[^1]);
                }),
        ];

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
