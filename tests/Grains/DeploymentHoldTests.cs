using AutoDeploy.Organizations;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests;

/// <summary>What holds a push that would be deployed, and what it says.</summary>
public class DeploymentHoldTests
{
    /// <summary>A Monday.</summary>
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly ServiceSettings Free = new() { Image = "reg.acme.com/web:1" };

    private static readonly ServiceSettings Tuesdays = Free with
    {
        Windows = DeployWindowScheduleTests.Read("tue 09:00-17:00 Europe/Berlin"),
    };

    private static readonly OrganizationSettings Nobody = new();

    [Fact]
    public void Nothing_holds_what_nothing_is_set_for() => Assert.Null(DeploymentHold.Find(Free, Nobody, approved: false, Noon));

    [Fact]
    public void A_freeze_holds_with_its_reason_and_no_end() =>
        Assert.Equal(
            new DeploymentHold(VerdictReasons.Frozen, "The service is frozen: audit.", null),
            DeploymentHold.Find(Free with { Frozen = "audit" }, Nobody, false, Noon)
        );

    [Fact]
    public void The_organizations_freeze_holds_too() =>
        Assert.Equal(
            new DeploymentHold(VerdictReasons.Frozen, "The organization is frozen: Black Friday!", null),
            DeploymentHold.Find(Free, Nobody with { Frozen = "Black Friday!" }, false, Noon)
        );

    [Fact]
    public void A_closed_window_says_when_it_opens_by_its_own_clocks() =>
        Assert.Equal(
            new DeploymentHold(
                VerdictReasons.Window,
                "The service's deployment window is closed until Tuesday, 2026-03-03 09:00 (Europe/Berlin).",
                new DateTimeOffset(2026, 3, 3, 8, 0, 0, TimeSpan.Zero)
            ),
            DeploymentHold.Find(Tuesdays, Nobody, false, Noon)
        );

    [Fact]
    public void An_open_window_holds_nothing() => Assert.Null(DeploymentHold.Find(Tuesdays, Nobody, false, Noon.AddDays(1)));

    [Fact]
    public void The_organizations_window_has_to_be_open_too()
    {
        var organization = Nobody with { Windows = DeployWindowScheduleTests.Read("wed 00:00-24:00 UTC; tue 15:00-18:00 UTC") };
        var hold = DeploymentHold.Find(Tuesdays, organization, false, Noon.AddDays(1))!;
        Assert.Equal(
            (VerdictReasons.Window, "The organization's deployment window is closed until Tuesday, 2026-03-03 15:00 (UTC)."),
            (hold.Reason, hold.Detail)
        );
    }

    [Fact]
    public void Windows_that_never_meet_say_so()
    {
        var hold = DeploymentHold.Find(
            Tuesdays,
            Nobody with
            {
                Windows = DeployWindowScheduleTests.Read("wed 09:00-17:00 Europe/Berlin"),
            },
            false,
            Noon
        )!;
        Assert.Equal((VerdictReasons.Window, null), (hold.Reason, hold.Until));
        Assert.Contains("no time", hold.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_approval_can_be_given_before_a_window_opens_and_does_not_open_it()
    {
        var service = Tuesdays with { ApprovalRequired = true };
        var hold = DeploymentHold.Find(service, Nobody, approved: false, Noon)!;
        Assert.Equal((VerdictReasons.Approval, null), (hold.Reason, hold.Until));
        Assert.Contains("closed until Tuesday", hold.Detail, StringComparison.Ordinal);
        Assert.Equal(VerdictReasons.Window, DeploymentHold.Find(service, Nobody, approved: true, Noon)!.Reason);
        Assert.Equal(VerdictReasons.Frozen, DeploymentHold.Find(service with { Frozen = "audit" }, Nobody, approved: true, Noon)!.Reason);
        Assert.Null(DeploymentHold.Find(service, Nobody, approved: true, Noon.AddDays(1)));
        Assert.Equal(VerdictReasons.Approval, DeploymentHold.Find(service, Nobody, approved: false, Noon.AddDays(1))!.Reason);
    }

    [Fact]
    public void A_person_needs_no_approval_but_an_open_window()
    {
        Assert.Null(DeploymentHold.FindClosed(Free with { ApprovalRequired = true }, Nobody, Noon));
        Assert.Equal(VerdictReasons.Window, DeploymentHold.FindClosed(Tuesdays, Nobody, Noon)!.Reason);
    }
}
