using System.Diagnostics;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks;

/// <summary>What the process costs when nothing happens, with an engine that answers and one service that runs.</summary>
internal static class IdleBenchmark
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(30);

    public static async Task Measure(FigureTable figureTable)
    {
        Console.WriteLine("Idle ...");
        await using var docker = await DockerDaemon.Start();
        await using var registry = await RegistryServer.Start();
        await using var app = await AutoDeployProcess.Start(docker.Host);
        figureTable.Add("memory when ready", Memory(app), "MB", "under 120");
        await TestImage.Web("v1").Push(registry, "idle", "latest");
        var service = await app.Call(
            HttpMethod.Post,
            "/api/app/v1/service/?start=true",
            new
            {
                name = "idle",
                image = $"{registry.Host}/idle",
                autoredeploy = true,
            }
        );
        await Eventually.Until(async () => (string)(await app.Get((string)service["resource_uri"]!))["state"]! == "Running");

        await Task.Delay(Settling);
        using var process = Process.GetProcessById(app.ProcessId);
        var before = process.TotalProcessorTime;
        await Task.Delay(Measured);
        process.Refresh();
        figureTable.Add("of a core when idle", (process.TotalProcessorTime - before) / Measured * 100, "%", "under 1");
        figureTable.Add("memory when idle", Memory(app), "MB", "under 120");
        await app.Call(HttpMethod.Delete, (string)service["resource_uri"]!);
    }

    /// <summary>Megabytes that are resident.</summary>
    public static double Memory(AutoDeployProcess app) => Memory(app.Apis[0]);

    /// <summary>Megabytes that are resident.</summary>
    public static double Memory(ProductProcess program)
    {
        using var process = Process.GetProcessById(program.ProcessId);
        return process.WorkingSet64 / 1e6;
    }
}
