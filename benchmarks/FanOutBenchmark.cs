using System.Diagnostics;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks;

/// <summary>
/// Many services that follow one image: creating them, and from one push to the last verdict. Autoredeploy is off, so that only judging is
/// measured.
/// </summary>
internal static class FanOutBenchmark
{
    public static async Task Measure(FigureTable figureTable)
    {
        Console.WriteLine("Fan-out ...");
        double small = 0;
        foreach (var count in (int[])[1_000, 10_000])
        {
            var took = await Measure(figureTable, count);
            if (count == 1_000)
                small = took;
            else
                figureTable.Add("time for 10,000 over 10 times the time for 1,000", took / (10 * small), "", "about 1: linear");
        }
    }

    /// <param name="figureTable">Where they go.</param>
    /// <param name="count">Of services.</param>
    /// <param name="where">In words, where the ledger lies.</param>
    /// <param name="cluster">Null: one process.</param>
    /// <param name="environment">More variables of the process.</param>
    /// <returns>Seconds from the push to the last verdict.</returns>
    public static async Task<double> Measure(
        FigureTable figureTable,
        int count,
        string where = "",
        ClusterShape? cluster = null,
        params IEnumerable<KeyValuePair<string, string>> environment
    )
    {
        await using var app = await AutoDeployProcess.Start(
            "unix:///nonexistent/docker.sock",
            environment: new Dictionary<string, string>(environment),
            cluster: cluster
        );
        var begun = Stopwatch.StartNew();
        var uuids = await Create(app, count);
        figureTable.Add($"{count:N0} services created{where}", begun.Elapsed.TotalSeconds, "s");

        var took = await Push(app, await Hook(app), 'a', uuids, verdicts: 1);
        await Parallel.ForEachAsync(
            uuids,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (uuid, _) =>
            {
                if (await Verdicts(app, uuid) != 1)
                    throw new InvalidOperationException($"Service {uuid} has no verdict.");
            }
        );
        figureTable.Add($"from one push to the last of {count:N0} verdicts{where}", took, "s");
        figureTable.Add(
            $"verdicts a second with {count:N0} services{where}",
            count / took,
            "1/s",
            where.Length == 0 ? "3,000 or more" : ""
        );
        figureTable.Add(
            $"memory with {count:N0} services{where}",
            IdleBenchmark.Memory(app.Silos.Count > 0 ? app.Silos[0] : app.Apis[0]),
            "MB"
        );
        return took;
    }

    /// <summary>Services that follow the image, in the order in which they are asked.</summary>
    public static async Task<string[]> Create(AutoDeployProcess app, int count)
    {
        var uuids = new string[count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) =>
                uuids[i] = (string)
                    (
                        await app.Call(
                            HttpMethod.Post,
                            "/api/app/v1/service/",
                            new { name = $"s{i}", image = "reg.acme.test:5000/acme/api:1.2" }
                        )
                    )["uuid"]!
        );
        Array.Sort(uuids, StringComparer.Ordinal);
        return uuids;
    }

    /// <summary>The path at which a registry tells of pushes.</summary>
    public static async Task<string> Hook(AutoDeployProcess app) =>
        new Uri((string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry" }))["url"]!).PathAndQuery;

    /// <summary>
    /// Tells of a push, and waits until the last service has so many verdicts: when the last batch is through, all are looked at.
    /// </summary>
    /// <returns>Seconds.</returns>
    public static async Task<double> Push(AutoDeployProcess app, string hook, char digest, string[] uuids, int verdicts)
    {
        var begun = Stopwatch.StartNew();
        await app.Call(
            HttpMethod.Post,
            hook,
            RegistryNotificationBody.Of("reg.acme.test:5000", "acme/api", "1.2", "sha256:" + new string(digest, 64))
        );
        await Eventually.Until(async () => await Verdicts(app, uuids[^1]) == verdicts, "the last verdict", TimeSpan.FromMinutes(2));
        return begun.Elapsed.TotalSeconds;
    }

    /// <summary>While nobody can say how many there are, there are none.</summary>
    private static async Task<int> Verdicts(AutoDeployProcess app, string uuid)
    {
        var (status, answer) = await app.Send(HttpMethod.Get, $"/api/app/v1/service/{uuid}/verdict/?limit=1");
        return status == System.Net.HttpStatusCode.OK ? (int)answer["meta"]!["total_count"]! : 0;
    }
}
