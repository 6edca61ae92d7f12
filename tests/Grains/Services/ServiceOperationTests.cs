using System.Collections.Immutable;
using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Testing;
using AutoDeploy.Volumes;

namespace AutoDeploy.Grains.Tests.Services;

/// <summary>What persons and triggers ask of a service, from the grain's interface to the containers on the engine.</summary>
[Collection(GrainCluster.Name)]
public class ServiceOperationTests(GrainCluster cluster)
{
    [Fact]
    public async Task A_service_is_started_redeployed_scaled_stopped_started_again_terminated_and_forgotten()
    {
        var service = await ServiceScenario.Create(cluster);
        Assert.Equal(ServiceStatus.NotRunning, (await service.Get()).Status);

        Assert.Equal(DeploymentState.Success, (await service.Run(Operation.Start)).State);
        var started = await service.Get();
        Assert.Equal(
            (ServiceStatus.Running, ServiceScenario.CreateDigest(1), true),
            (started.Status, started.Current?.Digest, started.WantsToRun)
        );

        service.Means("latest", 2);
        await service.Run(Operation.Redeploy);
        var redeployed = await service.Get();
        Assert.Equal(ServiceScenario.CreateDigest(2), redeployed.Current?.Digest);
        Assert.Equal(ServiceScenario.CreateDigest(1), Assert.Single(redeployed.Previous).Digest);

        await service.Run(new ScaleCommand { Cause = ServiceScenario.ByPerson, AdditionalContainers = 2 });
        Assert.Equal(3, (await service.Get()).Containers.Length);

        await service.Run(Operation.Stop);
        var stopped = await service.Get();
        Assert.Equal((ServiceStatus.Stopped, false), (stopped.Status, stopped.WantsToRun));

        await service.Run(Operation.Start);
        Assert.Equal(ServiceStatus.Running, (await service.Get()).Status);

        await service.Run(Operation.Terminate);
        Assert.Equal(ServiceStatus.Terminated, (await service.Get()).Status);
        Assert.Empty(await cluster.Engine.List(service.Uuid, default));

        await service.Grain.Forget();
        Assert.Null(await service.Grain.Get());
        Assert.Null(cluster.Ledger.FindService(service.Uuid));
    }

    [Fact]
    public async Task Only_a_terminated_service_is_forgotten()
    {
        var service = await ServiceScenario.Create(cluster);
        await service.Grain.Forget();
        Assert.NotNull(await service.Grain.Get());
    }

    [Fact]
    public async Task Two_services_of_an_organization_cannot_have_one_name()
    {
        var first = await ServiceScenario.Create(cluster);
        var second = cluster.Grains.GetGrain<IServiceGrain>(Guid.NewGuid().ToString());
        var reply = await second.Create(first.Organization, first.Name, (await first.Get()).Settings);
        Assert.Equal(RefusalKind.Conflict, reply.Refusal?.Kind);
        Assert.Null(await second.Get());
        // another organization has names of its own
        Assert.Null((await second.Create($"other-{first.Uuid:n}", first.Name, (await first.Get()).Settings)).Refusal);
        Assert.Contains("uuid exists", (await second.Create("x", "y", (await first.Get()).Settings)).Refusal?.Sentence);
    }

    [Fact]
    public async Task A_service_that_does_not_exist_is_not_found_whatever_is_asked()
    {
        var grain = cluster.Grains.GetGrain<IServiceGrain>(Guid.NewGuid().ToString());
        var command = new StartCommand { Cause = new DeploymentCause { Kind = CauseKind.Person } };
        ServiceReply[] replies =
        [
            await grain.Begin(command),
            await grain.BeginTriggered(command),
            await grain.Configure(new ServiceSettings(), 0),
            await grain.Cancel(Guid.NewGuid(), "ida"),
            await grain.Approve(Guid.NewGuid(), "ida"),
        ];
        Assert.All(replies, reply => Assert.Equal(RefusalKind.NotFound, reply.Refusal?.Kind));
        await grain.ReevaluateHeld();
        await grain.HandOver();
        await grain.Observe([]);
        Assert.Null(await grain.Get());
    }

