using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>
/// The process dies before or after every single call that a deployment makes of its ledger, its engine or its registry. What is stored
/// leads to the same end.
/// </summary>
public class PipelineCrashTests
{
    private static readonly Dictionary<string, Func<PipelineScenario>> Scenarios = new()
    {
        ["redeploy"] = () => new PipelineScenario(),
        ["redeploy of three containers"] = () => new PipelineScenario(settings => settings with { TargetContainers = 3 }),
        ["first start"] = () => new PipelineScenario(operation: Operation.Start, isFirst: true),
        ["start of what stopped"] = () => StoppedContainers(new PipelineScenario(operation: Operation.Start)),
        ["scale up"] = () => Scaled(3),
        ["scale down"] = () => Scaled(1),
        ["stop"] = () => new PipelineScenario(settings => settings with { TargetContainers = 2 }, Operation.Stop),
        ["terminate"] = () => new PipelineScenario(settings => settings with { TargetContainers = 2 }, Operation.Terminate),
        ["build"] = () => new PipelineScenario(isGit: true),
        ["commands"] = () => new PipelineScenario(settings => settings with { PreDeploy = "migrate", PostDeploy = "warm-up" }),
        ["bake"] = () => new PipelineScenario(settings => settings with { BakeSeconds = 10 }),
        ["declared volumes"] = () => WithVolumes(new PipelineScenario()),
        ["declared volumes, a container that exits"] = () => Failing(WithVolumes(new PipelineScenario())),
        ["new volumes"] = () => NewVolumes(WithVolumes(new PipelineScenario())),
        ["new volumes, a container that exits"] = () => Failing(NewVolumes(WithVolumes(new PipelineScenario()))),
        ["fixed host port"] = () => new PipelineScenario(StopFirst),
        ["container that exits"] = () => Failing(new PipelineScenario(settings => settings with { TargetContainers = 2 })),
        ["container that exits, stop first"] = () => Failing(new PipelineScenario(StopFirst)),
        ["pre-deploy command that fails"] = () => Failing(new PipelineScenario(settings => settings with { PreDeploy = "migrate" })),
        ["first start that fails"] = () => Failing(new PipelineScenario(operation: Operation.Start, isFirst: true)),
        ["version that does not keep well"] = () => NotKeepingWell(),
        ["group that stays"] = () =>
            InGroup(new DeployGroupReply(DeployGroupDecision.Waiting, ""), new DeployGroupReply(DeployGroupDecision.Stay, "")),
        ["group that goes back"] = () =>
            InGroup(new DeployGroupReply(DeployGroupDecision.Waiting, ""), new DeployGroupReply(DeployGroupDecision.GoBack, "web failed.")),
    };

    public static TheoryData<string> Names() => [.. Scenarios.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_crash_at_any_call_leads_to_the_same_end(string name)
    {
        var undisturbed = Scenarios[name]();
        var expected = Describe(undisturbed, undisturbed.Run());
        var calls = undisturbed.Faults.Calls.Count;
        for (var call = 0; call < calls; call++)
        {
            foreach (var after in (bool[])[false, true])
            {
                var scenario = Scenarios[name]();
                scenario.Faults.DiesAt = call;
                scenario.Faults.DiesAfter = after;
                var end = Describe(scenario, scenario.Run());
                Assert.True(
                    expected == end,
                    $"Died {(after ? "after" : "before")} call {call} ({undisturbed.Faults.Calls[call]}): {end}\nexpected: "
                        + $"{expected}\n{string.Join('\n', scenario.Faults.Calls)}"
                );
            }
        }
    }

    private static string Describe(PipelineScenario scenario, DeploymentOutcome outcome) =>
        $"{outcome.Deployment.State} {outcome.Deployment.Result} {outcome.Version?.Digest} blamed: {outcome.Failed} "
        + $"{outcome.Deployment.RolledBack}\n{scenario.Engine.Describe()}";

    private static ServiceSettings StopFirst(ServiceSettings settings) =>
        settings with
        {
            Container = settings.Container with { Ports = [new ContainerPort("tcp", 80, 80, true)] },
        };

    private static PipelineScenario WithVolumes(PipelineScenario scenario)
    {
        scenario.Engine.DeclaredVolumes = ["/data"];
        return scenario;
    }

    private static PipelineScenario NewVolumes(PipelineScenario scenario)
    {
        scenario.Stored = scenario.Stored with { ReuseVolumes = false };
        return scenario;
    }

    private static PipelineScenario StoppedContainers(PipelineScenario scenario)
    {
        foreach (var container in scenario.Engine.Containers.ToList())
            scenario.Engine.Stop(container.Id, TimeSpan.Zero, default);
        scenario.Faults.Calls.Clear();
        scenario.SeeContainers();
        return scenario;
    }

    /// <summary>A service of two containers that wants another number.</summary>
    private static PipelineScenario Scaled(int containers)
    {
        var scenario = new PipelineScenario(settings => settings with { TargetContainers = 2 }, Operation.Scale);
        scenario.Service = scenario.Service with { Settings = scenario.Service.Settings with { TargetContainers = containers } };
        return scenario;
    }

    /// <summary>New containers end at once.</summary>
    private static PipelineScenario Failing(PipelineScenario scenario)
    {
        var id = scenario.Stored.Uuid;
        scenario.Engine.WhenStarted = container =>
            container.Labels.DeploymentId == id ? container with { State = EngineContainerState.Exited, ExitCode = 3 } : container;
        return scenario;
    }

    /// <summary>The new container is restarted by the engine once it bakes.</summary>
    private static PipelineScenario NotKeepingWell()
    {
        var scenario = new PipelineScenario(settings => settings with { BakeSeconds = 10 });
        var id = scenario.Stored.Uuid;
        scenario.Engine.WhenSeen = container =>
            container.Labels.DeploymentId == id && scenario.Stored is { Step: DeploymentStep.Bake, SwitchedAt: not null }
                ? container with
                {
                    RestartCount = 1,
                }
                : container;
        return scenario;
    }

    private static PipelineScenario InGroup(params DeployGroupReply[] replies)
    {
        var scenario = new PipelineScenario(settings => settings with { DeployGroup = "shop" });
        scenario.GroupSays(replies);
        return scenario;
    }
}
