using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>What each step does, how it fails, and what is taken back then.</summary>
public class PipelineTests
{
    [Fact]
    public void A_redeploy_goes_through_its_steps_and_leaves_the_new_version_alone()
    {
        var scenario = new PipelineScenario();
        var outcome = scenario.Run();

        Assert.Equal(
            (DeploymentState.Success, $"api runs acme/api:latest ({PipelineScenario.NewDigest[7..19]})."),
            (outcome.Deployment.State, outcome.Deployment.Result)
        );
        Assert.Equal(["resolve", "pull", "replace", "retire", "clean_up"], Steps(scenario));
        Assert.Equal(DeploymentStep.CleanUp, scenario.Stored.Step);
        Assert.Equal(PipelineScenario.NewDigest, outcome.Version!.Digest);
        var container = Assert.Single(scenario.Engine.Containers);
        Assert.Equal(
            ("api-1", PipelineScenario.NewDigest, EngineContainerState.Running),
            (container.Name, container.Labels.Digest, container.State)
        );
        Assert.Equal(["api"], container.Aliases);
    }

    [Fact]
    public void A_step_is_stored_before_it_acts()
    {
        var scenario = new PipelineScenario(settings =>
            settings with
            {
                PreDeploy = "migrate",
                PostDeploy = "warm-up",
                BakeSeconds = 10,
                DeployGroup = "shop",
            }
        );
        scenario.GroupSays(new DeployGroupReply(DeployGroupDecision.Stay, ""));
        var acts = new Dictionary<string, DeploymentStep> { ["pull"] = DeploymentStep.Pull, ["rename"] = DeploymentStep.Retire };
        scenario.Faults.WhenCalled = call =>
        {
            if (acts.TryGetValue(call, out var step))
                Assert.Equal(step, scenario.Stored.Step);
        };
        Assert.Equal(DeploymentState.Success, scenario.Run().Deployment.State);
        Assert.Equal(["resolve", "pull", "pre_deploy", "replace", "bake", "group", "retire", "post_deploy", "clean_up"], Steps(scenario));
    }

    [Fact]
    public void A_push_of_what_runs_already_ends_with_the_resolved_version()
    {
        var scenario = new PipelineScenario { Registry = () => PipelineScenario.OldDigest };
        var outcome = scenario.Run();
        Assert.Equal(DeploymentState.Success, outcome.Deployment.State);
        Assert.EndsWith("is what runs already; nothing was done.", outcome.Deployment.Result, StringComparison.Ordinal);
        Assert.Null(outcome.Version);
        Assert.False(outcome.Deployment.Step.IsPastReturn());
        Assert.DoesNotContain("create", scenario.Faults.Calls);
    }

    public static TheoryData<string, string> Failures() =>
        new()
        {
            { "resolve", "The registry says no." },
            { "pull", "The engine says no." },
            { "create", "The engine says no." },
            { "start", "The engine says no." },
            { "expose", "The engine says no." },
        };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_refusal_before_the_new_version_stays_ends_the_deployment_and_the_old_one_serves_on(string call, string sentence)
    {
        var scenario = new PipelineScenario();
        var before = scenario.Engine.Describe();
        var isFirst = true;
        scenario.Faults.Failures[call] = () =>
        {
            // going back calls the engine, too
            if (!isFirst)
                return null;
            isFirst = false;
            return call == "resolve"
                ? new RegistryException(RegistryFault.Refused, sentence)
                : new EngineException(EngineFault.Refused, sentence);
        };
        var outcome = scenario.Run();
        Assert.Equal((DeploymentState.Failed, sentence), (outcome.Deployment.State, outcome.Deployment.Result));
        Assert.Equal(before, scenario.Engine.Describe());
        Assert.Null(outcome.Version);
        Assert.Equal(call == "resolve" ? null : PipelineScenario.NewDigest, outcome.Failed);
    }

