using AutoDeploy.Deployments;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests.Services;

public class RollbackTargetsTests
{
    private static readonly Service Service = new()
    {
        Uuid = Guid.NewGuid(),
        Organization = "default",
        Name = "web",
        Created = DateTimeOffset.UnixEpoch,
        Settings = new ServiceSettings { Image = "reg.acme.com/web:1" },
        Current = Version(3),
        Previous = [Version(2), Version(1)],
    };

    [Fact]
    public void The_last_version_is_the_newest_before_the_one_that_runs()
    {
        Assert.Equal(Version(2), RollbackTargets.FindPrevious(Service));
        Assert.Equal(Version(1), RollbackTargets.FindPrevious(Service with { Current = Version(2), Previous = [Version(3), Version(1)] }));
        Assert.Null(RollbackTargets.FindPrevious(Service with { Current = Version(1), Previous = [Version(2), Version(3)] }));
        Assert.Null(RollbackTargets.FindPrevious(Service with { Current = null }));
    }

    [Fact]
    public void As_many_as_are_kept_are_kept_and_none_twice()
    {
        Assert.Equal((ServiceVersion[])[Version(3), Version(2)], RollbackTargets.ListAfter(Service, Version(4)));
        Assert.Equal((ServiceVersion[])[Version(3), Version(1)], RollbackTargets.ListAfter(Service, Version(2)));
        Assert.Equal((ServiceVersion[])[Version(2), Version(1)], RollbackTargets.ListAfter(Service, Version(3)));
        Assert.Empty(RollbackTargets.ListAfter(Service with { Current = null, Previous = [] }, Version(1)));
    }

    [Fact]
    public void What_was_gone_back_from_is_the_newest_until_one_is_as_new()
    {
        Assert.Equal(Version(3), RollbackTargets.FindRolledBackFrom(Service, Version(2)));
        var back = Service with { Current = Version(2), Previous = [Version(3), Version(1)], RolledBackFrom = Version(3) };
        Assert.Equal(Version(3), RollbackTargets.FindRolledBackFrom(back, Version(1)));
        Assert.Null(RollbackTargets.FindRolledBackFrom(back, Version(3)));
        Assert.Null(RollbackTargets.FindRolledBackFrom(Service with { Current = null }, Version(3)));
    }

    [Fact]
    public void It_covers_what_is_known_not_to_be_newer()
    {
        var back = Service with { Current = Version(1), Previous = [Version(2), Version(3)], RolledBackFrom = Version(2) };
        Assert.True(RollbackTargets.Covers(back, "sha256:2"));
        Assert.False(RollbackTargets.Covers(back, "sha256:3"));
        Assert.False(RollbackTargets.Covers(back, "sha256:4"));
        Assert.False(RollbackTargets.Covers(Service, "sha256:2"));
    }

    [Fact]
    public void A_deployment_that_replaced_the_containers_has_proven_its_version()
    {
        var proven = Deployment("sha256:9");
        Assert.Equal(
            new ServiceVersion
            {
                Image = ImageName.Parse("reg.acme.com/web:9"),
                Digest = "sha256:9",
                Time = DateTimeOffset.UnixEpoch.AddDays(5),
            },
            RollbackTargets.FindProvenBy(Service, proven)
        );
        Assert.Equal(Version(2), RollbackTargets.FindProvenBy(Service, Deployment("sha256:2")));
        var first = DateTimeOffset.UnixEpoch.AddDays(1);
        Assert.Equal(first, RollbackTargets.FindProvenBy(Service, proven with { RollbackTime = first })!.Time);
    }

    [Fact]
    public void Other_deployments_have_proven_nothing()
    {
        var proven = Deployment("sha256:9");
        Assert.Null(RollbackTargets.FindProvenBy(Service, null));
        Assert.Null(RollbackTargets.FindProvenBy(Service, proven with { ServiceId = Guid.NewGuid() }));
        Assert.Null(RollbackTargets.FindProvenBy(Service, proven with { State = DeploymentState.Failed }));
        Assert.Null(RollbackTargets.FindProvenBy(Service, proven with { Digest = null }));
        Assert.Null(RollbackTargets.FindProvenBy(Service, proven with { Step = default }));
    }

    private static Deployment Deployment(string digest) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            ServiceId = Service.Uuid,
            Operation = Operation.Redeploy,
            State = DeploymentState.Success,
            Step = DeploymentStep.CleanUp,
            Cause = new DeploymentCause { Kind = CauseKind.Push },
            Image = "reg.acme.com/web:9",
            Digest = digest,
            Created = DateTimeOffset.UnixEpoch.AddDays(4),
            Started = DateTimeOffset.UnixEpoch.AddDays(5),
        };

    private static ServiceVersion Version(int number) =>
        new()
        {
            Image = ImageName.Parse("reg.acme.com/web:1"),
            Digest = $"sha256:{number}",
            Time = DateTimeOffset.UnixEpoch.AddDays(number),
        };
}
