using System.Diagnostics;
using AutoDeploy.Fixtures;

namespace AutoDeploy.Benchmarks;

/// <summary>Many services that follow one image: creating them, and from one push to the last verdict. Autoredeploy is off, so that only judging is measured.</summary>
internal static class FanOut
{
    public static async Task Measure(Figures figures)
    {
        Console.WriteLine("Fan-out ...");
        double small = 0;
        foreach (var count in (int[])[1_000, 10_000])
        {
            var took = await Measure(figures, count);
            if (count == 1_000)
                small = took;
            else
                figures.Add("time for 10,000 over 10 times the time for 1,000", took / (10 * small), "", "about 1: linear");
        }
    }

    /// <param name="figures">Where they go.</param>
    /// <param name="count">Of services.</param>
    /// <param name="where">In words, where the ledger lies.</param>
    /// <param name="environment">More variables of the process.</param>
    /// <returns>Seconds from the push to the last verdict.</returns>
    public static async Task<double> Measure(Figures figures, int count, string where = "", params IEnumerable<KeyValuePair<string, string>> environment)
    {
        await using var app = await AutoDeployProcess.Start("unix:///nonexistent/docker.sock", environment: new Dictionary<string, string>(environment));
        var begun = Stopwatch.StartNew();
        var uuids = new string[count];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            uuids[i] = (string)(await app.Call(HttpMethod.Post, "/api/app/v1/service/", new { name = $"s{i}", image = "reg.acme.test:5000/acme/api:1.2" }))["uuid"]!);
        figures.Add($"{count:N0} services created{where}", begun.Elapsed.TotalSeconds, "s");

        var url = (string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry" }))["url"]!;
        Array.Sort(uuids, StringComparer.Ordinal);
        begun.Restart();
        await app.Call(HttpMethod.Post, new Uri(url).PathAndQuery, RegistryNotice.Of("reg.acme.test:5000", "acme/api", "1.2", "sha256:" + new string('a', 64)));

        // services are asked in this order; when the last batch is through, all are looked at
        await Wait.Until(async () => await Verdicts(app, uuids[^1]) == 1, "the last verdict", TimeSpan.FromMinutes(2));
        var took = begun.Elapsed.TotalSeconds;
        await Parallel.ForEachAsync(uuids, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (uuid, _) =>
        {
            if (await Verdicts(app, uuid) != 1)
                throw new InvalidOperationException($"Service {uuid} has no verdict.");
        });
        figures.Add($"from one push to the last of {count:N0} verdicts{where}", took, "s");
        figures.Add($"verdicts a second with {count:N0} services{where}", count / took, "1/s", where.Length == 0 ? "3,000 or more" : "");
        figures.Add($"memory with {count:N0} services{where}", Idle.Memory(app), "MB");
        return took;
    }

    private static async Task<int> Verdicts(AutoDeployProcess app, string uuid) =>
        (int)(await app.Get($"/api/app/v1/service/{uuid}/verdict/?limit=1"))["meta"]!["total_count"]!;
}
