using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_deployment_is_found_as_it_was()
    {
        var full = Deployment(Guid.NewGuid()) with
        {
            Digest = "sha256:1",
            Step = DeploymentStep.Pull,
            Started = Noon.AddTicks(1),
            Commit = new string('c', 40),
            Repository = "https://github.com/acme/shop.git",
        };
        var bare = new Deployment
        {
            Uuid = Guid.NewGuid(),
            ServiceId = Guid.NewGuid(),
            Operation = Operation.Terminate,
            State = DeploymentState.Success,
            Cause = new DeploymentCause { Kind = CauseKind.Trigger },
            Created = Noon,
        };

        await Ledger.AddDeployment(full, Never);
        await Ledger.AddDeployment(bare, Never);

        Assert.Equal(full, await Ledger.FindDeployment(full.Uuid, Never));
        Assert.Equal(bare, await Ledger.FindDeployment(bare.Uuid, Never));
        Assert.Null(await Ledger.FindDeployment(Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task Adding_the_same_deployment_again_changes_nothing()
    {
        var deployment = Deployment(Guid.NewGuid());
        await Ledger.AddDeployment(deployment, Never);
        await Ledger.UpdateDeployment(deployment with { Step = DeploymentStep.Pull }, Never);

        await Ledger.AddDeployment(deployment, Never);

        Assert.Equal(deployment with { Step = DeploymentStep.Pull }, await Ledger.FindDeployment(deployment.Uuid, Never));
    }

    [Fact]
    public async Task Only_who_took_a_deployment_up_last_updates_it()
    {
        var added = Deployment(Guid.NewGuid());
        await Ledger.AddDeployment(added, Never);
        Assert.Equal(0, (await Ledger.FindDeployment(added.Uuid, Never))!.LeaseEpoch);

        var first = (await Ledger.Acquire(added.Uuid, Never))!;
        Assert.Equal(added with { LeaseEpoch = 1 }, first);
        Assert.True(await Ledger.UpdateDeployment(first with { Step = DeploymentStep.Pull }, Never));

        var second = (await Ledger.Acquire(added.Uuid, Never))!;
        Assert.Equal(added with { LeaseEpoch = 2, Step = DeploymentStep.Pull }, second);
        Assert.False(await Ledger.UpdateDeployment(added.AsEnded(Noon), Never));
        Assert.False(await Ledger.UpdateDeployment(first.AsEnded(Noon), Never));
        Assert.Equal(second, await Ledger.FindDeployment(added.Uuid, Never));

        Assert.True(await Ledger.UpdateDeployment(second.AsEnded(Noon), Never));
        Assert.Null(await Ledger.Acquire(added.Uuid, Never));
        Assert.Null(await Ledger.Acquire(Guid.NewGuid(), Never));
        Assert.Equal(second.AsEnded(Noon), await Ledger.FindDeployment(added.Uuid, Never));
    }

    [Fact]
    public async Task A_process_that_is_gone_in_the_middle_of_a_deployment_is_counted()
    {
        var added = Deployment(Guid.NewGuid());
        await Ledger.AddDeployment(added, Never);

        // it waited only
        await Ledger.Acquire(added.Uuid, Never);
        await Reopen();
        Assert.Equal(0, await TakeUp());

        // the same process goes on with it
        Assert.Equal(0, await TakeUp());

        await Reopen();
        Assert.Equal(1, await TakeUp());
        await Reopen();
        Assert.Equal(2, await TakeUp());

        async Task<int> TakeUp()
        {
            var deployment = (await Ledger.Acquire(added.Uuid, Never))!;
            Assert.True(await Ledger.UpdateDeployment(deployment with { State = DeploymentState.InProgress }, Never));
            return deployment.Lost;
        }
    }

    [Fact]
    public async Task One_that_handed_it_over_is_not_nor_one_that_had_lost_it_before()
    {
        var added = Deployment(Guid.NewGuid()) with { State = DeploymentState.InProgress };
        await Ledger.AddDeployment(added, Never);
        var first = (await Ledger.Acquire(added.Uuid, Never))!;
        await Ledger.UpdateDeployment(first with { Step = DeploymentStep.Pull }, Never);
        await Ledger.HandOver(first, Never);
        await Reopen();

        var second = (await Ledger.Acquire(added.Uuid, Never))!;
        Assert.Equal((0, DeploymentStep.Pull), (second.Lost, second.Step));
        await Ledger.UpdateDeployment(second, Never);
        await Ledger.HandOver(first, Never); // it is not his any more
        await Reopen();
        Assert.Equal(1, (await Ledger.Acquire(added.Uuid, Never))!.Lost);
    }

    [Fact]
    public async Task A_deployment_is_updated_until_it_has_ended()
    {
        var deployment = Deployment(Guid.NewGuid());
        await Ledger.AddDeployment(deployment, Never);

        var running = deployment with
        {
            State = DeploymentState.InProgress,
            Image = "docker.io/acme/api:2",
            Digest = "sha256:2",
            Commit = new string('d', 40),
            Repository = "https://github.com/acme/shop.git",
            Step = DeploymentStep.Replace,
            Started = Noon.AddSeconds(1),
            Failures = 2,
        };
        // what only its creation says is not updated
        Assert.True(await Ledger.UpdateDeployment(running with { Operation = Operation.Stop, Created = Noon.AddDays(1) }, Never));
        Assert.Equal(running, await Ledger.FindDeployment(deployment.Uuid, Never));
        Assert.Equal([running], await Ledger.ListOpenDeployments(deployment.ServiceId, Never));

        var ended = running.AsEnded(Noon.AddSeconds(2), DeploymentState.Failed);
        Assert.True(await Ledger.UpdateDeployment(ended, Never));
        Assert.Equal(ended, await Ledger.FindDeployment(deployment.Uuid, Never));
        Assert.Empty(await Ledger.ListOpenDeployments(deployment.ServiceId, Never));

        Assert.False(await Ledger.UpdateDeployment(running, Never));
        Assert.False(await Ledger.UpdateDeployment(running.AsEnded(Noon.AddSeconds(3)), Never));
        Assert.False(await Ledger.UpdateDeployment(Deployment(Guid.NewGuid()), Never));
        Assert.Equal(ended, await Ledger.FindDeployment(deployment.Uuid, Never));
    }

    [Fact]
    public async Task That_a_deployment_is_to_be_canceled_is_not_forgotten_by_its_updates()
    {
        var deployment = Deployment(Guid.NewGuid()) with { RollbackTime = Noon.AddDays(-1) };
        await Ledger.AddDeployment(deployment, Never);
        Assert.True(await Ledger.RequestCancel(deployment.Uuid, "ida", Never));
        Assert.True(await Ledger.RequestCancel(deployment.Uuid, "max", Never));

        var baking = deployment with
        {
            State = DeploymentState.InProgress,
            Step = DeploymentStep.Bake,
            SwitchedAt = Noon.AddSeconds(1),
            RolledBack = true,
            IsBlameless = true,
        };
        await Ledger.UpdateDeployment(baking, Never);
        Assert.Equal(baking with { CancelRequestedBy = "ida" }, await Ledger.FindDeployment(deployment.Uuid, Never));

        await Ledger.UpdateDeployment(baking.AsEnded(Noon.AddSeconds(2)), Never);
        Assert.False(await Ledger.RequestCancel(deployment.Uuid, "max", Never));
        Assert.False(await Ledger.RequestCancel(Guid.NewGuid(), "max", Never));
    }

    [Fact]
    public async Task Open_deployments_come_the_oldest_first()
    {
        var serviceId = Guid.NewGuid();
        var young = Deployment(serviceId, Noon.AddMinutes(1));
        var old = Deployment(serviceId) with { State = DeploymentState.InProgress };
        var alike = Deployment(serviceId);
        var other = Deployment(Guid.NewGuid(), Noon.AddSeconds(1));
        Deployment[] ended = [Deployment(serviceId).AsEnded(Noon), Deployment(serviceId).AsEnded(Noon, DeploymentState.Canceled)];
        foreach (var deployment in new[] { young, old, alike, other }.Concat(ended))
            await Ledger.AddDeployment(deployment, Never);

        Assert.Equal([old, alike, young], await Ledger.ListOpenDeployments(serviceId, Never));
        Assert.Equal([old, alike, other, young], await Ledger.ListOpenDeployments(null, Never));
        Assert.Empty(await Ledger.ListOpenDeployments(Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task Deployments_come_page_by_page_the_newest_first()
    {
        // three with each time: those added later are the newer
        Deployment[] deployments = [.. Enumerable.Range(0, 12).Select(i => Deployment(Guid.NewGuid(), Noon.AddMinutes(i / 3)))];
        foreach (var deployment in deployments[3..].Concat(deployments[..3]))
            await Ledger.AddDeployment(deployment, Never);

        List<Deployment> read = [];
        for (var offset = 0; offset < 12; offset += 5)
        {
            var page = await Ledger.ListDeployments(new DeploymentFilter(), 5, offset, Never);
            Assert.Equal(12, page.Total);
            read.AddRange(page.Items);
        }

        Assert.Equal(deployments.Reverse(), read);
    }

    public static TheoryData<string, DeploymentFilter, int[]> DeploymentFilters =>
        new()
        {
            { "all", new(), [4, 3, 2, 1, 0] },
            {
                "uuid",
                new() { Uuid = DeploymentUuid(2) },
                [2]
            },
            {
                "uuid's beginning",
                new() { UuidStartsWith = "0a" },
                [1, 0]
            },
            {
                "state",
                new() { State = DeploymentState.Success },
                [1]
            },
            {
                "pending",
                new() { State = DeploymentState.Pending },
                [4, 3]
            },
            {
                "in progress",
                new() { State = DeploymentState.InProgress },
                [0]
            },
            {
                "service",
                new() { ServiceId = DeploymentUuid(9) },
                [2, 0]
            },
            {
                "started from",
                new() { StartedFrom = Noon.AddMinutes(1) },
                [2, 1]
            },
            {
                "started to",
                new() { StartedTo = Noon.AddMinutes(1) },
                [1, 0]
            },
            {
                "started at",
                new() { StartedFrom = Noon.AddMinutes(1), StartedTo = Noon.AddMinutes(1) },
                [1]
            },
            {
                "started before all",
                new() { StartedTo = Noon.AddMinutes(-1) },
                []
            },
            {
                "ended from",
                new() { EndedFrom = Noon.AddMinutes(2) },
                [2]
            },
            {
                "ended to",
                new() { EndedTo = Noon.AddMinutes(2).AddTicks(-1) },
                [1]
            },
            {
                "several",
                new()
                {
                    ServiceId = DeploymentUuid(9),
                    State = DeploymentState.Failed,
                    UuidStartsWith = "0b",
                },
                [2]
            },
        };

    [Theory, MemberData(nameof(DeploymentFilters))]
    public async Task Deployments_are_filtered(string what, DeploymentFilter filter, int[] expected)
    {
        var (one, two) = (DeploymentUuid(9), DeploymentUuid(8));
        Deployment[] deployments =
        [
            Deployment(one) with
            {
                Started = Noon,
                State = DeploymentState.InProgress,
            },
            (Deployment(two) with { Started = Noon.AddMinutes(1) }).AsEnded(Noon.AddMinutes(1)),
            (Deployment(one) with { Started = Noon.AddMinutes(2) }).AsEnded(Noon.AddMinutes(2), DeploymentState.Failed),
            Deployment(two),
            Deployment(two),
        ];
        for (var i = 0; i < deployments.Length; i++)
            await Ledger.AddDeployment(deployments[i] = deployments[i] with { Uuid = DeploymentUuid(i) }, Never);

        var page = await Ledger.ListDeployments(filter, 100, 0, Never);

        Assert.True(expected.Length == page.Total, what);
        Assert.Equal(expected.Select(i => deployments[i]), page.Items);
    }

    [Fact]
    public async Task Log_lines_are_numbered_upwards_and_read_in_pieces()
    {
        var (deployment, other) = (Deployment(Guid.NewGuid()), Deployment(Guid.NewGuid()));
        await Ledger.AddDeployment(deployment, Never);
        await Ledger.AddDeployment(other, Never);

        await Ledger.AppendLog(deployment.Uuid, ["one", "two\nthree\r\nfour\n"], Never);
        Time.SetUtcNow(Noon.AddSeconds(1));
        await Ledger.AppendLog(other.Uuid, ["somebody else's"], Never);
        await Ledger.AppendLog(deployment.Uuid, ["", "six"], Never);
        await Ledger.AppendLog(deployment.Uuid, [], Never);

        var first = await Ledger.ReadLog(deployment.Uuid, 0, 4, Never);
        var second = await Ledger.ReadLog(deployment.Uuid, first[^1].Number, 4, Never);
        Assert.Equal([("one", Noon), ("two", Noon), ("three", Noon), ("four", Noon)], first.Select(line => (line.Text, line.Time)));
        Assert.Equal([("", Time.GetUtcNow()), ("six", Time.GetUtcNow())], second.Select(line => (line.Text, line.Time)));
        long[] numbers = [.. first.Concat(second).Select(line => line.Number)];
        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.Empty(await Ledger.ReadLog(deployment.Uuid, second[^1].Number, 4, Never));
        Assert.Empty(await Ledger.ReadLog(Guid.NewGuid(), 0, 4, Never));
    }

    [Fact]
    public async Task A_line_of_ten_megabytes_and_control_characters_do_not_break_the_log()
    {
        var deployment = Deployment(Guid.NewGuid());
        await Ledger.AddDeployment(deployment, Never);

        await Ledger.AppendLog(deployment.Uuid, [new string('x', 10_000_000), "a\0b\x1b[31mred\x1b[0m\tend\x7f", "\ud800 half"], Never);

        var lines = await Ledger.ReadLog(deployment.Uuid, 0, 10, Never);
        Assert.Equal([new string('x', 16 * 1024) + "…", "abred\tend", "\ufffd half"], lines.Select(line => line.Text));
    }

    [Fact]
    public async Task A_long_log_stays_in_order()
    {
        var deployment = Deployment(Guid.NewGuid());
        await Ledger.AddDeployment(deployment, Never);
        string[] lines = [.. Enumerable.Range(0, 2_345).Select(i => $"line {i}")];

        await Ledger.AppendLog(deployment.Uuid, [string.Join('\n', lines)], Never);

        Assert.Equal(lines, (await Ledger.ReadLog(deployment.Uuid, 0, 10_000, Never)).Select(line => line.Text));
    }

    private static Guid DeploymentUuid(int i) => new($"0{(i < 2 ? 'a' : 'b')}000000-0000-0000-0000-00000000000{i}");
}
