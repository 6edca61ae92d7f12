using AutoDeploy.Chaos.Tests.Model;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests;

/// <summary>What the model takes for lawful, and what not.</summary>
public class InvariantOracleTests
{
    private static readonly Scenario Quiet = new()
    {
        Part = new ServiceRole("web", "shop"),
        Before = new ServiceSnapshot("old", "old", Runs: true),
        After = new ServiceSnapshot("old", "old", Runs: true),
    };

    /// <summary>A good push that was deployed.</summary>
    private static readonly Scenario Pushed = Quiet with
    {
        Pushes = [new PushFact("new", Good: true)],
        Verdicts = [new VerdictFact("1", "new", "new", "a")],
        Actions = [Redeploy("a", "Success", "new")],
        After = new ServiceSnapshot("new", "new", Runs: true),
    };

    private static readonly Scenario PushedBroken = Quiet with
    {
        Pushes = [new PushFact("bad", Good: false)],
        Broken = ["bad"],
        Verdicts = [new VerdictFact("1", "bad", "new", "a")],
        Actions = [Redeploy("a", "Failed", "bad")],
    };

    [Fact]
    public void Nothing_happened_and_nothing_changed()
    {
        Lawful(Quiet);
        Unlawful(Quiet with { After = Quiet.After with { Digest = "new" } }, "expected to be at old");
        Unlawful(Quiet with { After = Quiet.After with { Runs = false } }, "expected to run");
    }

    [Fact]
    public void A_good_push_has_to_run()
    {
        Lawful(Pushed);
        Unlawful(Pushed with { After = Quiet.After, Actions = [] }, "expected to be at new");
        Unlawful(Pushed with { After = Quiet.After, Actions = [Redeploy("a", "Failed", "new")] }, "nothing was wrong");
        Unlawful(Pushed with { After = Quiet.After }, "the last action that succeeded");
    }

    [Fact]
    public void The_latest_of_several_has_to_run()
    {
        var two = Pushed with { Pushes = [new PushFact("new", true), new PushFact("newer", true)] };
        Unlawful(two, "expected to be at newer");
        Lawful(
            two with
            {
                Actions = [.. two.Actions, Redeploy("b", "Success", "newer")],
                After = new ServiceSnapshot("newer", "newer", true),
            }
        );
        Lawful(two with { Reversed = true });
    }

    [Fact]
    public void A_broken_push_changes_nothing()
    {
        Lawful(PushedBroken);
        Unlawful(
            PushedBroken with
            {
                Actions = [Redeploy("a", "Success", "bad")],
                After = new ServiceSnapshot("bad", "bad", true),
            },
            "is broken, and still it succeeded"
        );
        Lawful(PushedBroken with { Actions = [Redeploy("a", "Success", "bad") with { Result = "bad failed before; nothing was done." }] });
    }

    [Fact]
    public void A_fault_excuses_a_failure_and_nothing_else()
    {
        var failed = Pushed with { MayFail = true, Actions = [Redeploy("a", "Failed", null)], After = Quiet.After };
        Lawful(failed);
        Lawful(failed with { Reversed = true });
        Unlawful(failed with { Reversed = true, Actions = [] }, "expected to be at new");
        Unlawful(failed with { MayFail = false }, "nothing was wrong");
        Unlawful(failed with { Actions = [] }, "expected to be at new");
        Unlawful(failed with { After = new ServiceSnapshot("other", "new", true) }, "expected to be at new or old");
    }

    [Fact]
    public void A_stopped_service_stays_stopped_whatever_is_pushed()
    {
        var stopped = Quiet with
        {
            Before = Quiet.Before with { Runs = false },
            After = Quiet.After with { Runs = false },
            Pushes = Pushed.Pushes,
            Verdicts = [new VerdictFact("1", "new", "stopped", null)],
        };
        Lawful(stopped);
        Unlawful(stopped with { After = stopped.After with { Runs = true } }, "expected to be stopped");
        Unlawful(stopped with { Verdicts = Pushed.Verdicts }, "though the service is stopped");
    }

    [Fact]
    public void With_autoredeploy_off_only_a_person_brings_a_version()
    {
        var off = Quiet with
        {
            Part = Quiet.Part with { Autoredeploy = false },
            Pushes = Pushed.Pushes,
            Verdicts = [new VerdictFact("1", "new", "autoredeploy_off", null)],
        };
        Lawful(off);
        Unlawful(off with { Verdicts = Pushed.Verdicts, Actions = Pushed.Actions, After = Pushed.After }, "though autoredeploy is off");
        Lawful(off with { Actions = [Redeploy("a", "Success", "new") with { ByPerson = true, Push = null }], After = Pushed.After });
    }

    [Fact]
    public void The_last_whose_wish_was_granted_decides_whether_it_runs()
    {
        var stop = new ActionFact("s", "Service Stop", "Success", null, ByPerson: true, null, "");
        Lawful(Quiet with { Actions = [stop], After = Quiet.After with { Runs = false } });
        Unlawful(Quiet with { Actions = [stop] }, "expected to be stopped");
        Lawful(Quiet with { Actions = [stop, stop with { Uuid = "t", Operation = "Service Start" }] });
    }

    [Theory]
    [InlineData("tag")]
    [InlineData("older")]
    [InlineData("stopped")]
    [InlineData("failed_before")]
    public void A_reason_has_to_be_true(string reason) =>
        Unlawful(Pushed with { Verdicts = [new VerdictFact("1", "new", reason, null)] }, "is not what it can mean");

    [Fact]
    public void What_is_canceled_gave_way_to_something_newer() =>
        Unlawful(Pushed with { Actions = [.. Pushed.Actions, Redeploy("b", "Canceled", null)] }, "nothing newer is there");

    private static ActionFact Redeploy(string uuid, string state, string? digest) =>
        new(uuid, "Service Redeploy", state, "push", ByPerson: false, digest, "");

    private static void Lawful(Scenario scenario) => Assert.Empty(InvariantOracle.ListViolations(scenario));

    private static void Unlawful(Scenario scenario, string because) =>
        Assert.Contains(InvariantOracle.ListViolations(scenario), objection => objection.Contains(because, StringComparison.Ordinal));
}
