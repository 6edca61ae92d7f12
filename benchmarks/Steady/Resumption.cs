using System.Globalization;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks.Steady;

/// <summary>From <c>kill -9</c> in the middle of a deployment until it goes on in the next process.</summary>
internal static class Resumption
{
    private const int Rounds = 5;

    public static async Task Measure(Figures figures, DockerDaemon docker, Site site)
    {
        const string Name = "resumed";
        var service = await site.Running(Name, TestImage.HealthyWeb("v1"));
        var digest = await site.Push(Name, Engine.Waiting("v2"));
        var action = await site.At(service, "replace");
        await Engine.Container(docker, action);

        var took = new List<double>();
        for (var round = 1; round <= Rounds; round++)
        {
            var killed = DateTimeOffset.UtcNow;
            await site.App.Kill();
            await site.App.Start();
            List<string> resumed = [];
            await Wait.Until(
                async () => (resumed = [.. (await site.Log(action)).Where(line => line.Contains("Taken up again", StringComparison.Ordinal))]).Count == round,
                "the deployment goes on");
            took.Add((DateTimeOffset.Parse(resumed[^1].Split(' ')[0], CultureInfo.InvariantCulture) - killed).TotalSeconds);
        }

        await Engine.MakeHealthy(docker, action);
        await site.Deployed(service, digest);
        figures.Add($"kill -9 to the deployment going on, restart included, median of {Rounds}", Figures.Median(took), "s");
    }
}
