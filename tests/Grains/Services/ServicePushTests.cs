using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using AutoDeploy.Testing;

namespace AutoDeploy.Grains.Tests.Services;

/// <summary>What pushes lead to: from the grain of their source by way of the verdict to what runs.</summary>
[Collection(GrainCluster.Name)]
public class ServicePushTests(GrainCluster cluster)
{
    [Fact]
    public async Task A_push_of_an_image_redeploys_the_service_and_a_repeat_of_it_does_not()
    {
        var service = await ServiceScenario.Start(cluster);
        service.Means("latest", 2);
        var push = service.CreatePush(2);
        var verdict = await service.Push(push);
        Assert.Equal((VerdictKind.Deploy, VerdictReasons.New), (verdict.Kind, verdict.Reason));
        var deployment = await service.End(verdict.DeploymentId!.Value);
        Assert.Equal((DeploymentState.Success, push.Uuid), (deployment.State, deployment.Cause.PushId));
        Assert.Equal(ServiceScenario.CreateDigest(2), (await service.Get()).Current?.Digest);

        // told once more, by whoever calls the grain again
        var reply = await service.Grain.Evaluate(push, null, new OrganizationSettings());
        Assert.Equal(verdict, reply.Verdict);
        Assert.Equal(2, cluster.Ledger.ListDeployments(service.Uuid).Count);
    }

    [Fact]
    public async Task What_the_tag_means_is_asked_of_the_registry_where_the_sender_does_not_say()
    {
        var service = await ServiceScenario.Start(cluster);
        var verdict = await service.Push(service.CreatePush(null));
        Assert.Equal((VerdictKind.Skip, VerdictReasons.Current), (verdict.Kind, verdict.Reason));

        // a registry that does not know lets the deployment say what is wrong
        var unknown = await service.Push(service.CreatePush(null, "nightly"));
        Assert.Equal(VerdictReasons.Tag, unknown.Reason);
    }

    [Fact]
    public async Task Equal_pushes_within_a_moment_lead_to_one_deployment_and_each_has_its_verdict()
    {
        var service = await ServiceScenario.Start(cluster);
        service.Means("latest", 2);
        Push[] pushes = [service.CreatePush(2), service.CreatePush(2), service.CreatePush(2)];
        cluster.Ledger.Add(pushes[0], pushes[1]);
        await service.Push(pushes[2]);
        await Eventually.Until(() => pushes.All(push => cluster.Ledger.IsComplete(push.Uuid)));
        var verdicts = pushes.Select(push => cluster.Ledger.Find(push.Uuid, service.Uuid)!).ToList();
        var deploying = Assert.Single(verdicts, verdict => verdict.Kind == VerdictKind.Deploy);
        await service.End(deploying.DeploymentId!.Value);
        Assert.Equal(ServiceScenario.CreateDigest(2), (await service.Get()).Current?.Digest);
    }

    [Fact]
    public async Task A_service_with_autoredeploy_off_only_remembers_what_is_there()
    {
        var service = await ServiceScenario.Start(cluster, settings => settings with { Autoredeploy = false });
        var verdict = await service.Push(service.CreatePush(2));
        Assert.Equal(VerdictReasons.AutoredeployOff, verdict.Reason);
        Assert.Equal(ServiceScenario.CreateDigest(2), (await service.Get()).Available?.Digest);
        Assert.Equal(ServiceScenario.CreateDigest(1), (await service.Get()).Current?.Digest);

        // what runs is not offered as something new
        await service.Push(service.CreatePush(1));
        Assert.Equal(ServiceScenario.CreateDigest(2), (await service.Get()).Available?.Digest);

        service.Means("latest", 2);
        await service.Run(Operation.Redeploy);
        Assert.Null((await service.Get()).Available);
    }

    [Fact]
    public async Task A_push_never_starts_a_stopped_service()
    {
        var service = await ServiceScenario.Start(cluster);
        await service.Run(Operation.Stop);
        var verdict = await service.Push(service.CreatePush(2));
        Assert.Equal(VerdictReasons.Stopped, verdict.Reason);
        Assert.Equal(ServiceStatus.Stopped, (await service.Get()).Status);
    }

