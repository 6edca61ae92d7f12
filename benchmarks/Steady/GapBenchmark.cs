using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks.Steady;

/// <summary>Clients that ask services by their names without a pause, while these are redeployed again and again.</summary>
internal static class GapBenchmark
{
    private const int Services = 2;

    private const int Redeploys = 50;

    public static async Task Measure(FigureTable figureTable, DockerDaemon docker, BenchmarkSite site)
    {
        await new TestImage().Push(site.Registry, "client", "latest");
        var answers = await Task.WhenAll(
            Enumerable
                .Range(1, Services)
                .Select(async number =>
                {
                    var name = $"asked{number}";
                    var service = await site.Running(name, TestImage.HealthyWeb("v0"));
                    var client = await LoopingClient.Start(docker, $"{site.Registry.Host}/client", [name]);
                    for (var version = 1; version <= Redeploys / Services; version++)
                        await site.Deployed(service, await site.Push(name, TestImage.HealthyWeb($"v{version}")));
                    return await client.Stop();
                })
        );
        figureTable.Add($"requests asked during {Redeploys} redeploys", answers.Sum(a => a.Asked), "");
        figureTable.Add($"requests failed during {Redeploys} redeploys", answers.Sum(a => a.Failed), "", "0");
    }
}
