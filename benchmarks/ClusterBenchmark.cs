using System.Diagnostics;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks;

/// <summary>Silos and an API as processes of their own, on one PostgreSQL on this machine: all of them share its cores.</summary>
internal static class ClusterBenchmark
{
    private const int Services = 10_000;

    public static async Task Measure(FigureTable figureTable, PostgresServer server)
    {
        foreach (var silos in (int[])[1, 2, 3])
            await FanOutBenchmark.Measure(figureTable, Services, $", silos: {silos}", new ClusterShape(silos, 1, server));
        await Recovery(figureTable, server);
    }

    /// <summary>
    /// From kill -9 of one of two silos, with the grains that were on it, to the last verdict of a push that was told right then.
    /// </summary>
    private static async Task Recovery(FigureTable figureTable, PostgresServer server)
    {
        const int services = 1_000;
        await using var app = await AutoDeployProcess.Start("unix:///nonexistent/docker.sock", cluster: new ClusterShape(2, 1, server));
        var uuids = await FanOutBenchmark.Create(app, services);
        var hook = await FanOutBenchmark.Hook(app);
        await FanOutBenchmark.Push(app, hook, 'a', uuids, verdicts: 1);
        figureTable.Add("memory of a silo, after 1,000 services were judged", IdleBenchmark.Memory(app.Silos[0]), "MB");
        figureTable.Add("memory of an API, after they were created", IdleBenchmark.Memory(app.Apis[0]), "MB");

        var killed = Stopwatch.StartNew();
        await app.Silos[0].Kill();
        await FanOutBenchmark.Push(app, hook, 'b', uuids, verdicts: 2);
        figureTable.Add(
            "kill -9 of one of two silos to the last of 1,000 verdicts of a push told right then",
            killed.Elapsed.TotalSeconds,
            "s"
        );
    }
}
