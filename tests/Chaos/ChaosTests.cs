using System.Text;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;
using Xunit.Abstractions;

namespace AutoDeploy.Chaos.Tests;

public class ChaosTests(ITestOutputHelper output)
{
    public const int Seed = 1;

    [Fact]
    public async Task Thirty_rounds_keep_all_promises()
    {
        var written = new StringBuilder();
        var report = new RoundReport(
            Seed,
            line =>
            {
                written.AppendLine(line);
                output.WriteLine(line);
            }
        );
        Assert.True(await new RoundRunner(new RoundGenerator(Seed, patient: false), report).Run(30), written.ToString());
    }
}