    [Theory]
    [InlineData(Operation.Redeploy, "never been started")]
    [InlineData(Operation.Stop, "never been started")]
    public async Task What_the_state_does_not_allow_is_refused_with_a_sentence(Operation operation, string sentence)
    {
        var service = await ServiceScenario.Create(cluster);
        var reply = await service.Begin(operation);
        Assert.Equal(RefusalKind.Conflict, reply.Refusal?.Kind);
        Assert.Contains(sentence, reply.Refusal?.Sentence);
        Assert.Empty(cluster.Ledger.ListDeployments(service.Uuid));
    }

    [Fact]
    public async Task A_rollback_goes_to_the_version_before_and_is_refused_where_there_is_none()
    {
        var service = await ServiceScenario.Start(cluster);
        var refused = await service.Begin(new RollbackCommand { Cause = ServiceScenario.ByPerson });
        Assert.Contains("no version before this one", refused.Refusal?.Sentence);

        service.Means("latest", 2);
        await service.Run(Operation.Redeploy);
        var before = (await service.Get()).Previous[0];
        await service.Run(new RollbackCommand { Cause = ServiceScenario.ByPerson });
        var now = await service.Get();
        Assert.Equal(ServiceScenario.CreateDigest(1), now.Current?.Digest);
        Assert.Equal(ServiceScenario.CreateDigest(2), now.RolledBackFrom?.Digest);

        var current = await service.Begin(new RollbackCommand { Cause = ServiceScenario.ByPerson, Version = before });
        Assert.Contains("is what runs already", current.Refusal?.Sentence);

        var unknown = await service.Begin(new RollbackCommand { Cause = ServiceScenario.ByPerson, To = "2.0" });
        Assert.Equal(
            (
                RefusalKind.Invalid,
                "`to` is \"2.0\"; expected the uuid of an action of this service that succeeded, "
                    + "or the digest of a version that it has run."
            ),
            (unknown.Refusal?.Kind, unknown.Refusal?.Sentence)
        );
        await service.Run(new RollbackCommand { Cause = ServiceScenario.ByPerson, To = ServiceScenario.CreateDigest(2) });
        Assert.Equal(ServiceScenario.CreateDigest(2), (await service.Get()).Current?.Digest);
    }

    [Fact]
    public async Task A_redeploy_can_name_another_tag_or_have_the_same_version_again()
    {
        var service = await ServiceScenario.Start(cluster);
        service.Means("next", 7);
        await service.Run(
            new RedeployCommand
            {
                Cause = ServiceScenario.ByPerson,
                Target = new DeploymentTarget { Tag = "next" },
            }
        );
        Assert.Equal(
            ("next", ServiceScenario.CreateDigest(7)),
            ((await service.Get()).Current?.Image.Tag, (await service.Get()).Current?.Digest)
        );

        // the tag has moved, but what runs is what is wanted
        service.Means("next", 8);
        await service.Run(new RestartCommand { Cause = ServiceScenario.ByPerson });
        Assert.Equal(ServiceScenario.CreateDigest(7), (await service.Get()).Current?.Digest);
    }

    [Fact]
    public async Task A_version_that_fails_is_remembered_and_the_one_before_runs_on()
    {
        var service = await ServiceScenario.Start(cluster);
        cluster.Digests.TryRemove($"{service.Source}:latest", out _);
        var deployment = await service.Run(Operation.Redeploy);
        Assert.Equal((DeploymentState.Failed, "There is no such tag."), (deployment.State, deployment.Result));
        Assert.Equal(
            (ServiceStatus.Running, ServiceScenario.CreateDigest(1)),
            ((await service.Get()).Status, (await service.Get()).Current?.Digest)
        );
    }

    [Fact]
    public async Task While_one_operation_goes_on_another_is_refused_and_a_trigger_waits()
    {
        var service = await ServiceScenario.Start(cluster);
        service.Means("latest", 2);
        using var stopped = new StoppedEngine(cluster, service);
        var running = (await service.Begin(Operation.Redeploy)).DeploymentId!.Value;
        Assert.Equal(RefusalKind.Conflict, (await service.Begin(Operation.Stop)).Refusal?.Kind);

        // of triggers that wait the newest is left
        var first = (await service.Trigger()).DeploymentId!.Value;
        var second = (await service.Trigger()).DeploymentId!.Value;
        Assert.Equal(DeploymentState.Canceled, cluster.Ledger.Find(first)?.State);
        Assert.Contains("Superseded by a trigger's call before it began.", cluster.Ledger.ReadLog(first));

        stopped.Release();
        Assert.Equal(DeploymentState.Success, (await service.End(running)).State);
        Assert.Equal(DeploymentState.Success, (await service.End(second)).State);
    }

