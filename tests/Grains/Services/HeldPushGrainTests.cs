using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Services;
using AutoDeploy.Testing;

namespace AutoDeploy.Grains.Tests.Services;

/// <summary>Pushes that wait for a person, a window or the end of a freeze.</summary>
[Collection(GrainCluster.Name)]
public class HeldPushGrainTests(GrainCluster cluster)
{
    [Fact]
    public async Task A_push_that_needs_an_approval_is_deployed_when_a_person_gives_it_once()
    {
        var service = await ServiceScenario.Start(cluster, settings => settings with { ApprovalRequired = true });
        service.Means("latest", 2);
        var verdict = await service.Push(service.CreatePush(2));
        Assert.Equal((VerdictKind.Held, VerdictReasons.Approval), (verdict.Kind, verdict.Reason));
        Assert.Equal(verdict.Uuid, (await service.Get()).Held?.Verdict.Uuid);
        Assert.Contains("approved by a person", (await service.Trigger()).Refusal?.Sentence);
        Assert.Contains("not held any more", (await service.Grain.Approve(Guid.NewGuid(), "ida")).Refusal?.Sentence);

        var reply = await service.Grain.Approve(verdict.Uuid, "ida");
        Assert.Null(reply.Refusal);
        var deployment = await service.End(reply.DeploymentId!.Value);
        Assert.EndsWith("approved by ida", deployment.Cause.Text);
        Assert.Equal((ServiceScenario.CreateDigest(2), null), ((await service.Get()).Current?.Digest, (await service.Get()).Held));
        Assert.Contains("not held any more", (await service.Grain.Approve(verdict.Uuid, "max")).Refusal?.Sentence);
    }

    [Fact]
    public async Task A_newer_push_takes_the_place_of_the_held_one()
    {
        var service = await ServiceScenario.Start(cluster, settings => settings with { ApprovalRequired = true });
        var first = service.CreatePush(2);
        await service.Push(first);
        var second = await service.Push(service.CreatePush(3));
        Assert.Equal(VerdictKind.Held, second.Kind);
        Assert.Equal(second.Uuid, (await service.Get()).Held?.Verdict.Uuid);
    }

    [Fact]
    public async Task The_end_of_a_freeze_releases_what_was_held()
    {
        var service = await ServiceScenario.Start(cluster);
        service.Means("latest", 2);
        var frozen = (await service.Get()).Settings with { Frozen = "Black Friday" };
        await service.Grain.Configure(frozen, (await service.Get()).Revision);
        var push = service.CreatePush(2);
        Assert.Equal(VerdictReasons.Frozen, (await service.Push(push)).Reason);
        // nothing has changed
        await service.Grain.ReevaluateHeld();
        Assert.Equal(VerdictKind.Held, cluster.Ledger.Find(push.Uuid, service.Uuid)?.Kind);

        await service.Grain.Configure(frozen with { Frozen = null }, (await service.Get()).Revision);
        var verdict = cluster.Ledger.Find(push.Uuid, service.Uuid)!;
        Assert.Equal(VerdictKind.Deploy, verdict.Kind);
        await service.End(verdict.DeploymentId!.Value);
        Assert.Equal(ServiceScenario.CreateDigest(2), (await service.Get()).Current?.Digest);
    }

    [Fact]
    public async Task The_end_of_an_organizations_freeze_releases_what_its_services_hold()
    {
        var service = await ServiceScenario.Start(cluster);
        service.Means("latest", 2);
        var organization = cluster.Grains.GetGrain<IOrganizationGrain>(service.Organization);
        var frozen = await organization.Configure(new OrganizationSettings { Frozen = "Moving house" });
        Assert.Equal((1L, "Moving house"), (frozen!.Revision, (await organization.Get()).Frozen));
        // who has not seen the newest changes nothing
        Assert.Null(await organization.Configure(new OrganizationSettings()));

        var push = service.CreatePush(2);
        Assert.Equal(VerdictReasons.Frozen, (await service.Push(push)).Reason);
        await organization.Configure(frozen with { Frozen = null });
        await Eventually.Until(() => cluster.Ledger.Find(push.Uuid, service.Uuid)?.Kind == VerdictKind.Deploy);
        await service.End(cluster.Ledger.Find(push.Uuid, service.Uuid)!.DeploymentId!.Value);
    }

    [Fact]
    public async Task What_is_held_goes_with_the_source_and_with_the_service()
    {
        var moved = await ServiceScenario.Start(cluster, settings => settings with { ApprovalRequired = true });
        var push = moved.CreatePush(2);
        await moved.Push(push);
        await moved.Grain.Configure(
            (await moved.Get()).Settings with
            {
                Image = "docker.io/acme/other:latest",
            },
            (await moved.Get()).Revision
        );
        Assert.Equal(
            (VerdictKind.Skip, VerdictReasons.Superseded),
            (cluster.Ledger.Find(push.Uuid, moved.Uuid)!.Kind, cluster.Ledger.Find(push.Uuid, moved.Uuid)!.Reason)
        );

        var ended = await ServiceScenario.Start(cluster, settings => settings with { ApprovalRequired = true });
        push = ended.CreatePush(2);
        await ended.Push(push);
        await ended.Run(Operation.Terminate);
        await Eventually.Until(() => cluster.Ledger.Find(push.Uuid, ended.Uuid)?.Reason == VerdictReasons.Stopped);
        Assert.Null((await ended.Get()).Held);
    }

    [Fact]
    public async Task A_verdict_on_record_counts_more_than_what_the_service_remembers()
    {
        var service = await ServiceScenario.Start(cluster, settings => settings with { ApprovalRequired = true });
        var verdict = await service.Push(service.CreatePush(2));
        // as a crash between the ledger's write and the service's leaves it
        cluster.Ledger.Put(verdict with { Kind = VerdictKind.Skip, Reason = VerdictReasons.Superseded });
        Assert.Contains("not held any more", (await service.Grain.Approve(verdict.Uuid, "ida")).Refusal?.Sentence);
        Assert.Null((await service.Get()).Held);
        await service.Grain.ReevaluateHeld();
    }
}