    [Fact]
    public async Task While_one_push_is_deployed_the_newest_of_the_others_waits_and_a_failed_version_is_not_tried_again()
    {
        var service = await ServiceScenario.Start(cluster);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Holds[$"{service.Source}:latest"] = released.Task;
        var first = await service.Push(service.CreatePush(2));
        var second = await service.Push(service.CreatePush(3));
        var third = await service.Push(service.CreatePush(4));
        Assert.All([first, second, third], verdict => Assert.Equal(VerdictKind.Deploy, verdict.Kind));
        Assert.Equal(DeploymentState.Canceled, cluster.Ledger.Find(second.DeploymentId!.Value)?.State);
        Assert.Contains("Superseded by a newer push before it began.", cluster.Ledger.ReadLog(second.DeploymentId!.Value));

        service.Means("latest", 4);
        released.SetResult();
        await service.End(first.DeploymentId!.Value);
        await service.End(third.DeploymentId!.Value);
        Assert.Equal(ServiceScenario.CreateDigest(4), (await service.Get()).Current?.Digest);
    }

    [Fact]
    public async Task A_version_that_failed_is_not_tried_again_by_a_push()
    {
        var service = await ServiceScenario.Start(
            cluster,
            settings => settings with { HealthCheck = null, BakeSeconds = 0, PreDeploy = "migrate" }
        );
        service.Means("latest", 2);
        cluster.Engine.Ended[service.Uuid] = 3;
        var verdict = await service.Push(service.CreatePush(2));
        Assert.Equal(
            (DeploymentState.Failed, "pre_deploy exited with code 3."),
            ((await service.End(verdict.DeploymentId!.Value)).State, cluster.Ledger.Find(verdict.DeploymentId!.Value)?.Result)
        );
        Assert.Equal(ServiceScenario.CreateDigest(2), Assert.Single((await service.Get()).Failed));
        Assert.Equal(VerdictReasons.FailedBefore, (await service.Push(service.CreatePush(2))).Reason);
    }

    [Fact]
    public async Task Pushes_of_what_nobody_follows_are_worked_off_without_verdicts()
    {
        var push = (await ServiceScenario.Create(cluster)).CreatePush(2) with { Source = $"docker.io/nobody/{Guid.NewGuid():n}" };
        cluster.Ledger.Add(push);
        await cluster.Grains.GetGrain<IImageGrain>(push.Source).Wake();
        await Eventually.Until(() => cluster.Ledger.IsComplete(push.Uuid));
    }

    [Fact]
    public async Task An_announced_path_reaches_services_with_that_path_at_any_host()
    {
        var service = await ServiceScenario.Start(cluster, settings => settings with { TagPolicy = "any" });
        service.Means("v2", 2);
        var path = (await service.Get()).Sources.Single(ImageName.IsPathSource);
        var push = service.CreatePush(null, "v2") with { Source = path };
        cluster.Ledger.Add(push);
        await cluster.Grains.GetGrain<IImageGrain>(path).Wake();
        await Eventually.Until(() => cluster.Ledger.IsComplete(push.Uuid));
        var verdict = cluster.Ledger.Find(push.Uuid, service.Uuid)!;
        Assert.Equal(VerdictKind.Deploy, verdict.Kind);
        await service.End(verdict.DeploymentId!.Value);
        Assert.Equal(
            ("v2", ServiceScenario.CreateDigest(2)),
            ((await service.Get()).Current?.Image.Tag, (await service.Get()).Current?.Digest)
        );
    }

    [Fact]
    public async Task A_service_that_cannot_be_asked_is_asked_again()
    {
        var service = await ServiceScenario.Start(cluster);
        service.Means("latest", 2);
        var failures = 0;
        cluster.Ledger.Failures[nameof(ILedger.Decide)] = arguments =>
            ((Verdict)arguments[0]!).ServiceId == service.Uuid && failures++ == 0 ? new LedgerException("It is away.") : null;
        var verdict = await service.Push(service.CreatePush(2));
        Assert.Equal(VerdictKind.Deploy, verdict.Kind);
        await service.End(verdict.DeploymentId!.Value);
        Assert.Equal(2, failures);
    }