    [Fact]
    public async Task A_waiting_deployment_is_canceled_at_once_and_a_running_one_at_its_next_safe_point()
    {
        var service = await ServiceScenario.Start(cluster);
        service.Means("latest", 2);
        using var stopped = new StoppedEngine(cluster, service);
        var running = (await service.Begin(Operation.Redeploy)).DeploymentId!.Value;
        var waiting = (await service.Trigger()).DeploymentId!.Value;

        Assert.Null((await service.Grain.Cancel(waiting, "ida")).Refusal);
        Assert.Equal(
            ("Canceled by ida before it began.", DeploymentState.Canceled),
            (cluster.Ledger.Find(waiting)?.Result, cluster.Ledger.Find(waiting)?.State)
        );
        Assert.Null((await service.Grain.Cancel(running, "ida")).Refusal);
        stopped.Release();
        Assert.Equal(
            (DeploymentState.Canceled, "Canceled by ida."),
            ((await service.End(running)).State, cluster.Ledger.Find(running)?.Result)
        );
        Assert.Equal(ServiceScenario.CreateDigest(1), (await service.Get()).Current?.Digest);

        Assert.Contains("has ended", (await service.Grain.Cancel(running, "ida")).Refusal?.Sentence);
        Assert.Contains("has ended", (await service.Grain.Cancel(Guid.NewGuid(), "ida")).Refusal?.Sentence);
    }

    [Fact]
    public async Task A_trigger_does_not_start_what_is_stopped()
    {
        var service = await ServiceScenario.Create(cluster);
        Assert.Contains("a trigger does not start it", (await service.Trigger()).Refusal?.Sentence);
        await service.Run(Operation.Start);
        var reply = await service.Trigger(Operation.Scale);
        Assert.Null(reply.Refusal);
        await service.End(reply.DeploymentId!.Value);
    }

    [Fact]
    public async Task A_frozen_service_takes_no_new_version_unless_a_person_insists()
    {
        var service = await ServiceScenario.Start(cluster, settings => settings with { Frozen = "Black Friday" });
        service.Means("latest", 2);
        var refused = await service.Begin(Operation.Redeploy);
        Assert.Contains("frozen: Black Friday. Repeat it with ?force=true", refused.Refusal?.Sentence);
        Assert.Contains("frozen: Black Friday.", (await service.Trigger()).Refusal?.Sentence);

        var forced = await service.Run(new RedeployCommand { Cause = ServiceScenario.ByPerson, Force = true });
        Assert.Equal("by ida (forced)", forced.Cause.Text);
        Assert.Contains(cluster.Ledger.ReadLog(forced.Uuid), line => line.StartsWith("Forced. ", StringComparison.Ordinal));
        Assert.Equal(ServiceScenario.CreateDigest(2), (await service.Get()).Current?.Digest);
    }

    [Fact]
    public async Task Settings_are_changed_by_who_has_seen_the_newest()
    {
        var service = await ServiceScenario.Start(cluster);
        var before = await service.Get();
        var image = before.Settings with { StopTimeout = 30, Image = $"{service.Source}:stable" };
        Assert.Null((await service.Grain.Configure(image, before.Revision)).Refusal);
        var changed = await service.Get();
        Assert.Equal((before.Revision + 1, before.ContainerRevision + 1), (changed.Revision, changed.ContainerRevision));
        Assert.Equal(RefusalKind.Stale, (await service.Grain.Configure(image, before.Revision)).Refusal?.Kind);

        // what makes no other containers asks for no redeploy
        Assert.Null((await service.Grain.Configure(image with { Nickname = "shop" }, changed.Revision)).Refusal);
        Assert.Equal(changed.ContainerRevision, (await service.Get()).ContainerRevision);

        await service.Run(Operation.Terminate);
        Assert.Contains("terminated", (await service.Grain.Configure(image, changed.Revision + 1)).Refusal?.Sentence);
    }

