using System.Globalization;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>dockerd and our process are killed together, as when the machine loses its power, and come back one after the other.</summary>
/// <param name="After">Milliseconds until then.</param>
/// <param name="EngineFirst">dockerd is back first; else our process.</param>
public sealed record PowerCut(int After, bool EngineFirst) : FaultAction
{
    public override string Words =>
        string.Create(CultureInfo.InvariantCulture, $"power cut after {After}ms, {(EngineFirst ? "engine" : "we")} first");

    public override bool MayFail => true;

    public override bool KillsEngine => true;

    public override async Task Inject(ChaosEnvironment environment, CancellationToken cancellationToken)
    {
        await Task.Delay(After, cancellationToken);
        await environment.Host.Kill(async () =>
        {
            environment.EngineGoes();
            await environment.Docker.Kill();
            if (EngineFirst)
                await environment.Docker.StartAgain();
        });
        if (!EngineFirst)
            await environment.Docker.StartAgain();
    }
}
