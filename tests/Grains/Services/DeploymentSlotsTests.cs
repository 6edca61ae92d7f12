using AutoDeploy.Deployments;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests.Services;

public class DeploymentSlotsTests
{
    [Fact]
    public void What_has_begun_runs_and_the_last_of_the_others_waits()
    {
        var (first, second, third) = (Deployment(), Deployment() with { State = DeploymentState.InProgress }, Deployment());
        Assert.Equal((second, third), Fill(first, second, third));
        Assert.Equal((first, third), Fill(first, third));
        Assert.Equal((first, null), Fill(first));
        Assert.Equal((null, null), Fill());
    }

    [Fact]
    public void They_are_read_again_when_they_may_have_changed()
    {
        var slots = new DeploymentSlots();
        Assert.False(slots.AreKnown);
        slots.Fill([]);
        Assert.True(slots.AreKnown);
        slots.Forget();
        Assert.False(slots.AreKnown);
    }

    [Fact]
    public void The_waiting_one_is_taken_when_the_running_one_has_ended()
    {
        var (running, waiting) = (Deployment(), Deployment());
        var slots = new DeploymentSlots { Running = running, Waiting = waiting };
        slots.Release(waiting);
        Assert.Null(slots.TakeWaiting());
        Assert.Equal(waiting, slots.Waiting);
        slots.Release(running);
        Assert.Equal(waiting, slots.TakeWaiting());
        Assert.Null(slots.Waiting);
    }

    [Fact]
    public void A_push_stops_the_redeploy_of_another_push_but_not_twice_in_a_row()
    {
        var running = Deployment();
        var slots = new DeploymentSlots { Running = running };
        Assert.Equal(running, slots.FindOutdated());

        slots.Release(running with { State = DeploymentState.Canceled });
        slots.Running = Deployment();
        Assert.Null(slots.FindOutdated());

        slots.Release(slots.Running with { State = DeploymentState.Success });
        slots.Running = running;
        Assert.Equal(running, slots.FindOutdated());
    }

    [Theory]
    [InlineData(Operation.Start, CauseKind.Push)]
    [InlineData(Operation.Redeploy, CauseKind.Person)]
    [InlineData(Operation.Redeploy, CauseKind.Trigger)]
    public void What_somebody_asked_for_goes_on_to_its_end(Operation operation, CauseKind cause) =>
        Assert.Null(
            new DeploymentSlots
            {
                Running = Deployment() with
                {
                    Operation = operation,
                    Cause = new DeploymentCause { Kind = cause },
                },
            }.FindOutdated()
        );

    [Fact]
    public void The_newest_says_which_tag_and_commit_the_service_comes_to()
    {
        var slots = new DeploymentSlots { Running = Deployment() with { Image = "reg.acme.com/web:1", Commit = "a" } };
        Assert.Equal(("1", "a"), (slots.FindTag(), slots.FindCommit()));
        slots.Waiting = Deployment() with { Image = "reg.acme.com/web:2", Commit = "b" };
        Assert.Equal(("2", "b"), (slots.FindTag(), slots.FindCommit()));
        slots.Waiting = slots.Waiting with { Operation = Operation.Scale };
        Assert.Equal((null, null), (slots.FindTag(), slots.FindCommit()));
    }

    [Fact]
    public void A_digest_is_deployed_as_looked_up_or_as_its_push_told()
    {
        var (one, two) = ("sha256:" + new string('1', 64), "sha256:" + new string('2', 64));
        var slots = new DeploymentSlots { Running = Deployment() with { Image = $"reg.acme.com/web:1@{one}" } };
        Assert.Equal(one, slots.FindDigest(two));
        slots.RecordVersion(Guid.NewGuid(), two, isCommit: false);
        Assert.Equal(one, slots.FindDigest(null));
        slots.RecordVersion(slots.Running!.Uuid, two, isCommit: false);
        Assert.Equal(two, slots.FindDigest(null));
        slots.Waiting = Deployment() with { Digest = one };
        Assert.Equal(one, slots.FindDigest(one));
        Assert.Equal(two, slots.FindDigest(null));
    }

    private static (Deployment?, Deployment?) Fill(params Deployment[] open)
    {
        var slots = new DeploymentSlots();
        slots.Fill(open);
        return (slots.Running, slots.Waiting);
    }

    private static Deployment Deployment() =>
        new()
        {
            Uuid = Guid.NewGuid(),
            ServiceId = Guid.Empty,
            Operation = Operation.Redeploy,
            State = DeploymentState.Pending,
            Cause = new DeploymentCause { Kind = CauseKind.Push },
            Created = DateTimeOffset.UnixEpoch,
        };
}