    [Fact]
    public async Task A_volume_is_one_services_alone()
    {
        var volume = new VolumeRecord
        {
            Uuid = Guid.NewGuid(),
            Engine = "local",
            Name = $"data-{Guid.NewGuid():n}",
            Organization = "default",
            ServiceId = Guid.NewGuid(),
            ServiceName = "old",
            Slot = 1,
            Generation = 0,
            Path = "/data",
            Created = default,
            Released = DateTimeOffset.UtcNow,
        };
        cluster.Ledger.Put(volume);
        ServiceSettings WithVolume(ServiceSettings settings) =>
            settings with
            {
                Container = settings.Container with { Bindings = [new VolumeBinding(null, "/data", true, null, volume.Name)] },
            };

        var owner = await ServiceScenario.Start(cluster, WithVolume);
        Assert.Equal(owner.Uuid, cluster.Ledger.FindVolume(volume.Uuid)?.ServiceId);
        var scaled = await owner.Begin(new ScaleCommand { Cause = ServiceScenario.ByPerson, AdditionalContainers = 1 });
        Assert.Contains("only one container can have it", scaled.Refusal?.Sentence);

        var other = await ServiceScenario.Create(cluster);
        var reply = await other.Grain.Configure(WithVolume((await other.Get()).Settings), 0);
        Assert.Contains("gone or belongs to another service", reply.Refusal?.Sentence);
        var created = await cluster
            .Grains.GetGrain<IServiceGrain>(Guid.NewGuid().ToString())
            .Create("x", "taker", WithVolume(new ServiceSettings { Image = "docker.io/acme/x:latest" }));
        Assert.Contains(volume.Name, created.Refusal?.Sentence);
    }

    [Fact]
    public async Task A_terminated_services_volumes_are_kept_for_a_while_or_go_with_it()
    {
        foreach (var goes in (bool[])[false, true])
        {
            var service = await ServiceScenario.Start(cluster);
            var volume = new VolumeRecord
            {
                Uuid = Guid.NewGuid(),
                Engine = "local",
                Name = $"data-{Guid.NewGuid():n}",
                Organization = service.Organization,
                ServiceId = service.Uuid,
                ServiceName = service.Name,
                Slot = 1,
                Generation = 0,
                Path = "/data",
                Created = default,
            };
            cluster.Ledger.Put(volume);
            await service.Run(new TerminateCommand { Cause = ServiceScenario.ByPerson, RemoveVolumes = goes });
            Assert.Equal(!goes, cluster.Ledger.FindVolume(volume.Uuid)?.RemoveAt is not null);
        }
    }

    [Fact]
    public async Task A_service_on_an_engine_that_does_not_answer_is_terminated_by_force()
    {
        var service = await ServiceScenario.Start(cluster);
        await service.Grain.Configure((await service.Get()).Settings with { Engine = "gone" }, 0);
        var deployment = await service.Run(
            new TerminateCommand
            {
                Cause = ServiceScenario.ByPerson,
                Force = true,
                RemoveVolumes = true,
            }
        );
        Assert.Contains("does not answer: what the service has there is left", deployment.Result);
        Assert.Equal(ServiceStatus.Terminated, (await service.Get()).Status);
    }

    [Fact]
    public async Task What_somebody_does_to_containers_is_seen_and_a_crash_is_told_from_a_stop()
    {
        var service = await ServiceScenario.Start(cluster);
        var container = Assert.Single((await service.Get()).Containers);
        SetRunning(service, false);

        // nobody asked for it: it crashed
        await service.Grain.Observe([]);
        Assert.Equal((ServiceStatus.Stopped, false), ((await service.Get()).Status, (await service.Get()).StoppedByHand));
        SetRunning(service, true);
        await service.Grain.Observe([]);
        Assert.Equal(ServiceStatus.Running, (await service.Get()).Status);

        SetRunning(service, false);
        await service.Grain.Observe([new StopRequest(container.Id, cluster.Time.GetUtcNow())]);
        Assert.True((await service.Get()).StoppedByHand);
        Assert.Contains("a trigger does not start it", (await service.Trigger()).Refusal?.Sentence);

        // it was the engine that went down
        await service.Grain.MarkEngineLost();
        Assert.False((await service.Get()).StoppedByHand);
        await service.Grain.RestartAfterEngineLoss();
        await Eventually.Until(async () => (await service.Get()).Status == ServiceStatus.Running);
        Assert.Contains(cluster.Ledger.ListDeployments(service.Uuid), deployment => deployment.Cause.Kind == CauseKind.Engine);
    }

