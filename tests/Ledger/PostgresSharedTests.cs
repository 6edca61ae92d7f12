using AutoDeploy.Events;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

/// <summary>Two processes, each with a ledger of its own on the same database, come in each other's way.</summary>
[Collection(nameof(PostgresFixture))]
public sealed class PostgresSharedTests(PostgresFixture postgresFixture) : IAsyncLifetime
{
    private PostgresTestDatabase _database = null!;
    private SqlLedger[] _ledgers = [];

    private SqlLedger One => _ledgers[0];

    private SqlLedger Other => _ledgers[1];

    public async Task InitializeAsync()
    {
        _database = await postgresFixture.NewDatabase();
        _ledgers = [await _database.Open(), await _database.Open()];
    }

    public async Task DisposeAsync()
    {
        foreach (var ledger in _ledgers)
            await ledger.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_push_that_is_told_to_both_is_recorded_once()
    {
        var recorded = await AtOnce(200, (ledger, i) => ledger.RecordPushes([Push($"{i / 2}"), Push($"{(i / 2) + 1000}")], Never));

        Assert.Equal(200, recorded.SelectMany(r => r).Count(r => r.New));
        Assert.Equal(200, (await One.ListOpenPushes(Source, 1_000, Never)).Count);
    }

    [Fact]
    public async Task A_verdict_is_decided_once_and_what_is_held_is_released_once()
    {
        var serviceId = Guid.NewGuid();
        var pushIds = Enumerable.Range(0, 50).Select(_ => Guid.NewGuid()).ToArray();
        var decided = await AtOnce(
            100,
            (ledger, i) =>
            {
                var deployment = Deployment(serviceId);
                return ledger.Decide(Verdict(pushIds[i / 2], serviceId, deployment.Uuid), deployment, null, Never);
            }
        );
        Assert.Equal(50, decided.Count(d => d));
        Assert.Equal(50, (await One.ListOpenDeployments(serviceId, Never)).Count);

        var held = Verdict(Guid.NewGuid(), serviceId) with { Kind = VerdictKind.Held };
        await One.Decide(held, null, null, Never);
        var released = await AtOnce(
            20,
            (ledger, _) =>
            {
                var deployment = Deployment(serviceId);
                return ledger.ReplaceDecision(
                    held with
                    {
                        Kind = VerdictKind.Deploy,
                        DeploymentId = deployment.Uuid,
                    },
                    deployment,
                    null,
                    Never
                );
            }
        );
        Assert.Single(released, true);
    }

    [Fact]
    public async Task A_name_a_host_and_an_alias_belong_to_one()
    {
        for (var round = 0; round < 10; round++)
        {
            Assert.Single(await AtOnce(4, (ledger, _) => ledger.AddService(Service($"api{round}"), Never)), true);
            Assert.Single(await AtOnce(4, (ledger, _) => ledger.PutRegistry(Registry($"{round}.acme.com"), Never)), true);
            Assert.Single(await AtOnce(4, (ledger, _) => ledger.PutGitHost(GitHost($"{round}.acme.com"), Never)), true);
            Assert.Single(await AtOnce(4, (ledger, _) => ledger.AddHostAlias(HostAlias($"alias{round}"), Never)), AddAliasResult.Added);
            // a to b and b to a: whoever comes second is told
            var circle = await AtOnce(
                2,
                (ledger, i) => ledger.AddHostAlias(HostAlias($"{i}.circle{round}", $"{1 - i}.circle{round}"), Never)
            );
            Assert.Equal([AddAliasResult.Added, AddAliasResult.Circular], circle.Order());
        }
    }

    [Fact]
    public async Task A_setting_that_both_make_is_one()
    {
        var values = await AtOnce(20, (ledger, i) => ledger.InitSetting("name", $"{i}", Never));

        Assert.Single(values.Distinct());
    }

    [Fact]
    public async Task Of_a_hook_the_newest_200_deliveries_stay()
    {
        var hook = Hook();
        await One.AddHook(hook, Never);

        await AtOnce(
            500,
            async (ledger, _) =>
            {
                await ledger.AddDelivery(Delivery(hook), Content(), Never);
                return 0;
            }
        );
        await One.AddDelivery(Delivery(hook), Content(), Never);

        Assert.Equal(ILedger.MaxDeliveriesPerHook, (await Other.ListDeliveries(hook.Uuid, 1, 0, Never)).Total);
    }

    [Fact]
    public async Task A_hook_that_one_revokes_is_gone_for_the_other_at_once_and_its_deliveries_with_it()
    {
        for (var round = 0; round < 20; round++)
        {
            var hook = Hook($"key {round}");
            await One.AddHook(hook, Never);
            Assert.Equal(hook, await Other.FindHook(hook.Key, Never));
            Assert.Equal(hook, await Other.FindHook(hook.Key, Never));

            await AtOnce(
                10,
                async (ledger, i) =>
                {
                    if (i == 4)
                        await ledger.RemoveHook(hook.Uuid, Never);
                    else
                        await ledger.AddDelivery(Delivery(hook), Content(), Never);
                    return 0;
                }
            );

            Assert.Null(await Other.FindHook(hook.Key, Never));
            Assert.Null(await One.FindHook(hook.Key, Never));
        }

        Assert.Equal(0L, _database.Execute("SELECT count(*) FROM deliveries"));
    }

    [Fact]
    public async Task Nothing_is_left_of_a_deployment_that_one_removes_while_the_other_writes_its_log()
    {
        for (var round = 0; round < 20; round++)
        {
            var service = Service($"api{round}");
            await One.AddService(service, Never);
            var deployment = Deployment(service.Uuid);
            await One.AddDeployment(deployment, Never);

            await AtOnce(
                10,
                async (ledger, i) =>
                {
                    if (i == 4)
                        await ledger.RemoveService(service.Uuid, Never);
                    else
                        await ledger.AppendLog(deployment.Uuid, ["line"], Never);
                    return 0;
                }
            );
        }

        Assert.Equal(0L, _database.Execute("SELECT count(*) FROM log_lines"));
    }

    [Fact]
    public async Task Both_trim_and_leave_no_verdict_without_its_push()
    {
        var pushes = Enumerable.Range(0, 250).Select(i => Push($"{i}")).ToArray();
        await One.RecordPushes(pushes, Never);
        foreach (var push in pushes)
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => One.Decide(Verdict(push.Uuid, Guid.NewGuid()), null, null, Never)));
        await One.Complete([.. pushes.Select(p => p.Uuid)], Never);

