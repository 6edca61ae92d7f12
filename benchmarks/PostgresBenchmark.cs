using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks;

/// <summary>
/// The records in PostgreSQL, on this machine with commits on disk: against what the same server commits of single rows, told to it by
/// pgbench, which is PostgreSQL's own program for that.
/// </summary>
internal static partial class PostgresBenchmark
{
    private const string Where = ", on PostgreSQL";

    /// <summary>About as many bytes as a push has.</summary>
    private const string Insert = "INSERT INTO raw (text) VALUES (repeat('x', 600));";

    public static async Task Measure(FigureTable figureTable)
    {
        await using var server = await PostgresServer.Start(new PostgresServerOptions { MaxConnections = 400 });
        await server.Execute("CREATE TABLE raw (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)");
        Console.WriteLine("PostgreSQL itself ...");
        var alone = await Raw(server, 1);
        figureTable.Add("PostgreSQL itself: single rows committed a second at 1 connection", alone, "1/s");
        var many = await Raw(server, HooksBenchmark.Connections);
        figureTable.Add($"PostgreSQL itself: single rows committed a second at {HooksBenchmark.Connections} connections", many, "1/s");

        var acknowledged = await HooksBenchmark.Measure(figureTable, Where, await Environment(server));
        figureTable.Add("pushes acknowledged over single rows committed at 1 connection", acknowledged / alone, "");
        figureTable.Add(
            $"pushes acknowledged over single rows committed at {HooksBenchmark.Connections} connections",
            acknowledged / many,
            ""
        );
        await FanOutBenchmark.Measure(figureTable, 10_000, Where, environment: await Environment(server));
        await ClusterBenchmark.Measure(figureTable, server);
    }

    private static async Task<KeyValuePair<string, string>> Environment(PostgresServer server) =>
        new("AUTODEPLOY_POSTGRES", server.ConnectionString(await server.CreateDatabase()));

    private static async Task<double> Raw(PostgresServer server, int connections)
    {
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, Insert);
        var start = new ProcessStartInfo(
            Prerequisites.Find("pgbench")!,
            [
                "-h",
                "127.0.0.1",
                "-p",
                $"{server.Port}",
                "-U",
                PostgresServer.User,
                "-n",
                "-M",
                "prepared",
                "-c",
                $"{connections}",
                "-T",
                "5",
                "-f",
                script,
                "postgres",
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = PostgresServer.Password;
        using var pgbench = Process.Start(start)!;
        var errors = pgbench.StandardError.ReadToEndAsync();
        var output = await pgbench.StandardOutput.ReadToEndAsync();
        await pgbench.WaitForExitAsync();
        File.Delete(script);
        return PerSecond().Match(output) is { Success: true } match
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench measured nothing:\n{output}\n{await errors}");
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex PerSecond();
}