    [Theory]
    [InlineData("remove")]
    [InlineData("rename")]
    public void A_refusal_when_the_new_version_stays_does_not_fail_it(string call)
    {
        var scenario = new PipelineScenario();
        scenario.Faults.Failures[call] = () => new EngineException(EngineFault.Refused, "The engine says no.");
        var outcome = scenario.Run();
        Assert.Equal(DeploymentState.Success, outcome.Deployment.State);
        Assert.Equal(PipelineScenario.NewDigest, outcome.Version!.Digest);
        Assert.Contains("The engine says no.", outcome.Deployment.Result, StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_that_ends_has_its_last_lines_in_the_log_and_is_removed()
    {
        var scenario = new PipelineScenario();
        var before = scenario.Engine.Describe();
        scenario.Engine.WhenStarted = container => container with { State = EngineContainerState.Exited, ExitCode = 3 };
        var outcome = scenario.Run();
        Assert.Equal(
            (DeploymentState.Failed, "The new container exited with code 3."),
            (outcome.Deployment.State, outcome.Deployment.Result)
        );
        Assert.Contains("  | its last line", scenario.Log);
        Assert.Equal(before, scenario.Engine.Describe());
        Assert.Equal(PipelineScenario.NewDigest, outcome.Failed);
        Assert.Equal(DeploymentStep.Compensating, scenario.Stored.Step);
    }

    [Fact]
    public void A_container_that_is_not_healthy_in_time_fails()
    {
        var scenario = new PipelineScenario(settings => settings with { Limits = settings.Limits with { Prove = 7 } });
        scenario.Engine.HealthCheck = new EngineHealthCheck(["check"], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), 3, TimeSpan.Zero);
        scenario.Engine.ExecResult = new ExecResult(1, "not yet");
        Assert.Equal("The new container was not healthy within 7 s: not yet.", scenario.Run().Deployment.Result);
    }

    [Fact]
    public void An_images_broken_check_can_be_switched_off_or_be_replaced_by_a_command()
    {
        var broken = new EngineHealthCheck(["broken"], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), 3, TimeSpan.Zero);
        var off = new PipelineScenario(settings => settings with { HealthCheck = new HealthCheck(0, null, 5, 3, 3, 0) { None = true } });
        off.Engine.HealthCheck = broken;
        off.Engine.ExecResult = new ExecResult(1, "broken");
        Assert.Equal(DeploymentState.Success, off.Run().Deployment.State);
        Assert.Contains(off.Log, line => line.EndsWith("has run for 5 s.", StringComparison.Ordinal));

        var replaced = new PipelineScenario(settings =>
            settings with
            {
                HealthCheck = new HealthCheck(0, null, 5, 3, 3, 0) { Exec = ["works"] },
                Limits = settings.Limits with { Prove = 7 },
            }
        );
        replaced.Engine.ExecResult = new ExecResult(1, "its own words");
        Assert.Equal("The new container was not healthy within 7 s: its own words.", replaced.Run().Deployment.Result);
    }