        await AtOnce(
            2,
            async (ledger, _) =>
            {
                await ledger.Trim(Noon.AddDays(1), 1, Never);
                return 0;
            }
        );

        Assert.Equal(0L, _database.Execute("SELECT (SELECT count(*) FROM verdicts) + (SELECT count(*) FROM pushes)"));
    }

    [Fact]
    public async Task No_event_is_missed_by_who_reads_on_while_both_append()
    {
        var service = Service();
        await One.AddService(service, Never);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            List<LedgerEvent> read = [];
            for (var after = 0L; ; )
            {
                var isLast = done.IsCancellationRequested;
                var page = await Other.ListEvents(OrganizationNames.Default, after, 1_000, Never);
                read.AddRange(page.Items);
                after = page.ReadTo;
                if (isLast && page.Items.Count == 0)
                    return read;
            }
        });

        await AtOnce(
            1_000,
            async (ledger, _) =>
            {
                await ledger.AddDeployment(Deployment(service.Uuid), Never);
                return 0;
            }
        );
        await done.CancelAsync();

        var events = await reading;
        Assert.Equal(1_001, events.Count);
        Assert.Equal(events.Select(e => e.Number).Order(), events.Select(e => e.Number));
    }

    [Fact]
    public async Task Who_waits_is_told_of_what_the_other_appends()
    {
        var last = (await One.GetEventRange(OrganizationNames.Default, Never)).Last;
        var waiting = Other.WaitForEvent(last, TimeSpan.FromMinutes(1), Never);

        await One.AddService(Service(), Never);

        Assert.True(await waiting);
    }

    [Fact]
    public async Task Transactions_that_wait_for_each_other_are_run_again()
    {
        var (first, second) = (Deployment(Guid.NewGuid()), Deployment(Guid.NewGuid()));
        await One.AddDeployment(first, Never);
        await One.AddDeployment(second, Never);
        using var both = new Barrier(2);
        var once = new bool[2];

        // each has what the other wants
        await AtOnce(
            2,
            (ledger, i) =>
                ledger.Database.Write(
                    session =>
                    {
                        session.Execute(
                            "UPDATE deployments SET step = 'x' WHERE uuid = @uuid",
                            ("uuid", i == 0 ? first.Uuid : second.Uuid)
                        );
                        if (!once[i])
                        {
                            once[i] = true;
                            both.SignalAndWait();
                        }

                        return session.Execute(
                            "UPDATE deployments SET result = 'x' WHERE uuid = @uuid",
                            ("uuid", i == 0 ? second.Uuid : first.Uuid)
                        );
                    },
                    Never
                )
        );

        Assert.Equal(2L, _database.Execute("SELECT count(*) FROM deployments WHERE step = 'x' AND result = 'x'"));
    }

    [Fact]
    public async Task Text_that_cannot_be_stored_is_kept_with_marks_in_its_place()
    {
        var push = Push("nul \0 half \ud83d pair \ud83d\ude80") with { Pusher = "\0" };

        Assert.True((await One.RecordPushes([push], Never))[0].New);
        Assert.False((await Other.RecordPushes([push with { Uuid = Guid.NewGuid() }], Never))[0].New);

        var found = (await One.FindPush(push.Uuid, Never))!;
        Assert.Equal(("nul \ufffd half \ufffd pair \ud83d\ude80", "\ufffd"), (found.Delivery, found.Pusher));
    }

    /// <summary>So many calls at once, by turns to the one and the other.</summary>
    private Task<T[]> AtOnce<T>(int calls, Func<SqlLedger, int, Task<T>> call) =>
        Task.WhenAll(Enumerable.Range(0, calls).Select(i => Task.Run(() => call(_ledgers[i % 2], i))));
}
