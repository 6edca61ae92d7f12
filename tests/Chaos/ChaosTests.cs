using System.Text;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests;

public class ChaosTests
{
    public const int Seed = 1;

    [Fact]
    public async Task Thirty_rounds_keep_all_promises()
    {
        var written = new StringBuilder();
        var well = await new Runner(new Generator(Seed, patient: false), new Report(Seed, line => written.AppendLine(line))).Run(30);
        Assert.True(well, written.ToString());
    }
}
