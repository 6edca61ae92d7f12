using System.Globalization;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>Our process gets no time for a while (SIGSTOP), as on a machine that swaps or is suspended.</summary>
/// <param name="Seconds">Milliseconds.</param>
public sealed record ProcessFreeze(int Seconds) : FaultAction
{
    public override string Words => string.Create(CultureInfo.InvariantCulture, $"freeze {Seconds}ms");

    public override Task Inject(ChaosEnvironment environment, CancellationToken cancellationToken) =>
        environment.Host.Freeze(TimeSpan.FromMilliseconds(Seconds), cancellationToken);
}
