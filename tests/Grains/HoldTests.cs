using AutoDeploy.Organizations;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests;

/// <summary>What holds a push that would be deployed, and what it says.</summary>
public class HoldTests
{
    /// <summary>A Monday.</summary>
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly ServiceSettings Free = new() { Image = "reg.acme.com/web:1" };

    private static readonly ServiceSettings Tuesdays = Free with { Windows = DeployWindowsTests.Read("tue 09:00-17:00 Europe/Berlin") };

    private static readonly OrganizationSettings Nobody = new();

    [Fact]
    public void Nothing_holds_what_nothing_is_set_for() => Assert.Null(Hold.Of(Free, Nobody, approved: false, Noon));

    [Fact]
    public void A_freeze_holds_with_its_reason_and_no_end() =>
        Assert.Equal(new Hold(Reasons.Frozen, "The service is frozen: audit.", null), Hold.Of(Free with { Frozen = "audit" }, Nobody, false, Noon));

    [Fact]
    public void The_organizations_freeze_holds_too() =>
        Assert.Equal(new Hold(Reasons.Frozen, "The organization is frozen: Black Friday!", null), Hold.Of(Free, Nobody with { Frozen = "Black Friday!" }, false, Noon));

    [Fact]
    public void A_closed_window_says_when_it_opens_by_its_own_clocks() => Assert.Equal(
        new Hold(Reasons.Window, "The service's deployment window is closed until Tuesday, 2026-03-03 09:00 (Europe/Berlin).", new DateTimeOffset(2026, 3, 3, 8, 0, 0, TimeSpan.Zero)),
        Hold.Of(Tuesdays, Nobody, false, Noon));

    [Fact]
    public void An_open_window_holds_nothing() => Assert.Null(Hold.Of(Tuesdays, Nobody, false, Noon.AddDays(1)));

    [Fact]
    public void The_organizations_window_has_to_be_open_too()
    {
        var organization = Nobody with { Windows = DeployWindowsTests.Read("wed 00:00-24:00 UTC; tue 15:00-18:00 UTC") };
        var hold = Hold.Of(Tuesdays, organization, false, Noon.AddDays(1))!;
        Assert.Equal((Reasons.Window, "The organization's deployment window is closed until Tuesday, 2026-03-03 15:00 (UTC)."), (hold.Reason, hold.Detail));
    }

    [Fact]
    public void Windows_that_never_meet_say_so()
    {
        var hold = Hold.Of(Tuesdays, Nobody with { Windows = DeployWindowsTests.Read("wed 09:00-17:00 Europe/Berlin") }, false, Noon)!;
        Assert.Equal((Reasons.Window, null), (hold.Reason, hold.Until));
        Assert.Contains("no time", hold.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_approval_can_be_given_before_a_window_opens_and_does_not_open_it()
    {
        var service = Tuesdays with { ApprovalRequired = true };
        var hold = Hold.Of(service, Nobody, approved: false, Noon)!;
        Assert.Equal((Reasons.Approval, null), (hold.Reason, hold.Until));
        Assert.Contains("closed until Tuesday", hold.Detail, StringComparison.Ordinal);
        Assert.Equal(Reasons.Window, Hold.Of(service, Nobody, approved: true, Noon)!.Reason);
        Assert.Equal(Reasons.Frozen, Hold.Of(service with { Frozen = "audit" }, Nobody, approved: true, Noon)!.Reason);
        Assert.Null(Hold.Of(service, Nobody, approved: true, Noon.AddDays(1)));
        Assert.Equal(Reasons.Approval, Hold.Of(service, Nobody, approved: false, Noon.AddDays(1))!.Reason);
    }

    [Fact]
    public void A_person_needs_no_approval_but_an_open_window()
    {
        Assert.Null(Hold.Closed(Free with { ApprovalRequired = true }, Nobody, Noon));
        Assert.Equal(Reasons.Window, Hold.Closed(Tuesdays, Nobody, Noon)!.Reason);
    }
}
