using System.Globalization;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>Our process gets no time for a while (SIGSTOP), as on a machine that swaps or is suspended.</summary>
/// <param name="For">Milliseconds.</param>
public sealed record Freeze(int For) : Fault
{
    public override string Words => string.Create(CultureInfo.InvariantCulture, $"freeze {For}ms");

    public override Task Strike(Stage stage, CancellationToken cancellationToken) =>
        stage.Host.Freeze(TimeSpan.FromMilliseconds(For), cancellationToken);
}
