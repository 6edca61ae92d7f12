using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests;

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

    private static ServiceVersion Version(int number) =>
        new()
        {
            Image = ImageName.Parse("reg.acme.com/web:1"),
            Digest = $"sha256:{number}",
            Time = DateTimeOffset.UnixEpoch.AddDays(number),
        };
}