    [Fact]
    public async Task A_push_to_a_repository_is_built_and_deployed()
    {
        var service = await ServiceScenario.Start(cluster, isGit: true);
        Assert.Equal(ServiceScenario.CreateCommit(1), (await service.Get()).Current?.Commit);
        cluster.Differences[service.Repository] = new GitDifference(["src/Program.cs"], GitRelation.Newer);
        var verdict = await service.Push(service.CreateGitPush(2));
        Assert.Equal(VerdictKind.Deploy, verdict.Kind);
        Assert.Equal(DeploymentState.Success, (await service.End(verdict.DeploymentId!.Value)).State);
        Assert.Equal(ServiceScenario.CreateCommit(2), (await service.Get()).Current?.Commit);

        cluster.Differences[service.Repository] = new GitDifference(["src/Program.cs"], GitRelation.Older);
        Assert.Equal(VerdictReasons.Older, (await service.Push(service.CreateGitPush(1))).Reason);
        Assert.Null(await service.Push(service.CreateGitPush(3, "other-branch")));

        // a sender that knows the repository's host by another name, which says nothing of repositories that lack the commit
        var renamed = service.CreateGitPush(1) with
        {
            Source = RepositoryName.Parse($"https://git.internal/acme/{service.Uuid:n}").Source,
        };
        Assert.Equal(VerdictReasons.Older, (await service.Push(renamed)).Reason);
        cluster.GitFailures[service.Repository] = new GitException(GitFault.Refused, "It has no such commit.");
        Assert.Null(await service.Push(renamed with { Uuid = Guid.NewGuid() }));
    }

    [Fact]
    public async Task A_marker_in_the_commit_skips_it_and_a_repository_that_cannot_be_read_yet_is_read_again()
    {
        var service = await ServiceScenario.Start(cluster, isGit: true);
        cluster.Commits[service.Repository] = cluster.Commits[service.Repository] with { Message = "Fix a word [skip ci]" };
        Assert.Equal(VerdictReasons.SkipMarker, (await service.Push(service.CreateGitPush(2))).Reason);

        // its commit may be on its way to the server that is asked
        cluster.Commits[service.Repository] = cluster.Commits[service.Repository] with
        {
            Message = "Fix it",
        };
        cluster.GitFailures[service.Repository] = new GitException(GitFault.CommitMissing, "There is no such commit.");
        var push = service.CreateGitPush(3);
        cluster.Ledger.Add(push);
        await cluster.Grains.GetGrain<IRepositoryGrain>(push.Source).Wake();
        await Eventually.Until(() => cluster.FailedReads.ContainsKey(service.Repository));
        Assert.Null(cluster.Ledger.Find(push.Uuid, service.Uuid));
        cluster.GitFailures.TryRemove(service.Repository, out _);
        await cluster.Grains.GetGrain<IRepositoryGrain>(push.Source).Wake();
        await Eventually.Until(() => cluster.Ledger.IsComplete(push.Uuid));
        await service.End(cluster.Ledger.Find(push.Uuid, service.Uuid)!.DeploymentId!.Value);
    }

    [Fact]
    public async Task A_repository_that_cannot_be_read_leaves_the_rest_to_the_deployment()
    {
        var service = await ServiceScenario.Start(cluster, isGit: true);
        cluster.GitFailures[service.Repository] = new GitException(GitFault.Unauthorized, "The password is wrong.");
        var verdict = await service.Push(service.CreateGitPush(2));
        Assert.Equal(VerdictKind.Deploy, verdict.Kind);
        var deployment = await service.End(verdict.DeploymentId!.Value);
        Assert.Equal((DeploymentState.Failed, "The password is wrong."), (deployment.State, deployment.Result));
    }

    [Fact]
    public async Task Beginnings_of_paths_that_cover_no_file_are_found()
    {
        var service = await ServiceScenario.Create(cluster, isGit: true);
        var source = (await service.Get()).Settings.Git!;
        var grain = cluster.Grains.GetGrain<IRepositoryGrain>(service.Repository);
        Assert.Empty(await grain.FindUncovered(service.Organization, source, ["src/"]));
        cluster.Files[service.Repository] = ["src/a", "docs/b"];
        Assert.Equal("srk/", Assert.Single(await grain.FindUncovered(service.Organization, source, ["src/", "srk/"])));
        cluster.GitFailures[service.Repository] = new GitException(GitFault.Unreachable, "It is away.");
        Assert.Empty(await grain.FindUncovered(service.Organization, source, ["srk/"]));
    }

    [Fact]
    public async Task A_polled_tag_that_has_moved_becomes_a_push()
    {
        var service = await ServiceScenario.Start(cluster, settings => settings with { PollSeconds = 30 });
        var grain = cluster.Grains.GetGrain<IImageGrain>(service.Source);
        await grain.Poll();
        Assert.Empty(cluster.Ledger.ListPushes(service.Source));
        service.Means("latest", 2);
        await grain.Poll();
        var push = Assert.Single(cluster.Ledger.ListPushes(service.Source));
        Assert.Equal(("poll", ServiceScenario.CreateDigest(2)), (push.Sender, push.Digest));
        await Eventually.Until(async () => (await service.Get()).Current?.Digest == ServiceScenario.CreateDigest(2));
    }
}
