using AutoDeploy.Events;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests;

public class ServiceEventsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private static readonly Service Web = new()
    {
        Uuid = Guid.NewGuid(),
        Organization = "default",
        Name = "web",
        Settings = new ServiceSettings { Image = "docker.io/acme/api:1" },
        Created = Now,
    };

    private static readonly ContainerView One = new()
    {
        Uuid = Guid.NewGuid(),
        Id = "1",
        Name = "web-1",
        Slot = 1,
        Running = true,
        Image = "acme/api:1",
        Ports = [new ContainerPort("tcp", 80, 8080, true)],
    };

    private static readonly ContainerView Two = One with { Uuid = Guid.NewGuid(), Id = "2", Name = "web-2", Slot = 2 };

    [Fact]
    public void A_new_service_is_one_event_and_has_subscriptions() =>
        Assert.Equal(
            new ServiceEvent
            {
                Number = 1,
                Time = Now,
                Kind = EventKind.Service,
                Change = EventChange.Create,
                SubjectId = Web.Uuid,
                NewState = true,
                NewSubscriptions = true,
            },
            Assert.Single(ServiceEvents.Detect(null, Web, 0, Now))
        );

    [Fact]
    public void What_nobody_looks_at_is_no_event() =>
        Assert.Empty(
            ServiceEvents.Detect(
                Web with
                {
                    Containers = [One],
                },
                Web with
                {
                    Containers = [One with { Ports = [.. One.Ports] }],
                    MovedTag = "2",
                    Available = new ServiceVersion { Image = Web.Image, Time = Now },
                },
                7,
                Now
            )
        );

    [Fact]
    public void Containers_that_come_change_and_go_are_events_in_order()
    {
        var ended = One with { Running = false, ExitCode = 3 };
        Assert.Equal(["1 Create web-1 True", "2 Create web-2 True"], Tell(Web, Web with { Containers = [One, Two] }, 0));
        Assert.Equal(["8 Update web-1 True"], Tell(Web with { Containers = [One, Two] }, Web with { Containers = [ended, Two] }, 7));
        Assert.Equal(
            ["8 Update web-1 False", "9 Delete web-2 True"],
            Tell(Web with { Containers = [ended, Two] }, Web with { Containers = [ended with { ExitCode = 4 }] }, 7)
        );

        static IEnumerable<string> Tell(Service before, Service after, long last) =>
            ServiceEvents.Detect(before, after, last, Now).Select(e => $"{e.Number} {e.Change} {e.Container!.Name} {e.NewState}");
    }

    [Fact]
    public void Another_state_or_other_settings_are_one_event()
    {
        Assert.Equal(["True False"], Tell(Web with { Status = ServiceStatus.Running }));
        Assert.Equal(["False False"], Tell(Web with { Revision = 1 }));
        Assert.Equal(["True False"], Tell(Web with { Revision = 1, Status = ServiceStatus.Running }));
        Assert.Equal(["False True"], Tell(Web with { Revision = 1, Settings = Web.Settings with { Image = "docker.io/acme/web:1" } }));
        Assert.Equal(["False True"], Tell(Web with { Revision = 1, Settings = Web.Settings with { PollSeconds = 30 } }));
        Assert.Equal(["True True"], Tell(Web with { Status = ServiceStatus.Terminated }));

        static IEnumerable<string> Tell(Service after) =>
            ServiceEvents.Detect(Web, after, 0, Now).Select(e => $"{e.NewState} {e.NewSubscriptions}");
    }
}
