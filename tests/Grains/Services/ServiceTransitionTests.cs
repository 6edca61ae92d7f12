using AutoDeploy.Deployments;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests.Services;

public class ServiceTransitionTests
{
    private static readonly DateTimeOffset Noon = new(2025, 10, 9, 12, 0, 0, TimeSpan.Zero);

    private static readonly Service Running = new()
    {
        Uuid = Guid.NewGuid(),
        Organization = "default",
        Name = "web",
        Created = Noon.AddDays(-1),
        Settings = new ServiceSettings { Image = "reg.acme.com/web:1" },
        Status = ServiceStatus.Running,
        WantsToRun = true,
        Current = Version(3),
        Previous = [Version(2)],
        Available = Version(4),
        Failed = ["sha256:5"],
        MovedTag = "2",
        Revision = 7,
        ContainerRevision = 2,
        Containers = [Container("a", running: true)],
    };

    [Theory]
    [InlineData(Operation.Start, true, true)]
    [InlineData(Operation.Redeploy, true, true)]
    [InlineData(Operation.Scale, false, false)]
    [InlineData(Operation.Stop, false, true)]
    [InlineData(Operation.Terminate, false, false)]
    public void A_deployment_that_succeeded_says_whether_the_service_is_to_run(Operation operation, bool wanted, bool trusted)
    {
        var before = Running with { WantsToRun = operation is Operation.Stop or Operation.Terminate, StoppedByHand = true };
        var after = before.Complete(Outcome(operation, DeploymentState.Success), Noon);
        Assert.Equal(wanted, after.WantsToRun);
        Assert.Equal(!trusted, after.StoppedByHand);
        Assert.Equal(operation == Operation.Terminate, after.Status == ServiceStatus.Terminated);
        Assert.Equal(after, after.Complete(Outcome(operation, DeploymentState.Success), Noon) with { Containers = after.Containers });
    }

    [Fact]
    public void A_proven_version_becomes_the_current_one_and_clears_what_failed()
    {
        var after = Running.Complete(Outcome(Operation.Redeploy, DeploymentState.Success) with { Version = Version(6) }, Noon);
        Assert.Equal("sha256:6", after.Current!.Digest);
        Assert.Equal(["sha256:3", "sha256:2"], after.Previous.Select(version => version.Digest));
        Assert.Empty(after.Failed);
        Assert.Null(after.RolledBackFrom);
        Assert.Null(after.Available);
    }

    [Fact]
    public void A_failed_version_is_noted_once_and_the_current_one_stays()
    {
        var outcome = Outcome(Operation.Redeploy, DeploymentState.Failed) with { Failed = "sha256:6" };
        var after = Running.Complete(outcome, Noon).Complete(outcome, Noon);
        Assert.Equal((string[])["sha256:6", "sha256:5"], after.Failed);
        Assert.Equal(Version(3), after.Current);
        Assert.Equal(Version(4), after.Available);
    }

    [Fact]
    public void Not_more_failed_versions_are_kept_than_there_is_room_for()
    {
        var service = Running;
        for (var i = 0; i < 30; i++)
            service = service.Complete(Outcome(Operation.Redeploy, DeploymentState.Failed) with { Failed = $"sha256:f{i}" }, Noon);
        Assert.Equal(20, service.Failed.Length);
        Assert.Equal("sha256:f29", service.Failed[0]);
    }

    [Fact]
    public void A_rollback_notes_what_was_gone_back_from_and_keeps_the_versions_age()
    {
        var outcome = Outcome(Operation.Redeploy, DeploymentState.Success) with { Version = Version(2) with { Time = Noon } };
        outcome = outcome with { Deployment = outcome.Deployment with { RollbackTime = Version(2).Time } };
        var after = Running.Complete(outcome, Noon);
        Assert.Equal(Version(2).Time, after.Current!.Time);
        Assert.Equal(Noon, after.Deployed);
        Assert.Equal(Version(3), after.RolledBackFrom);
    }

