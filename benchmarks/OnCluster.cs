using System.Diagnostics;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks;

/// <summary>Silos and an API as processes of their own, on one PostgreSQL on this machine: all of them share its cores.</summary>
internal static class OnCluster
{
    private const int Services = 10_000;

    public static async Task Measure(Figures figures, PostgresServer server)
    {
        foreach (var silos in (int[])[1, 2, 3])
            await FanOut.Measure(figures, Services, $", silos: {silos}", new ClusterShape(silos, 1, server));
        await Recovery(figures, server);
    }

    /// <summary>From kill -9 of one of two silos, with the grains that were on it, to the last verdict of a push that was told right then.</summary>
    private static async Task Recovery(Figures figures, PostgresServer server)
    {
        const int services = 1_000;
        await using var app = await AutoDeployProcess.Start("unix:///nonexistent/docker.sock", cluster: new ClusterShape(2, 1, server));
        var uuids = await FanOut.Create(app, services);
        var hook = await FanOut.Hook(app);
        await FanOut.Push(app, hook, 'a', uuids, verdicts: 1);
        figures.Add("memory of a silo, after 1,000 services were judged", Idle.Memory(app.Silos[0]), "MB");
        figures.Add("memory of an API, after they were created", Idle.Memory(app.Apis[0]), "MB");

        var killed = Stopwatch.StartNew();
        await app.Silos[0].Kill();
        await FanOut.Push(app, hook, 'b', uuids, verdicts: 2);
        figures.Add("kill -9 of one of two silos to the last of 1,000 verdicts of a push told right then", killed.Elapsed.TotalSeconds, "s");
    }
}
