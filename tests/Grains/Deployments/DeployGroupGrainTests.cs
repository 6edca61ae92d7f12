using AutoDeploy.Deployments;
using AutoDeploy.Grains.Tests.Services;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>What the members of a deploy group decide together.</summary>
[Collection(GrainCluster.Name)]
public class DeployGroupGrainTests(GrainCluster cluster)
{
    private readonly Guid _pushId = Guid.NewGuid();

    private IDeployGroupGrain Group => cluster.Grains.GetGrain<IDeployGroupGrain>($"{_pushId}/shop");

    [Fact]
    public async Task All_stay_when_all_are_ready()
    {
        var (api, web) = (await AddMember("shop"), await AddMember("shop"));
        // a service of another group is not waited for
        await AddMember("other");
        Assert.Equal(DeployGroupDecision.Waiting, (await Group.ReportReady(api.Uuid)).Decision);
        Assert.Equal(DeployGroupDecision.Stay, (await Group.ReportReady(web.Uuid)).Decision);
        Assert.Equal(DeployGroupDecision.Stay, (await Group.ReportReady(api.Uuid)).Decision);
        // too late to go back
        Assert.False(await Group.ReportFailure(api.Uuid, "api was stopped."));
    }

    [Fact]
    public async Task Nothing_is_decided_while_services_lack_their_verdicts()
    {
        var service = await ServiceScenario.Create(cluster, settings => settings with { DeployGroup = "shop" });
        cluster.Ledger.Add(service.CreatePush(2) with { Uuid = _pushId });
        Assert.Equal(DeployGroupDecision.Waiting, (await Group.ReportReady(Guid.NewGuid())).Decision);
        await Group.ReportEnded();
    }

    [Theory]
    [InlineData(DeploymentState.Failed, null, "failed")]
    [InlineData(DeploymentState.Canceled, "ida", "was canceled")]
    public async Task All_go_back_when_one_has_failed_or_was_canceled(DeploymentState state, string? by, string what)
    {
        var (api, web) = (await AddMember("shop"), await AddMember("shop"));
        cluster.Ledger.Put(web with { State = state, CancelRequestedBy = by });
        var reply = await Group.ReportReady(api.Uuid);
        Assert.Equal(DeployGroupDecision.GoBack, reply.Decision);
        Assert.EndsWith($"of the deploy group \"shop\" {what}.", reply.Reason);
    }

    [Fact]
    public async Task One_that_was_superseded_holds_up_nobody()
    {
        var (api, web) = (await AddMember("shop"), await AddMember("shop"));
        cluster.Ledger.Put(web with { State = DeploymentState.Canceled });
        Assert.Equal(DeployGroupDecision.Stay, (await Group.ReportReady(api.Uuid)).Decision);
    }

    [Fact]
    public async Task A_member_that_cannot_wait_any_longer_takes_the_others_back()
    {
        var (api, web) = (await AddMember("shop"), await AddMember("shop"));
        await Group.ReportReady(api.Uuid);
        Assert.True(await Group.ReportFailure(api.Uuid, "api was stopped."));
        Assert.Equal(new DeployGroupReply(DeployGroupDecision.GoBack, "api was stopped."), await Group.ReportReady(web.Uuid));
    }

    [Fact]
    public async Task What_was_decided_is_forgotten_when_all_have_ended()
    {
        var (api, web) = (await AddMember("shop"), await AddMember("shop"));
        await Group.ReportFailure(api.Uuid, "api was stopped.");
        cluster.Ledger.Put(api with { State = DeploymentState.Failed });
        await Group.ReportEnded();
        Assert.Equal(DeployGroupDecision.GoBack, (await Group.ReportReady(web.Uuid)).Decision);
        cluster.Ledger.Put(web with { State = DeploymentState.Success });
        await Group.ReportEnded();
        // it is decided anew, from what the ledger says
        Assert.Equal($"failed.", (await Group.ReportReady(web.Uuid)).Reason.Split(' ')[^1]);
    }

    private async Task<Deployment> AddMember(string group)
    {
        var service = await ServiceScenario.Create(cluster, settings => settings with { DeployGroup = group });
        var deployment = new Deployment
        {
            Uuid = Guid.NewGuid(),
            ServiceId = service.Uuid,
            Operation = Operation.Redeploy,
            State = DeploymentState.InProgress,
            Cause = new DeploymentCause { Kind = CauseKind.Push, PushId = _pushId },
            Created = default,
            // it takes no place from the deployments of other tests
            Engine = "elsewhere",
        };
        cluster.Ledger.Put(deployment);
        cluster.Ledger.Put(
            new Verdict
            {
                Uuid = Guid.NewGuid(),
                PushId = _pushId,
                ServiceId = service.Uuid,
                Kind = VerdictKind.Deploy,
                Reason = VerdictReasons.New,
                Detail = "",
                DeploymentId = deployment.Uuid,
                Received = default,
            }
        );
        return deployment;
    }
}
