using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Trimming_removes_old_settled_pushes_with_their_verdicts()
    {
        var (old, open, young) = (Push("old"), Push("open"), Push("young") with { Received = Noon.AddHours(1) });
        await Ledger.RecordPushes([old, open, young], Never);
        await Ledger.Complete([old.Uuid, young.Uuid], Never);
        var serviceId = Guid.NewGuid();
        foreach (var push in new[] { old, open, young })
            await Ledger.Decide(Verdict(push.Uuid, serviceId), null, null, Never);

        await Ledger.Trim(Noon.AddTicks(1), 10, Never);

        Assert.Null(await Ledger.FindPush(old.Uuid, Never));
        Assert.Null(await Ledger.FindVerdict(old.Uuid, serviceId, Never));
        foreach (var push in new[] { open, young })
        {
            Assert.NotNull(await Ledger.FindPush(push.Uuid, Never));
            Assert.NotNull(await Ledger.FindVerdict(push.Uuid, serviceId, Never));
        }
    }

    [Fact]
    public async Task Trimming_spares_what_came_at_the_very_time()
    {
        var push = Push();
        await Ledger.RecordPushes([push], Never);
        await Ledger.Complete([push.Uuid], Never);

        await Ledger.Trim(Noon, 10, Never);

        Assert.NotNull(await Ledger.FindPush(push.Uuid, Never));
    }

    [Fact]
    public async Task Trimming_gets_through_more_than_fits_into_a_step()
    {
        Push[] pushes = [.. Enumerable.Range(0, 230).Select(i => Push($"{i}"))];
        await Ledger.RecordPushes(pushes, Never);
        await Ledger.Complete([.. pushes.Select(push => push.Uuid)], Never);
        Guid[] serviceIds = [.. Enumerable.Range(0, 1_200).Select(_ => Guid.NewGuid())];
        await Task.WhenAll(serviceIds.Select(serviceId => Ledger.Decide(Verdict(pushes[7].Uuid, serviceId), null, null, Never)));
        Deployment[] deployments =
        [
            .. Enumerable.Range(0, 130).Select(i => Deployment(serviceIds[0], Noon.AddSeconds(i)).AsEnded(Noon.AddSeconds(i))),
        ];
        await Task.WhenAll(deployments.Select(deployment => Ledger.AddDeployment(deployment, Never)));
        foreach (var i in new[] { 3, 127 })
            await Ledger.AppendLog(deployments[i].Uuid, [.. Enumerable.Repeat("line", 1_234)], Never);

        await Ledger.Trim(Noon.AddDays(1), 5, Never);

        foreach (var push in pushes)
            Assert.Null(await Ledger.FindPush(push.Uuid, Never));
        foreach (var serviceId in serviceIds)
            Assert.Null(await Ledger.FindVerdict(pushes[7].Uuid, serviceId, Never));
        Assert.Equal(deployments[^5..].Reverse(), (await Ledger.ListDeployments(new DeploymentFilter(), 1_000, 0, Never)).Items);
        Assert.Empty(await Ledger.ReadLog(deployments[3].Uuid, 0, 10, Never));
        Assert.Empty(await Ledger.ReadLog(deployments[127].Uuid, 0, 10, Never));
    }

    [Fact]
    public async Task Trimming_removes_logs_of_deployments_that_ended_before()
    {
        var serviceId = Guid.NewGuid();
        var (old, young, open) = (
            Deployment(serviceId).AsEnded(Noon),
            Deployment(serviceId).AsEnded(Noon.AddHours(1)),
            Deployment(serviceId)
        );
        foreach (var deployment in new[] { old, young, open })
        {
            await Ledger.AddDeployment(deployment, Never);
            await Ledger.AppendLog(deployment.Uuid, ["line"], Never);
        }

        await Ledger.Trim(Noon.AddMinutes(1), 10, Never);
        await Ledger.Trim(Noon.AddMinutes(1), 10, Never);

        Assert.Empty(await Ledger.ReadLog(old.Uuid, 0, 10, Never));
        Assert.Single(await Ledger.ReadLog(young.Uuid, 0, 10, Never));
        Assert.Single(await Ledger.ReadLog(open.Uuid, 0, 10, Never));
        Assert.Equal(3, (await Ledger.ListDeployments(new DeploymentFilter(), 10, 0, Never)).Total);

        // a late line is trimmed the next time
        await Ledger.AppendLog(old.Uuid, ["late"], Never);
        Assert.Single(await Ledger.ReadLog(old.Uuid, 0, 10, Never));
        await Ledger.Trim(Noon.AddMinutes(1), 10, Never);
        Assert.Empty(await Ledger.ReadLog(old.Uuid, 0, 10, Never));
    }

    [Fact]
    public async Task Trimming_keeps_the_newest_ended_deployments_of_each_service_and_all_open_ones()
    {
        Guid[] serviceIds = [Guid.NewGuid(), Guid.NewGuid()];
        List<Deployment> kept = [];
        foreach (var serviceId in serviceIds)
        {
            Deployment[] ended =
            [
                .. Enumerable.Range(0, 5).Select(i => Deployment(serviceId, Noon.AddMinutes(i)).AsEnded(Noon.AddDays(i))),
            ];
            var open = Deployment(serviceId, Noon.AddMinutes(-1));
            foreach (var deployment in ended.Append(open))
                await Ledger.AddDeployment(deployment, Never);
            kept.AddRange([open, .. ended[^2..]]);
        }

        await Ledger.Trim(Noon.AddDays(-1), 2, Never);

        Assert.Equal(
            kept.Select(deployment => deployment.Uuid).Order(),
            (await Ledger.ListDeployments(new DeploymentFilter(), 100, 0, Never)).Items.Select(deployment => deployment.Uuid).Order()
        );
    }

    [Fact]
    public async Task Others_write_while_trimming_goes_on()
    {
        Push[] pushes = [.. Enumerable.Range(0, 2_000).Select(i => Push($"{i}"))];
        await Ledger.RecordPushes(pushes, Never);
        await Ledger.Complete([.. pushes.Select(push => push.Uuid)], Never);

        var trimming = Task.Run(() => Ledger.Trim(Noon.AddDays(1), 1, Never));
        var recording = Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => Ledger.RecordPushes([Push($"new {i}")], Never))));
        await Task.WhenAll(trimming, recording);

        Assert.Equal(200, (await Ledger.ListOpenPushes(Source, 1_000, Never)).Count);
        Assert.Null(await Ledger.FindPush(pushes[^1].Uuid, Never));
    }
}
