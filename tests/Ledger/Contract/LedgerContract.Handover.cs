using AutoDeploy.Events;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using static AutoDeploy.Ledger.Tests.LedgerSamples;
using static AutoDeploy.Ledger.Tests.LedgerServices;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task What_is_handed_over_again_changes_nothing()
    {
        var row = Service();
        var (created, running, stopped) = (
            Handover(row, EventChange.Create, 1) with
            {
                Sources = ["a"],
                PollSeconds = 60,
            },
            Handover(row with { State = ServiceStatus.Running }, EventChange.Update, 2),
            Handover(row with { State = ServiceStatus.Stopped }, EventChange.Update, 3)
        );
        foreach (
            var handover in new[]
            {
                created,
                running,
                stopped,
                created,
                running,
                stopped with
                {
                    Events = [.. running.Events, .. stopped.Events],
                },
            }
        )
            Assert.True(await Ledger.HandOver(handover, Never));
        await Reopen();

        Assert.Equal((3, 0), (await Ledger.HandedOver(row.Uuid, Never), await Ledger.HandedOver(Guid.NewGuid(), Never)));
        Assert.Equal([row with { State = ServiceStatus.Stopped }], (await Ledger.ListServices(new ServiceFilter(), 10, 0, Never)).Items);
        Assert.Equal([row.Uuid], await Ledger.ListSubscribers("a", null, 10, Never));
        Assert.Equal([new SourcePoll("a", 60)], await Ledger.ListPolls(Never));
        var events = (await Ledger.ListEvents(OrganizationNames.Default, 0, 100, Never)).Items;
        Assert.Equal([ServiceStatus.NotRunning, ServiceStatus.Running, ServiceStatus.Stopped], events.Select(e => e.State!.Value));
        Assert.All(events, e => Assert.Equal((Noon, row.Uuid, (Guid?)row.Uuid, "api"), (e.Time, e.SubjectId, e.ServiceId, e.ServiceName)));
    }

    [Fact]
    public async Task A_new_service_whose_name_is_taken_leaves_nothing()
    {
        await Ledger.AddService(Service(), Never);
        var begin = await Last();

        Assert.False(await Ledger.HandOver(Handover(Service(), EventChange.Create) with { Sources = ["a"], PollSeconds = 60 }, Never));

        Assert.Empty(await Ledger.ListSubscribers("a", null, 10, Never));
        Assert.Empty(await Ledger.ListPolls(Never));
        Assert.Equal(begin, await Last());
    }

    [Fact]
    public async Task A_container_is_handed_over_as_it_was()
    {
        var row = Service();
        await Ledger.AddService(row, Never);
        var begin = await Last();
        ContainerView container = new()
        {
            Uuid = Guid.NewGuid(),
            Id = "1",
            Name = "api-1",
            Slot = 1,
            Running = true,
            Image = "acme/api:1",
            Ports = [new ContainerPort("tcp", 80, 8080, true)],
        };
        var handover = Handover(row, EventChange.Create);
        handover = handover with
        {
            Events = [handover.Events[0] with { Kind = EventKind.Container, SubjectId = container.Uuid, Container = container }],
        };

        await Ledger.HandOver(handover, Never);

        var told = Assert.Single((await Ledger.ListEvents(OrganizationNames.Default, begin, 10, Never)).Items);
        Assert.Equal(
            (EventKind.Container, EventChange.Create, container.Uuid, true),
            (told.Kind, told.Change, told.SubjectId, told.NewState)
        );
        Assert.Equal(container with { Ports = default }, told.Container! with { Ports = default });
        Assert.Equal(container.Ports.AsEnumerable(), told.Container.Ports);
    }

    [Fact]
    public async Task What_a_service_that_has_been_removed_hands_over_is_dropped()
    {
        var row = Service();
        await Ledger.AddService(row, Never);
        await Ledger.RemoveService(row.Uuid, Never);
        var begin = await Last();

        Assert.True(await Ledger.HandOver(Handover(row, EventChange.Update), Never));

        Assert.Empty((await Ledger.ListServices(new ServiceFilter(), 10, 0, Never)).Items);
        Assert.Equal(begin, await Last());
    }
}
