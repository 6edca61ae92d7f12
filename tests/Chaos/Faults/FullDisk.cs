using System.Globalization;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>No byte is free for a while.</summary>
/// <param name="OfEngine">Where the engine has its images and containers; else in our data directory.</param>
/// <param name="After">Milliseconds until then.</param>
/// <param name="For">Milliseconds that it lasts.</param>
public sealed record FullDisk(bool OfEngine, int After, int For) : FaultAction
{
    public override string Words =>
        string.Create(CultureInfo.InvariantCulture, $"{(OfEngine ? "engine" : "data")} disk full after {After}ms for {For}ms");

    public override bool MayFail => true;

    public override async Task Inject(ChaosEnvironment environment, CancellationToken cancellationToken)
    {
        var disk = OfEngine ? environment.Docker.Disk! : environment.Data;
        await Task.Delay(After, cancellationToken);
        disk.Fill();
        try
        {
            await Task.Delay(For, cancellationToken);
        }
        finally
        {
            disk.Free();
        }
    }
}
