using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_deployment_is_told_when_it_is_added_and_when_its_state_or_step_changes_and_at_no_other_time()
    {
        var service = await NewService();
        var added = Deployment(service.Uuid) with { Body = "what a trigger's call brought" };
        var begun = added with { State = DeploymentState.InProgress, Started = Noon };
        var resolving = begun with { Step = DeploymentStep.Resolve };
        var resolved = resolving with { Digest = "sha256:" + new string('b', 64) };
        var ended = resolved.AsEnded(Noon.AddSeconds(1), DeploymentState.Failed);
        await Ledger.AddDeployment(added, Never);
        await Ledger.AddDeployment(added, Never);
        foreach (var step in new[] { begun, begun, resolving, resolved, resolved with { Result = "so far" }, ended, ended, begun })
            await Ledger.UpdateDeployment(step, Never);
        await Ledger.UpdateDeployment(Deployment(service.Uuid), Never);
        await Reopen();

        var events = await EventsAfter(service);

        Assert.Equal(
            new[] { added, begun, resolving, resolved, ended }.Select(d => (Deployment?)(d with { Body = null })),
            events.Select(e => e.Deployment)
        );
        Assert.Equal([true, true, false, false, true], events.Select(e => e.NewState));
        Assert.Equal(
            [EventChange.Create, EventChange.Update, EventChange.Update, EventChange.Update, EventChange.Update],
            events.Select(e => e.Change)
        );
        Assert.All(
            events,
            e =>
                Assert.Equal(
                    (EventKind.Deployment, added.Uuid, service.Uuid, service.Name, service.Organization, Time.GetUtcNow()),
                    (e.Kind, e.SubjectId, e.ServiceId!.Value, e.ServiceName, e.Organization, e.Time)
                )
        );
    }

    [Fact]
    public async Task A_verdict_is_told_by_its_deployment_and_the_one_whose_place_that_takes()
    {
        var service = await NewService();
        var waiting = Deployment(service.Uuid);
        var next = Deployment(service.Uuid, Noon.AddSeconds(1));
        await Ledger.AddDeployment(waiting, Never);
        var verdict = Verdict(Guid.NewGuid(), service.Uuid, next.Uuid);
        Assert.True(await Ledger.Decide(verdict, next, waiting.Uuid, Never));
        // the same again, and what is skipped, are not told
        Assert.False(await Ledger.Decide(verdict with { Uuid = Guid.NewGuid() }, Deployment(service.Uuid), null, Never));
        Assert.True(await Ledger.Decide(Verdict(Guid.NewGuid(), service.Uuid), null, null, Never));

        var events = await EventsAfter(service);

        Assert.Equal(
            [(waiting.Uuid, DeploymentState.Pending), (next.Uuid, DeploymentState.Pending), (waiting.Uuid, DeploymentState.Canceled)],
            events.Select(e => (e.SubjectId, e.Deployment!.State))
        );
        Assert.Equal(await Ledger.FindDeployment(waiting.Uuid, Never), events[2].Deployment);
        Assert.True(events[2].NewState);
    }

    [Fact]
    public async Task A_held_version_is_told()
    {
        var service = await NewService();
        var verdict = Verdict(Guid.NewGuid(), service.Uuid) with { Kind = VerdictKind.Held, Reason = "window" };

        await Ledger.Decide(verdict, null, null, Never);

        var told = Assert.Single(await EventsAfter(service));
        Assert.Equal((EventKind.Verdict, verdict, service.Name), (told.Kind, told.Verdict, told.ServiceName));
    }

    [Fact]
    public async Task A_service_is_told_when_it_is_there_when_its_state_is_another_one_and_when_it_is_gone()
    {
        var service = Service();
        await Ledger.AddService(service, Never);
        Assert.False(await Ledger.AddService(Service(), Never));
        foreach (var state in new[] { ServiceStatus.Starting, ServiceStatus.PartlyRunning, ServiceStatus.Terminated })
            await Ledger.SetServiceState(service.Uuid, state, Never);
        await Ledger.SetServiceState(Guid.NewGuid(), ServiceStatus.Running, Never);
        await Ledger.RemoveService(service.Uuid, Never);
        await Ledger.RemoveService(service.Uuid, Never);

        var events = (await Ledger.ListEvents(OrganizationNames.Default, 0, 100, Never)).Items;

        Assert.Equal(
            [
                (EventChange.Create, ServiceStatus.NotRunning),
                (EventChange.Update, ServiceStatus.Starting),
                (EventChange.Update, ServiceStatus.PartlyRunning),
                (EventChange.Update, ServiceStatus.Terminated),
                (EventChange.Delete, ServiceStatus.Terminated),
            ],
            events.Select(e => (e.Change, e.State!.Value))
        );
        Assert.All(
            events,
            e =>
                Assert.Equal(
                    (EventKind.Service, service.Uuid, (Guid?)service.Uuid, "api"),
                    (e.Kind, e.SubjectId, e.ServiceId, e.ServiceName)
                )
        );
    }

    [Fact]
    public async Task A_push_is_told_once_it_has_its_verdicts()
    {
        Sources.Push[] pushes = [Push("1"), GitPush("2")];
        await Ledger.RecordPushes(pushes, Never);
        Assert.Empty((await Ledger.ListEvents(OrganizationNames.Default, 0, 100, Never)).Items);

        await Ledger.Complete([.. pushes.Select(p => p.Uuid), Guid.NewGuid()], Never);
        await Ledger.Complete([pushes[0].Uuid], Never);

        var events = (await Ledger.ListEvents(OrganizationNames.Default, 0, 100, Never)).Items;
        // what makes a push unique may be all that its sender said
        Assert.Equal(pushes.Select(p => p with { Delivery = "" }), events.Select(e => e.Push!));
        Assert.All(events, e => Assert.Null(e.ServiceId));
    }

    [Fact]
    public async Task Events_are_read_on_from_wherever_one_is_each_once_and_only_those_of_the_organization()
    {
        var mine = await NewService();
        var others = Service("other", "other");
        await Ledger.AddService(others, Never);
        var begin = await Last();
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => Ledger.AddDeployment(Deployment((i % 5 == 0 ? others : mine).Uuid), Never)));

        List<LedgerEvent> read = [];
        for (var after = begin; ; )
        {
            var page = await Ledger.ListEvents(OrganizationNames.Default, after, 3, Never);
            read.AddRange(page.Items);
            Assert.True(page.ReadTo >= after);
            after = page.ReadTo;
            if (page.Items.Count < 3)
            {
                Assert.Equal(await Last(), after);
                break;
            }
        }

        Assert.Equal(20, read.Select(e => e.SubjectId).Distinct().Count());
        Assert.Equal(20, read.Count);
        Assert.Equal(read.Select(e => e.Number).Order(), read.Select(e => e.Number));
        Assert.All(read, e => Assert.Equal(mine.Uuid, e.ServiceId));
        Assert.Equal(5, (await Ledger.ListEvents("other", begin, 100, Never)).Items.Count);
        Assert.Equal(
            new EventPage([], 1_000_000),
            await Ledger.ListEvents(OrganizationNames.Default, 1_000_000, 3, Never) with
            {
                Items = [],
            }
        );
    }

    [Fact]
    public async Task Who_waits_is_woken_when_an_event_can_be_read()
    {
        var service = await NewService();
        var last = await Last();
        Assert.True(await Ledger.WaitForEvent(last - 1, Long, Never));
        Assert.False(await Ledger.WaitForEvent(last, TimeSpan.Zero, Never));

        for (var i = 0; i < 20; i++)
        {
            var waiting = Ledger.WaitForEvent(last, Long, Never);
            Assert.False(waiting.IsCompleted);
            await Ledger.AddDeployment(Deployment(service.Uuid), Never);
            Assert.True(await waiting);
            Assert.Single((await Ledger.ListEvents(OrganizationNames.Default, last, 10, Never)).Items);
            last++;
        }

        using var cancel = new CancellationTokenSource();
        var cancelled = Ledger.WaitForEvent(last, Long, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task Old_events_and_those_that_are_too_many_are_trimmed_and_no_number_is_given_twice()
    {
        var mine = await NewService();
        var others = Service("other", "other");
        await Ledger.AddService(others, Never);
        Assert.Equal(new EventRange(0, await Last()), await Ledger.GetEventRange(OrganizationNames.Default, Never));
        for (var i = 0; i < 1_200; i++)
            await Ledger.AddDeployment(Deployment(mine.Uuid), Never);
        Time.Advance(TimeSpan.FromHours(1));
        List<Deployment> young = [];
        for (var i = 0; i < 10; i++)
        {
            young.Add(Deployment(mine.Uuid));
            await Ledger.AddDeployment(young[i], Never);
        }

        await Ledger.TrimEvents(Time.GetUtcNow(), 100, Never);

        var kept = (await Ledger.ListEvents(OrganizationNames.Default, 0, 5_000, Never)).Items;
        Assert.Equal(young, kept.Select(e => e.Deployment!));
        Assert.Equal(new EventRange(kept[0].Number - 1, kept[^1].Number), await Ledger.GetEventRange(OrganizationNames.Default, Never));
        Assert.Empty((await Ledger.ListEvents("other", 0, 10, Never)).Items);

        await Ledger.TrimEvents(DateTimeOffset.MinValue, 4, Never);
        Assert.Equal(young[^4..], (await Ledger.ListEvents(OrganizationNames.Default, 0, 5_000, Never)).Items.Select(e => e.Deployment!));

        Time.Advance(TimeSpan.FromHours(1));
        await Ledger.TrimEvents(Time.GetUtcNow(), 100, Never);
        Assert.Empty((await Ledger.ListEvents(OrganizationNames.Default, 0, 10, Never)).Items);
        await Reopen();
        Assert.Equal(new EventRange(kept[^1].Number, kept[^1].Number), await Ledger.GetEventRange(OrganizationNames.Default, Never));
        await Ledger.AddDeployment(Deployment(mine.Uuid), Never);
        Assert.Equal(kept[^1].Number + 1, Assert.Single((await Ledger.ListEvents(OrganizationNames.Default, 0, 10, Never)).Items).Number);
    }

    private async Task<ServiceRow> NewService()
    {
        var service = Service();
        Assert.True(await Ledger.AddService(service, Never));
        return service;
    }

    /// <summary>Those after the one that tells of the service itself.</summary>
    private async Task<IReadOnlyList<LedgerEvent>> EventsAfter(ServiceRow service)
    {
        var events = (await Ledger.ListEvents(service.Organization, 0, 100, Never)).Items;
        Assert.Equal((EventKind.Service, service.Uuid), (events[0].Kind, events[0].SubjectId));
        return [.. events.Skip(1)];
    }

    private async Task<long> Last() => (await Ledger.GetEventRange(OrganizationNames.Default, Never)).Last;
}