    [Fact]
    public void A_pull_that_takes_too_long_fails_with_what_took_long()
    {
        var scenario = new PipelineScenario(settings => settings with { Limits = settings.Limits with { Pull = 5 } });
        scenario.Engine.PullHangs = true;
        var outcome = scenario.Run();
        Assert.Equal(DeploymentState.Failed, outcome.Deployment.State);
        Assert.EndsWith("could not be pulled within 5 s.", outcome.Deployment.Result, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deployment_that_takes_too_long_as_a_whole_fails()
    {
        var scenario = new PipelineScenario(settings => settings with { Limits = settings.Limits with { Whole = 5 } });
        scenario.Engine.PullHangs = true;
        var outcome = scenario.Run();
        Assert.Equal((DeploymentState.Failed, "It was not through within 5 s."), (outcome.Deployment.State, outcome.Deployment.Result));
    }

    [Theory]
    [InlineData("resolve")]
    [InlineData("pull")]
    [InlineData("create")]
    [InlineData("start")]
    [InlineData("expose")]
    public void A_cancel_before_the_new_version_stays_takes_everything_back(string call)
    {
        var scenario = new PipelineScenario(settings => settings with { TargetContainers = 2 });
        var before = scenario.Engine.Describe();
        scenario.Faults.WhenCalled = name =>
        {
            if (name == call && scenario.Stored.CancelRequestedBy is null)
            {
                scenario.Stored = scenario.Stored with { CancelRequestedBy = "ida" };
                _ = scenario.Signals.Cancel("ida");
            }
        };
        var outcome = scenario.Run();
        Assert.Equal((DeploymentState.Canceled, "Canceled by ida."), (outcome.Deployment.State, outcome.Deployment.Result));
        Assert.Equal(before, scenario.Engine.Describe());
        Assert.Null(outcome.Failed);
    }

    [Fact]
    public void A_cancel_when_the_new_version_stays_changes_nothing()
    {
        var scenario = new PipelineScenario();
        scenario.Faults.WhenCalled = call =>
        {
            if (call == "withdraw" && scenario.Stored.Step == DeploymentStep.Retire)
                _ = scenario.Signals.Cancel("ida");
        };
        Assert.Equal(DeploymentState.Success, scenario.Run().Deployment.State);
    }

    [Fact]
    public void A_build_stops_for_a_newer_push()
    {
        var scenario = new PipelineScenario(isGit: true);
        scenario.Faults.WhenCalled = call =>
        {
            if (call == "tag")
                _ = scenario.Signals.Supersede();
        };
        var outcome = scenario.Run();
        Assert.Equal(
            (DeploymentState.Canceled, "Superseded by a newer push while it was being built."),
            (outcome.Deployment.State, outcome.Deployment.Result)
        );
    }

    [Fact]
    public void A_pre_deploy_command_that_fails_touches_no_container()
    {
        var scenario = new PipelineScenario(settings => settings with { PreDeploy = "migrate" });
        var before = scenario.Engine.Describe();
        scenario.Engine.WhenStarted = container => container with { State = EngineContainerState.Exited, ExitCode = 7 };
        var outcome = scenario.Run();
        Assert.Equal((DeploymentState.Failed, "pre_deploy exited with code 7."), (outcome.Deployment.State, outcome.Deployment.Result));
        Assert.Equal(before, scenario.Engine.Describe());
    }

    [Theory]
    [InlineData("pre_deploy", DeploymentState.Failed)]
    [InlineData("post_deploy", DeploymentState.Success)]
    public void A_command_that_does_not_end_fails_the_deployment_only_before_the_new_version_stays(string what, DeploymentState state)
    {
        var scenario = new PipelineScenario(settings =>
            settings with
            {
                PreDeploy = what == "pre_deploy" ? "sleep" : "",
                PostDeploy = what == "post_deploy" ? "sleep" : "",
                Limits = settings.Limits with { Command = 3 },
            }
        );
        scenario.Engine.WhenStarted = container => container;
        var outcome = scenario.Run();
        Assert.Equal(state, outcome.Deployment.State);
        Assert.Contains($"{what} did not end within 3 s.", outcome.Deployment.Result, StringComparison.Ordinal);
        Assert.Equal(
            state == DeploymentState.Success,
            outcome.Deployment.Result.EndsWith("The new version stays.", StringComparison.Ordinal)
        );
        Assert.Single(scenario.Engine.Containers);
    }

    [Fact]
    public void A_version_that_does_not_keep_well_goes_and_the_one_before_is_back()
    {
        var scenario = new PipelineScenario(settings => settings with { BakeSeconds = 10 });
        var before = scenario.Engine.Describe();
        scenario.Engine.WhenSeen = container =>
            scenario.Stored is { Step: DeploymentStep.Bake, SwitchedAt: not null } && container.Labels.DeploymentId == scenario.Stored.Uuid
                ? container with
                {
                    RestartCount = 1,
                }
                : container;
        var outcome = scenario.Run();
        Assert.Equal((DeploymentState.Failed, true), (outcome.Deployment.State, outcome.Deployment.RolledBack));
        Assert.Equal(before, scenario.Engine.Describe());
        Assert.True(scenario.HasLeftQueue);
    }

    [Fact]
    public void A_group_that_goes_back_takes_this_one_with_it_and_does_not_blame_its_version()
    {
        var scenario = new PipelineScenario(settings => settings with { DeployGroup = "shop" });
        scenario.GroupSays(
            new DeployGroupReply(DeployGroupDecision.Waiting, ""),
            new DeployGroupReply(DeployGroupDecision.GoBack, "web failed.")
        );
        var before = scenario.Engine.Describe();
        var outcome = scenario.Run();
        Assert.Equal(
            (DeploymentState.Failed, "web failed. api went back with it.", null),
            (outcome.Deployment.State, outcome.Deployment.Result, outcome.Failed)
        );
        Assert.Equal(before, scenario.Engine.Describe());
    }

    [Fact]
    public void An_engine_that_does_not_answer_is_waited_for()
    {
        var scenario = new PipelineScenario();
        var times = 0;
        scenario.Faults.Failures["start"] = () =>
            ++times <= 3 ? new EngineException(EngineFault.Unreachable, "The engine does not answer.") : null;
        Assert.Equal(DeploymentState.Success, scenario.Run().Deployment.State);
        Assert.Equal(1, scenario.Log.Count(line => line == "The engine does not answer. Waiting for it."));
    }

    [Fact]
    public void A_deployment_that_another_process_has_acquired_is_left_alone()
    {
        var scenario = new PipelineScenario();
        scenario.Faults.WhenCalled = call =>
        {
            if (call == "start")
                scenario.Stored = scenario.Stored with { LeaseEpoch = scenario.Stored.LeaseEpoch + 1 };
        };
        Assert.Throws<DeploymentFencedException>(() => scenario.RunOnce());
        Assert.DoesNotContain("expose", scenario.Faults.Calls);
    }

    [Fact]
    public void A_fixed_host_port_stops_the_old_container_first_and_starts_it_again_when_the_new_one_fails()
    {
        var scenario = new PipelineScenario(settings =>
            settings with
            {
                Container = settings.Container with { Ports = [new ContainerPort("tcp", 80, 80, true)] },
            }
        );
        var before = scenario.Engine.Describe();
        scenario.Engine.WhenStarted = container =>
            container.Labels.DeploymentId == scenario.Stored.Uuid
                ? container with
                {
                    State = EngineContainerState.Exited,
                    ExitCode = 3,
                }
                : container;
        Assert.Equal(DeploymentState.Failed, scenario.Run().Deployment.State);
        Assert.Equal(before, scenario.Engine.Describe());
        Assert.True(scenario.Faults.Calls.IndexOf("stop") < scenario.Faults.Calls.IndexOf("start"));
    }

    private static IEnumerable<string> Steps(PipelineScenario scenario) =>
        scenario
            .Faults.Calls.Where(call => call.StartsWith("store ", StringComparison.Ordinal))
            .Select(call => call["store ".Length..])
            .Distinct();
}