    [Fact]
    public async Task Containers_that_are_gone_without_a_trace_were_removed_by_hand()
    {
        var service = await ServiceScenario.Start(cluster);
        foreach (var container in await cluster.Engine.List(service.Uuid, default))
            await cluster.Engine.Remove(container.Id, default);
        await service.Grain.Observe([]);
        Assert.Equal((ServiceStatus.Stopped, true), ((await service.Get()).Status, (await service.Get()).StoppedByHand));
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_leaves_what_is_known_of_containers()
    {
        var service = await ServiceScenario.Create(cluster, settings => settings with { Engine = "gone" });
        await Assert.ThrowsAsync<EngineException>(() => service.Grain.Observe([]));
    }

    [Fact]
    public async Task An_open_deployment_is_resumed_after_a_crash()
    {
        var service = await ServiceScenario.Start(cluster);
        service.Means("latest", 2);
        var left = new Deployment
        {
            Uuid = Guid.NewGuid(),
            ServiceId = service.Uuid,
            Operation = Operation.Redeploy,
            State = DeploymentState.InProgress,
            Step = DeploymentStep.Resolve,
            Cause = new DeploymentCause { Kind = CauseKind.Person },
            Created = cluster.Time.GetUtcNow(),
            Started = cluster.Time.GetUtcNow(),
        };
        cluster.Ledger.Put(left);
        await service.Grain.Resume();
        Assert.Equal(DeploymentState.Success, (await service.End(left.Uuid)).State);
        Assert.Contains("Taken up again.", cluster.Ledger.ReadLog(left.Uuid));
        Assert.Equal(ServiceScenario.CreateDigest(2), (await service.Get()).Current?.Digest);
    }

    [Fact]
    public async Task A_deployment_waits_for_an_engine_that_nobody_reaches_until_it_is_canceled()
    {
        var service = await ServiceScenario.Create(cluster, settings => settings with { Engine = $"far-{Guid.NewGuid():n}" });
        var deploymentId = (await service.Begin(Operation.Start)).DeploymentId!.Value;
        await Eventually.Until(() => cluster.Ledger.ReadLog(deploymentId).Any(line => line.Contains("Waiting for one that does.")));
        await service.Grain.Cancel(deploymentId, "ida");
        Assert.Equal("Canceled by ida before it began.", (await service.End(deploymentId)).Result);
    }

    [Fact]
    public async Task A_ledger_that_is_away_for_a_moment_does_not_lose_a_deployments_end()
    {
        var service = await ServiceScenario.Start(cluster);
        service.Means("latest", 2);
        var failures = 0;
        cluster.Ledger.Failures[nameof(ILedger.UpdateDeployment)] = arguments =>
            arguments[0] is Deployment { HasEnded: true } ended && ended.ServiceId == service.Uuid && failures++ == 0
                ? new LedgerException("The disk is full.") { IsUnavailable = true }
                : null;
        var deployment = await service.Run(Operation.Redeploy);
        Assert.Equal(DeploymentState.Success, deployment.State);
        Assert.True(failures > 1);
    }

    private void SetRunning(ServiceScenario service, bool isRunning) =>
        cluster.Engine.Change(
            service.Uuid,
            container => container with { State = isRunning ? EngineContainerState.Running : EngineContainerState.Exited }
        );

    /// <summary>Deployments of one service do not come further than to their turn.</summary>
    private sealed class StoppedEngine : IDisposable
    {
        private readonly GrainCluster _cluster;
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public StoppedEngine(GrainCluster cluster, ServiceScenario service)
        {
            _cluster = cluster;
            cluster.Holds[$"{service.Source}:latest"] = _released.Task;
        }

        public void Release() => _released.TrySetResult();

        public void Dispose() => Release();
    }
}
