using System.Globalization;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>dockerd goes, with all its containers, and comes back on the same data.</summary>
/// <param name="Killed">By SIGKILL; else it is asked to stop, as by an update of the system.</param>
/// <param name="After">Milliseconds until then.</param>
/// <param name="Away">Milliseconds until it is started again.</param>
public sealed record EngineRestart(bool Killed, int After, int Away) : FaultAction
{
    public override string Words =>
        string.Create(CultureInfo.InvariantCulture, $"dockerd {(Killed ? "kill -9" : "stop")} after {After}ms for {Away}ms");

    public override bool MayFail => true;

    public override bool KillsEngine => Killed;

    public override async Task Inject(ChaosEnvironment environment, CancellationToken cancellationToken)
    {
        await Task.Delay(After, cancellationToken);
        environment.EngineGoes();
        await (Killed ? environment.Docker.Kill() : environment.Docker.Stop());
        await Task.Delay(Away, cancellationToken);
        await environment.Docker.StartAgain();
    }
}
