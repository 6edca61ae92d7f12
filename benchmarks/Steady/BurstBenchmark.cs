using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks.Steady;

/// <summary>Many versions are pushed while one is being deployed: only the last of them may be deployed after it.</summary>
internal static class BurstBenchmark
{
    private const int Pushes = 100;

    public static async Task Measure(FigureTable figureTable, DockerDaemon docker, BenchmarkSite site)
    {
        const string Name = "burst";
        var service = await site.Running(Name, TestImage.HealthyWeb("v0"));
        var before = (await site.Actions(service)).Count;
        await site.Push(Name, EngineBenchmark.Waiting("running"));
        var running = await site.At(service, "replace");

        var last = "";
        for (var version = 1; version <= Pushes; version++)
            last = await site.Push(Name, TestImage.HealthyWeb($"v{version}"));
        await Eventually.Until(
            async () => (int)(await site.App.Get(service + "verdict/?limit=1"))["meta"]!["total_count"]! == Pushes + 1,
            "all pushes are judged"
        );
        await EngineBenchmark.MakeHealthy(docker, running);
        await site.Deployed(service, last);

        var actions = (await site.Actions(service)).SkipLast(before).ToList();
        figureTable.Add(
            $"{Pushes} pushes during a deployment: deployments that began, with that one",
            actions.Count(a => (string)a["state"]! != "Canceled"),
            "",
            "at most 2"
        );
        figureTable.Add(
            $"{Pushes} pushes during a deployment: superseded before they began",
            actions.Count(a => (string)a["state"]! == "Canceled"),
            ""
        );
    }
}
