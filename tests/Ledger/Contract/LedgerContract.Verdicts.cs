using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_verdict_is_found_as_it_was()
    {
        var (pushId, serviceId) = (Guid.NewGuid(), Guid.NewGuid());
        var skip = Verdict(pushId, serviceId);
        var held = Verdict(pushId, Guid.NewGuid(), Guid.NewGuid()) with { Kind = VerdictKind.Held };

        Assert.True(await Ledger.Decide(skip, null, null, Never));
        Assert.True(await Ledger.Decide(held, null, null, Never));

        Assert.Equal(skip, await Ledger.FindVerdict(pushId, serviceId, Never));
        Assert.Equal(held, await Ledger.FindVerdict(pushId, held.ServiceId, Never));
        Assert.Null(await Ledger.FindVerdict(Guid.NewGuid(), serviceId, Never));
        Assert.Null(await Ledger.FindVerdict(pushId, Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task A_verdict_to_deploy_comes_with_its_deployment_and_cancels_the_one_whose_place_it_takes()
    {
        var serviceId = Guid.NewGuid();
        var waiting = Deployment(serviceId);
        await Ledger.AddDeployment(waiting, Never);
        var deployment = Deployment(serviceId, Noon.AddMinutes(1));
        Time.SetUtcNow(Noon.AddMinutes(2));

        Assert.True(await Ledger.Decide(Verdict(Guid.NewGuid(), serviceId, deployment.Uuid), deployment, waiting.Uuid, Never));

        Assert.Equal([deployment], await Ledger.ListOpenDeployments(serviceId, Never));
        Assert.Equal(
            waiting with
            {
                State = DeploymentState.Canceled,
                Result = "Superseded by a newer push.",
                Ended = Time.GetUtcNow(),
            },
            await Ledger.FindDeployment(waiting.Uuid, Never)
        );
    }

    [Fact]
    public async Task The_verdicts_that_led_to_deployments_are_found_by_their_push()
    {
        var pushId = Guid.NewGuid();
        var deploying = new[] { Verdict(pushId, Guid.NewGuid(), Guid.NewGuid()), Verdict(pushId, Guid.NewGuid(), Guid.NewGuid()) };
        foreach (
            var verdict in (Verdict[])
                [.. deploying, Verdict(pushId, Guid.NewGuid()), Verdict(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid())]
        )
            await Ledger.Decide(verdict, null, null, Never);
        Assert.Equal(
            deploying.OrderBy(v => v.ServiceId.ToString(), StringComparer.Ordinal),
            await Ledger.ListDeployingVerdicts(pushId, Never)
        );
    }

    [Fact]
    public async Task A_push_lacks_verdicts_until_it_is_settled()
    {
        var push = Push();
        await Ledger.RecordPushes([push], Never);
        Assert.True(await Ledger.IsMissingVerdicts(push.Uuid, Never));
        await Ledger.Complete([push.Uuid], Never);
        Assert.False(await Ledger.IsMissingVerdicts(push.Uuid, Never));
        Assert.False(await Ledger.IsMissingVerdicts(Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task A_second_verdict_on_a_push_records_nothing()
    {
        var (pushId, serviceId) = (Guid.NewGuid(), Guid.NewGuid());
        var first = Verdict(pushId, serviceId);
        await Ledger.Decide(first, null, null, Never);
        var waiting = Deployment(serviceId);
        await Ledger.AddDeployment(waiting, Never);
        var second = Deployment(serviceId);

        Assert.False(await Ledger.Decide(Verdict(pushId, serviceId, second.Uuid), second, waiting.Uuid, Never));

        Assert.Equal(first, await Ledger.FindVerdict(pushId, serviceId, Never));
        Assert.Null(await Ledger.FindDeployment(second.Uuid, Never));
        Assert.Equal([waiting], await Ledger.ListOpenDeployments(serviceId, Never));
    }

    [Fact]
    public async Task Of_many_verdicts_on_one_push_at_once_one_leads_to_a_deployment()
    {
        var (pushId, serviceId) = (Guid.NewGuid(), Guid.NewGuid());

        var decided = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        var deployment = Deployment(serviceId);
                        return Ledger.Decide(Verdict(pushId, serviceId, deployment.Uuid), deployment, null, Never);
                    })
                )
        );

        Assert.Single(decided, true);
        Assert.Single(await Ledger.ListOpenDeployments(serviceId, Never));
    }

    [Fact]
    public async Task A_deployment_that_has_ended_is_not_cancelled_any_more()
    {
        var serviceId = Guid.NewGuid();
        var ended = Deployment(serviceId).AsEnded(Noon);
        await Ledger.AddDeployment(ended, Never);
        var deployment = Deployment(serviceId);

        Assert.True(await Ledger.Decide(Verdict(Guid.NewGuid(), serviceId, deployment.Uuid), deployment, ended.Uuid, Never));

        Assert.Equal(ended, await Ledger.FindDeployment(ended.Uuid, Never));
    }

    [Fact]
    public async Task A_verdict_comes_with_what_became_of_its_deployment()
    {
        var push = Push("1");
        await Ledger.RecordPushes([push], Never);
        var deployment = Deployment(Guid.NewGuid());
        var verdict = Verdict(push.Uuid, deployment.ServiceId, deployment.Uuid);
        Assert.True(await Ledger.Decide(verdict, deployment, null, Never));
        Assert.Equal(
            new VerdictWithPush(verdict, push, new(deployment.State, "")),
            await Ledger.FindVerdictOfService(deployment.ServiceId, verdict.Uuid, Never)
        );

        var ended = deployment.AsEnded(Noon) with
        {
            State = DeploymentState.Success,
            Result = "It is what runs already; nothing was done.",
        };
        Assert.True(await Ledger.UpdateDeployment(ended, Never));

        var found = new VerdictWithPush(verdict, push, new(DeploymentState.Success, "It is what runs already; nothing was done."));
        Assert.Equal(found, await Ledger.FindVerdictOfService(deployment.ServiceId, verdict.Uuid, Never));
        Assert.Equal([found], (await Ledger.ListVerdicts(deployment.ServiceId, 5, 0, Never)).Items);
    }

    [Fact]
    public async Task Verdicts_come_page_by_page_with_their_pushes_the_newest_first()
    {
        var serviceId = Guid.NewGuid();
        Push[] pushes = [.. Enumerable.Range(0, 7).Select(i => Push($"{i}") with { Received = Noon.AddSeconds(i / 2) })];
        await Ledger.RecordPushes(pushes, Never);
        Verdict[] verdicts = [.. pushes.Select(push => Verdict(push.Uuid, serviceId) with { Received = push.Received })];
        foreach (var verdict in verdicts)
            await Ledger.Decide(verdict, null, null, Never);
        await Ledger.Decide(Verdict(pushes[0].Uuid, Guid.NewGuid()), null, null, Never);
        var unknown = Verdict(Guid.NewGuid(), serviceId) with { Received = Noon.AddSeconds(-1) };
        await Ledger.Decide(unknown, null, null, Never);

        var first = await Ledger.ListVerdicts(serviceId, 5, 0, Never);
        var second = await Ledger.ListVerdicts(serviceId, 5, 5, Never);

        Assert.Equal((8, 8), (first.Total, second.Total));
        Assert.Equal(
            [.. verdicts.Zip(pushes, (verdict, push) => new VerdictWithPush(verdict, push)).Reverse(), new VerdictWithPush(unknown, null)],
            first.Items.Concat(second.Items)
        );
    }
}
