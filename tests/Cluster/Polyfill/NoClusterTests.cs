using AutoDeploy.Fixtures;

namespace AutoDeploy.Cluster.Tests;

/// <summary>Where the packages are missing.</summary>
public class NoClusterTests
{
    [Fact(Skip = "needs the Microsoft.Orleans packages, which this package source lacks")]
    public void A_cluster_works()
    {
    }

    [Theory]
    [InlineData("AutoDeploy.Silo", "autodeploy-silo.dll")]
    [InlineData("AutoDeploy.Api", "autodeploy.dll")]
    public async Task Both_programs_say_that_there_is_no_cluster(string project, string name)
    {
        await using var program = new ProductProcess(
            [ProductProcess.Binary(project, name)], [], Path.GetTempPath(), new Dictionary<string, string> { ["AutoDeploy__Cluster__ConnectionString"] = "Host=db;Password=secret" });
        program.Begin();
        Assert.Equal(2, await program.End(TimeSpan.FromSeconds(60)));
        Assert.Equal(
            "This build has no cluster, because its package source lacked Microsoft.Orleans 10.4.2: build it where that can be restored, or start ./run for everything in one process.",
            program.Output.Trim());
    }
}
