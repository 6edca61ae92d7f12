using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests.Services;

public class ServiceTests
{
    private static readonly DateTimeOffset Noon = new(2025, 10, 9, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_deployment_moves_the_service_to_its_tag() =>
        Assert.Equal("2.0", Service().FindTagMovedBy(Version("reg.acme.com/web:2.0"), Noon));

    [Fact]
    public void The_own_tag_is_no_move() => Assert.Null(Service().FindTagMovedBy(Version("reg.acme.com/web:1.2"), Noon));

    [Fact]
    public void An_image_that_was_set_meanwhile_counts_more()
    {
        var changed = Service() with { ImageChanged = Noon.AddSeconds(1) };
        Assert.Null(changed.FindTagMovedBy(Version("reg.acme.com/web:2.0"), Noon));
        Assert.Equal("2.0", changed.FindTagMovedBy(Version("reg.acme.com/web:2.0"), Noon.AddSeconds(2)));
    }

    [Fact]
    public void Another_setting_that_was_changed_meanwhile_does_not() =>
        Assert.Equal("2.0", (Service() with { ContainerRevision = 7, Revision = 9 }).FindTagMovedBy(Version("reg.acme.com/web:2.0"), Noon));

    [Fact]
    public void A_tag_of_another_image_is_none_of_this_one() =>
        Assert.Null(Service().FindTagMovedBy(Version("reg.acme.com/other:2.0"), Noon));

    private static ServiceVersion Version(string image) => new() { Image = ImageName.Parse(image), Digest = "sha256:1" };

    private static Service Service() =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Organization = "default",
            Name = "web",
            Created = Noon.AddDays(-1),
            Settings = new ServiceSettings { Image = "reg.acme.com/web:1.2", TagPolicy = "any" },
        };
}
