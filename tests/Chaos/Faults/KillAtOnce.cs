using System.Globalization;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>kill -9 of our process, whatever it is doing, and a new start as by a service manager.</summary>
/// <param name="After">Milliseconds until then.</param>
public sealed record KillAtOnce(int After) : FaultAction
{
    public override string Words => string.Create(CultureInfo.InvariantCulture, $"kill -9 after {After}ms");

    public override async Task Inject(ChaosEnvironment environment, CancellationToken cancellationToken)
    {
        await Task.Delay(After, cancellationToken);
        await environment.Host.Kill();
    }
}
