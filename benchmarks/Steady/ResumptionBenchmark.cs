using System.Globalization;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks.Steady;

/// <summary>From <c>kill -9</c> in the middle of a deployment until it goes on in the next process.</summary>
internal static class ResumptionBenchmark
{
    private const int Rounds = 5;

    public static async Task Measure(FigureTable figureTable, DockerDaemon docker, BenchmarkSite site)
    {
        const string Name = "resumed";
        var service = await site.Running(Name, TestImage.HealthyWeb("v1"));
        var digest = await site.Push(Name, EngineBenchmark.Waiting("v2"));
        var action = await site.At(service, "replace");
        await EngineBenchmark.Container(docker, action);

        var took = new List<double>();
        for (var round = 1; round <= Rounds; round++)
        {
            var killed = DateTimeOffset.UtcNow;
            await site.App.Kill();
            await site.App.Start();
            List<string> resumed = [];
            await Eventually.Until(
                async () =>
                    (resumed = [.. (await site.Log(action)).Where(line => line.Contains("Taken up again", StringComparison.Ordinal))]).Count
                    == round,
                "the deployment goes on"
            );
            took.Add((DateTimeOffset.Parse(resumed[^1].Split(' ')[0], CultureInfo.InvariantCulture) - killed).TotalSeconds);
        }

        await EngineBenchmark.MakeHealthy(docker, action);
        await site.Deployed(service, digest);
        figureTable.Add($"kill -9 to the deployment going on, restart included, median of {Rounds}", FigureTable.Median(took), "s");
    }
}
