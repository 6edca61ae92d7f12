using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks.Steady;

/// <summary>
/// What many pushes of an image that several services follow leave on disk. Autoredeploy is off: every push has a verdict of every service,
/// which is the most that it can have, and nothing hides what one push costs.
/// </summary>
internal static class RowsBenchmark
{
    private const int Pushes = 10_000;

    private const int Services = 10;

    private const string Host = "reg.acme.test:5000";

    public static async Task Measure(FigureTable figureTable)
    {
        Console.WriteLine("Rows ...");
        var data = Directory.CreateTempSubdirectory("autodeploy-bench-");
        LedgerSize empty;
        await using (var app = await FakeEngineApp.Start(data.FullName, environment: [new("AUTODEPLOY_HOOK_RATE", "0")]))
        {
            var services = new List<string>();
            for (var number = 0; number < Services; number++)
                services.Add(
                    (string)
                        (
                            await app.Call(
                                HttpMethod.Post,
                                "/api/app/v1/service/",
                                new { name = $"rows{number}", image = $"{Host}/rows:latest" }
                            )
                        )["resource_uri"]!
                );
            var hook = new Uri(
                (string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry" }))["url"]!
            ).PathAndQuery;
            await app.Stop();
            empty = LedgerSize.From(data);
            await app.Start();

            await Parallel.ForEachAsync(
                Enumerable.Range(1, Pushes),
                new ParallelOptions { MaxDegreeOfParallelism = 16 },
                async (number, _) =>
                    await app.Call(HttpMethod.Post, hook, RegistryNotificationBody.Of(Host, "rows", "latest", $"sha256:{number:x64}"))
            );
            foreach (var service in services)
                await Eventually.Until(
                    async () => (int)(await app.Get(service + "verdict/?limit=1"))["meta"]!["total_count"]! == Pushes,
                    $"all verdicts of {service}",
                    TimeSpan.FromMinutes(3)
                );
            await app.Stop();
        }

        var full = LedgerSize.From(data);
        Add("kept for 7 days", full);
        figureTable.Add(
            $"bytes of each of {Pushes:N0} pushes with {Services} verdicts, for 7 days",
            (full.Used - empty.Used) / (double)Pushes,
            "bytes"
        );
        var month = await After(data, days: 8);
        Add("kept for 30 days", month);
        figureTable.Add(
            $"bytes of each of {Pushes:N0} pushes with {Services} verdicts, for 30 days",
            (month.Used - empty.Used) / (double)Pushes,
            "bytes"
        );
        var later = await After(data, days: 31);
        Add("after 31 days", later);
        figureTable.Add($"after 31 days: used of the file, over the same without a push", later.Used / (double)empty.Used, "");
        data.Delete(recursive: true);

        void Add(string when, LedgerSize size)
        {
            foreach (var (table, rows) in size.Rows.Where(t => t.Value - empty.Rows[t.Key] > 0).OrderByDescending(t => t.Value))
                figureTable.Add($"{when}: {table}, rows more than without a push", rows - empty.Rows[table], "rows");
            figureTable.Add($"{when}: data directory", size.Directory / 1e6, "MB");
            figureTable.Add($"{when}: used of the ledger's file", size.Used / 1e6, "MB");
        }
    }

    /// <summary>Lets a process whose clock is so far ahead trim, as each does when it starts.</summary>
    private static async Task<LedgerSize> After(DirectoryInfo data, int days)
    {
        await using (var app = await FakeEngineApp.Start(data.FullName, days))
        {
            // events go last, and after a month they have gone before
            await Eventually.Until(
                () => app.Output.Contains(days > 30 ? " pushes with their verdicts" : " events", StringComparison.Ordinal),
                "it has trimmed"
            );
            await app.Stop();
        }

        return LedgerSize.From(data);
    }
}
