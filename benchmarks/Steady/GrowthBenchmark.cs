using System.Diagnostics;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks.Steady;

/// <summary>
/// What many redeploys leave in memory. The engine is one on paper, for a real redeploy takes seconds; the process, its settings and its
/// registry are real, and every redeploy comes of a push of its own.
/// </summary>
internal static class GrowthBenchmark
{
    /// <summary>Redeployed side by side: each waits two seconds for its old container's clients.</summary>
    private const int Services = 50;

    private const int First = 10;

    private const int Redeploys = 1_000;

    /// <summary>For so long memory has to stay where it is.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    /// <summary>So many megabytes more or less are no change.</summary>
    private const double Still = 0.5;

    public static async Task Measure(FigureTable figureTable)
    {
        Console.WriteLine("Growth ...");
        await using var site = await BenchmarkSite.Start(
            await FakeEngineApp.Start(environment: [new("AUTODEPLOY_DEPLOYMENTS_AT_ONCE", "50"), new("AUTODEPLOY_HOOK_RATE", "0")])
        );
        var services = new List<(string Name, string Path)>();
        for (var number = 0; number < Services; number++)
            services.Add(($"growth{number}", await site.Running($"growth{number}", TestImage.Web("v0"))));

        await Redeploy(0, First);
        var before = await Settled(site.App);
        await Redeploy(First, Redeploys);
        var after = await Settled(site.App);
        figureTable.Add($"memory after {First} redeploys (engine on paper)", before, "MB");
        figureTable.Add($"memory after {Redeploys:N0} redeploys (engine on paper)", after, "MB");
        figureTable.Add($"growth of memory from {First} to {Redeploys:N0} redeploys", ((after / before) - 1) * 100, "%", "under 10");

        async Task Redeploy(int from, int to)
        {
            while (from < to)
            {
                // a service at most once at a time
                var round = Enumerable.Range(from, Math.Min(to - from, Services - (from % Services))).ToList();
                var pushed = new List<(string Path, string Digest)>();
                foreach (var number in round)
                    pushed.Add(
                        (
                            services[number % Services].Path,
                            await site.Push(services[number % Services].Name, TestImage.Web($"v{number + 1}"))
                        )
                    );
                foreach (var (path, digest) in pushed)
                    await site.Deployed(path, digest);
                from += round.Count;
            }
        }
    }

    /// <summary>Waits until memory stays where it is, and answers the megabytes that are resident.</summary>
    private static async Task<double> Settled(AutoDeployProcess app)
    {
        var memory = IdleBenchmark.Memory(app);
        var since = Stopwatch.StartNew();
        await Eventually.Until(
            () =>
            {
                if (Math.Abs(IdleBenchmark.Memory(app) - memory) > Still)
                {
                    memory = IdleBenchmark.Memory(app);
                    since.Restart();
                }

                return since.Elapsed > Rest;
            },
            "memory stays where it is"
        );
        return IdleBenchmark.Memory(app);
    }
}