    [Fact]
    public void Settings_count_their_revision_and_that_of_the_containers_where_they_concern_them()
    {
        var same = Running.Configure(Running.Settings with { Autoredeploy = true }, Noon);
        Assert.Equal((8, 2), (same.Revision, same.ContainerRevision));
        Assert.Equal((Version(4), "2", null), (same.Available, same.MovedTag, same.ImageChanged));

        var tag = Running.Configure(Running.Settings with { Image = "reg.acme.com/web:9" }, Noon);
        Assert.Equal((null, Noon), (tag.MovedTag, tag.ImageChanged));
        Assert.Equal((string[])["sha256:5"], tag.Failed);

        var other = Running.Configure(Running.Settings with { Image = "reg.acme.com/other:1" }, Noon);
        Assert.Null(other.Available);
        Assert.Empty(other.Failed);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    public void Who_stopped_or_removed_the_containers_stopped_the_service(bool stopRequested, bool removed, bool byHand)
    {
        var after = Running.Observe(removed ? [] : [Container("a", running: false)], stopRequested, Noon);
        Assert.Equal(byHand, after.StoppedByHand);
        Assert.Equal(Noon, after.Stopped);
        Assert.True(after.DiffersInContainers(Running));
    }

    [Fact]
    public void What_is_up_again_was_not_stopped_and_the_same_is_no_change()
    {
        var stopped = Running.Observe([], false, Noon);
        Assert.True(stopped.Observe([], false, Noon.AddHours(1)).StoppedByHand);
        Assert.False(stopped.Observe([Container("a", running: true)], true, Noon).StoppedByHand);
        Assert.False(Running.Observe([Container("a", running: true)], false, Noon).DiffersInContainers(Running));
    }

    [Fact]
    public void A_stop_is_a_persons_unless_the_container_was_started_again_since()
    {
        var stop = new StopRequest("a", Noon);
        Assert.True(Running.IsStoppedByHand(stop, []));
        Assert.True(Running.IsStoppedByHand(stop, [Container("a", running: true) with { Started = Noon.AddSeconds(-1) }]));
        Assert.False(Running.IsStoppedByHand(stop, [Container("a", running: true) with { Started = Noon.AddSeconds(1) }]));
        Assert.False((Running with { Containers = [] }).IsStoppedByHand(stop, []));
    }

    [Fact]
    public void A_version_is_remembered_unless_it_runs_or_is_known()
    {
        Assert.Equal(Version(6), Running.Remember(Version(6)).Available);
        Assert.Same(Running, Running.Remember(Version(3)));
        Assert.Same(Running, Running.Remember(Version(4)));
    }

    [Fact]
    public void A_push_concerns_a_service_of_its_organization_and_source_that_is_not_terminated()
    {
        var push = new Push
        {
            Uuid = Guid.NewGuid(),
            Sender = "hub",
            Delivery = "1",
            Source = Running.Sources[0],
            Organization = "default",
            Tag = "1",
            Received = Noon,
        };
        Assert.True(Running.IsSubscribedTo(push));
        Assert.False(Running.IsSubscribedTo(push with { Organization = "other" }));
        Assert.False(Running.IsSubscribedTo(push with { Source = "reg.acme.com/other" }));
        Assert.False((Running with { Status = ServiceStatus.Terminating }).IsSubscribedTo(push));
    }

    private static DeploymentOutcome Outcome(Operation operation, DeploymentState state) =>
        new()
        {
            Deployment = new Deployment
            {
                Uuid = Guid.NewGuid(),
                ServiceId = Running.Uuid,
                Operation = operation,
                State = state,
                Cause = new DeploymentCause { Kind = CauseKind.Person },
                Created = Noon,
            },
        };

    private static ContainerView Container(string id, bool running) =>
        new()
        {
            Uuid = Guid.Empty,
            Id = id,
            Name = "web-1",
            Slot = 1,
            Running = running,
            Image = "reg.acme.com/web:1",
        };

    private static ServiceVersion Version(int number) =>
        new()
        {
            Image = ImageName.Parse("reg.acme.com/web:1"),
            Digest = $"sha256:{number}",
            Time = DateTimeOffset.UnixEpoch.AddDays(number),
        };
}
