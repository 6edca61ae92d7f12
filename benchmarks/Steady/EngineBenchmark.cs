using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks.Steady;

/// <summary>What needs a real Docker engine.</summary>
internal static class EngineBenchmark
{
    public static async Task Measure(FigureTable figureTable)
    {
        Console.WriteLine("Steady ...");
        await using var docker = await DockerDaemon.Start();
        await using var site = await BenchmarkSite.Start(await AutoDeployProcess.Start(docker.Host));
        await BurstBenchmark.Measure(figureTable, docker, site);
        await ResumptionBenchmark.Measure(figureTable, docker, site);
        await GapBenchmark.Measure(figureTable, docker, site);
    }

    /// <summary>A version that is not well before <see cref="MakeHealthy"/>, however long that takes.</summary>
    public static TestImage Waiting(string version) =>
        TestImage.HealthyOnFile(version) with
        {
            Healthcheck = new TestHealthcheck("test -f /tmp/healthy") { Retries = 300 },
        };

    /// <summary>Lets the container of <see cref="Waiting"/> that a deployment has started be well.</summary>
    public static async Task MakeHealthy(DockerDaemon docker, string action) =>
        await docker.Cli("exec", await Container(docker, action), "touch", "/tmp/healthy");

    /// <summary>Waits until the new container of a deployment runs, and answers its id.</summary>
    public static Task<string> Container(DockerDaemon docker, string action) =>
        Eventually.UntilFound(
            async () =>
                await docker.Cli("ps", "-q", "--filter", $"label=autodeploy.deployment={action.TrimEnd('/').Split('/')[^1]}")
                    is { Length: > 0 } id
                    ? id
                    : null,
            "the new container runs"
        );
}
