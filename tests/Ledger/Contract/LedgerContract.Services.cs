using AutoDeploy.Ports;
using AutoDeploy.Services;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_service_is_found_by_its_name()
    {
        var row = Service();

        Assert.True(await Ledger.AddService(row, Never));

        Assert.Equal(row, await Ledger.FindServiceByName("default", "api", Never));
        Assert.Null(await Ledger.FindServiceByName("default", "API", Never));
        Assert.Null(await Ledger.FindServiceByName("other", "api", Never));
    }

    [Fact]
    public async Task A_name_belongs_to_one_service_of_an_organization()
    {
        var row = Service();
        await Ledger.AddService(row, Never);

        Assert.False(await Ledger.AddService(Service(), Never));
        Assert.True(await Ledger.AddService(Service(organization: "other"), Never));

        Assert.Equal(row, await Ledger.FindServiceByName("default", "api", Never));
        Assert.Equal(1, (await Ledger.ListServices(new ServiceFilter { Organization = "default" }, 10, 0, Never)).Total);
    }

    [Fact]
    public async Task Adding_the_same_service_again_is_no_conflict()
    {
        var row = Service();
        await Ledger.AddService(row, Never);

        Assert.True(await Ledger.AddService(row, Never));

        Assert.Equal(row, Assert.Single((await Ledger.ListServices(new ServiceFilter(), 10, 0, Never)).Items));
    }

    [Fact]
    public async Task Of_callers_that_want_one_name_one_gets_it()
    {
        var got = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => Ledger.AddService(Service(), Never))));

        Assert.Single(got, true);
    }

    [Fact]
    public async Task A_terminated_service_gives_its_name_back()
    {
        var (old, young) = (Service(), Service());
        await Ledger.AddService(old, Never);

        await Ledger.SetServiceState(old.Uuid, ServiceStatus.Terminated, Never);

        Assert.Null(await Ledger.FindServiceByName("default", "api", Never));
        Assert.True(await Ledger.AddService(young, Never));
        Assert.Equal(young, await Ledger.FindServiceByName("default", "api", Never));
        Assert.Equal(
            [old with { State = ServiceStatus.Terminated }, young],
            (await Ledger.ListServices(new ServiceFilter { Name = "api" }, 10, 0, Never)).Items
        );
    }

    [Fact]
    public async Task A_services_state_is_kept()
    {
        foreach (var state in Enum.GetValues<ServiceStatus>())
        {
            var row = Service(state.ToString());
            await Ledger.AddService(row, Never);
            await Ledger.SetServiceState(row.Uuid, state, Never);

            Assert.Equal(
                [row with { State = state }],
                (await Ledger.ListServices(new ServiceFilter { State = state }, 10, 0, Never)).Items
            );
            await Ledger.SetServiceState(row.Uuid, ServiceStatus.Terminated, Never);
            await Ledger.RemoveService(row.Uuid, Never);
        }
    }

    public static TheoryData<string, ServiceFilter, int[]> ServiceFilters =>
        new()
        {
            { "all", new(), [0, 1, 2, 3] },
            {
                "organization",
                new() { Organization = "other" },
                [3]
            },
            {
                "name",
                new() { Name = "api" },
                [0, 3]
            },
            {
                "name of none",
                new() { Name = "ap" },
                []
            },
            {
                "uuid",
                new() { Uuid = ServiceUuid(1) },
                [1]
            },
            {
                "uuid's beginning",
                new() { UuidStartsWith = "0b" },
                [1, 2]
            },
            {
                "whole uuid as its beginning",
                new() { UuidStartsWith = "0b000000-0000-0000-0000-000000000001" },
                [1]
            },
            {
                "no uuid's beginning",
                new() { UuidStartsWith = "0%" },
                []
            },
            {
                "empty beginning",
                new() { UuidStartsWith = "" },
                [0, 1, 2, 3]
            },
            {
                "state",
                new() { State = ServiceStatus.Running },
                [2]
            },
            {
                "several",
                new()
                {
                    Organization = "default",
                    UuidStartsWith = "0b",
                    State = ServiceStatus.NotRunning,
                },
                [1]
            },
        };

    [Theory, MemberData(nameof(ServiceFilters))]
    public async Task Services_are_filtered(string what, ServiceFilter filter, int[] expected)
    {
        ServiceRow[] rows =
        [
            Service("api") with
            {
                Uuid = ServiceUuid(0),
            },
            Service("web") with
            {
                Uuid = ServiceUuid(1),
            },
            Service("db") with
            {
                Uuid = ServiceUuid(2),
                State = ServiceStatus.Running,
            },
            Service("api", "other") with
            {
                Uuid = ServiceUuid(3),
            },
        ];
        foreach (var row in rows)
            await Ledger.AddService(row, Never);

        var page = await Ledger.ListServices(filter, 100, 0, Never);

        Assert.True(expected.Length == page.Total, what);
        Assert.Equal(expected.Select(i => rows[i]), page.Items);
    }

    [Fact]
    public async Task Services_come_page_by_page_in_the_order_of_their_creation()
    {
        ServiceRow[] rows = [.. Enumerable.Range(0, 25).Select(i => Service($"s{i}") with { Created = Noon.AddMinutes(i / 2) })];
        // the last two were created last and added first
        foreach (var row in rows[24..].Concat(rows[..24]))
            await Ledger.AddService(row, Never);

        List<ServiceRow> read = [];
        for (var offset = 0; offset < 30; offset += 10)
        {
            var page = await Ledger.ListServices(new ServiceFilter(), 10, offset, Never);
            Assert.Equal(25, page.Total);
            read.AddRange(page.Items);
        }

        Assert.Equal(rows, read);
        var beyond = await Ledger.ListServices(new ServiceFilter(), 10, 100, Never);
        Assert.Equal((25, 0), (beyond.Total, beyond.Items.Count));
        Assert.Empty((await Ledger.ListServices(new ServiceFilter(), 0, 0, Never)).Items);
    }

    [Fact]
    public async Task Ten_thousand_subscribers_are_paged_completely_and_in_order()
    {
        Guid[] serviceIds = [.. Enumerable.Range(0, 10_000).Select(_ => Guid.NewGuid())];
        await Task.WhenAll(serviceIds.Select(serviceId => Ledger.Subscribe(serviceId, [Source], Never)));
        await Ledger.Subscribe(Guid.NewGuid(), [Source + "x"], Never);

        List<Guid> read = [];
        while (await Ledger.ListSubscribers(Source, read.Count == 0 ? null : read[^1], 256, Never) is { Count: > 0 } page)
            read.AddRange(page);

        Assert.Equal(serviceIds.OrderBy(serviceId => serviceId.ToString(), StringComparer.Ordinal), read);
    }

    [Fact]
    public async Task A_service_subscribes_to_the_sources_that_it_has_and_no_longer_to_others()
    {
        var (serviceId, other) = (Guid.NewGuid(), Guid.NewGuid());
        await Ledger.Subscribe(serviceId, ["a", "b"], Never);
        await Ledger.Subscribe(serviceId, ["b", "a"], Never);
        await Ledger.Subscribe(other, ["b"], Never);
        Assert.Equal("ab", await SourcesOf(serviceId));

        await Ledger.Subscribe(serviceId, ["c", "d"], Never);
        Assert.Equal("cd", await SourcesOf(serviceId));
        await Ledger.Subscribe(serviceId, ["d", "d", "a"], Never);
        Assert.Equal("ad", await SourcesOf(serviceId));
        await Ledger.Subscribe(serviceId, [], Never);
        Assert.Equal("", await SourcesOf(serviceId));
        Assert.Equal("b", await SourcesOf(other));

        async Task<string> SourcesOf(Guid subscriber)
        {
            var sources = "";
            foreach (var source in new[] { "a", "b", "c", "d" })
                sources += (await Ledger.ListSubscribers(source, null, 10, Never)).Contains(subscriber) ? source : "";
            return sources;
        }
    }

    [Fact]
    public async Task A_removed_service_leaves_nothing()
    {
        var (row, neighbour) = (Service("gone"), Service("stays"));
        var push = Push();
        await Ledger.RecordPushes([push], Never);
        foreach (var service in new[] { row, neighbour })
        {
            await Ledger.AddService(service, Never);
            await Ledger.Subscribe(service.Uuid, [Source], Never);
        }

        var deployment = Deployment(row.Uuid);
        var kept = Deployment(neighbour.Uuid);
        await Ledger.Decide(Verdict(push.Uuid, row.Uuid, deployment.Uuid), deployment, null, Never);
        await Ledger.Decide(Verdict(push.Uuid, neighbour.Uuid, kept.Uuid), kept, null, Never);
        await Ledger.AppendLog(deployment.Uuid, [.. Enumerable.Repeat("line", 1_700)], Never);
        await Ledger.AppendLog(kept.Uuid, ["line"], Never);

        await Ledger.RemoveService(row.Uuid, Never);
        await Ledger.RemoveService(row.Uuid, Never);

        Assert.Equal([neighbour], (await Ledger.ListServices(new ServiceFilter(), 10, 0, Never)).Items);
        Assert.Equal([neighbour.Uuid], await Ledger.ListSubscribers(Source, null, 10, Never));
        Assert.Null(await Ledger.FindVerdict(push.Uuid, row.Uuid, Never));
        Assert.NotNull(await Ledger.FindVerdict(push.Uuid, neighbour.Uuid, Never));
        Assert.Equal([kept], (await Ledger.ListDeployments(new DeploymentFilter(), 10, 0, Never)).Items);
        Assert.Equal([kept], await Ledger.ListOpenDeployments(null, Never));
        Assert.Empty(await Ledger.ReadLog(deployment.Uuid, 0, 10, Never));
        Assert.Single(await Ledger.ReadLog(kept.Uuid, 0, 10, Never));

        // whoever still logs does not bring it back
        await Ledger.AppendLog(deployment.Uuid, ["late"], Never);
        Assert.Empty(await Ledger.ReadLog(deployment.Uuid, 0, 10, Never));
    }

    private static Guid ServiceUuid(int i) => new($"0{(i is 1 or 2 ? 'b' : 'c')}000000-0000-0000-0000-00000000000{i}");
}
