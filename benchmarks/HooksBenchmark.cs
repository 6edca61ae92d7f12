using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks;

/// <summary>How many pushes a second are acknowledged, each of them new and on disk before its answer.</summary>
internal static partial class HooksBenchmark
{
    public const int Connections = 16;

    /// <param name="figureTable">Where they go.</param>
    /// <param name="where">In words, where the ledger lies.</param>
    /// <param name="environment">More variables of the process.</param>
    /// <returns>Acknowledged a second.</returns>
    public static async Task<double> Measure(
        FigureTable figureTable,
        string where = "",
        params IEnumerable<KeyValuePair<string, string>> environment
    )
    {
        Console.WriteLine("Hooks ...");
        await using var app = await AutoDeployProcess.Start(
            "unix:///nonexistent/docker.sock",
            environment: new Dictionary<string, string>(environment) { ["AUTODEPLOY_HOOK_RATE"] = "0" }
        );
        var url = (string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry" }))["url"]!;
        var script = Path.Combine(app.Data, "push.lua");
        await File.WriteAllTextAsync(script, Script);

        await Wrk(script, url, seconds: 3);
        var output = await Wrk(script, url, seconds: 10);
        var rate = Number(PerSecond().Match(output));
        figureTable.Add(
            $"pushes acknowledged a second at {Connections} connections{where}",
            rate,
            "1/s",
            where.Length == 0 ? "5,000 or more" : ""
        );
        figureTable.Add($"acknowledged within, p50{where}", Latency(output, "50%"), "ms");
        figureTable.Add($"acknowledged within, p99{where}", Latency(output, "99%"), "ms", "under 20");
        if (output.Contains("Non-2xx", StringComparison.Ordinal))
            throw new InvalidOperationException($"Not every push was acknowledged:\n{output}");
        return rate;
    }

    private static async Task<string> Wrk(string script, string url, int seconds)
    {
        var start = new ProcessStartInfo("wrk") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-t1", $"-c{Connections}", $"-d{seconds}s", "--latency", "-s", script, url])
            start.ArgumentList.Add(argument);
        using var wrk = Process.Start(start)!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return output;
    }

    private static double Latency(string output, string percentile)
    {
        var match = Regex.Match(output, Regex.Escape(percentile) + @"\s+([0-9.]+)(us|ms|s)\b");
        return Number(match)
            * match.Groups[2].Value switch
            {
                "us" => 0.001,
                "s" => 1000,
                _ => 1,
            };
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex PerSecond();

    /// <summary>Every request is another event, as a registry tells it.</summary>
    private const string Script = """
        local n = 0
        local run = tostring(os.time())
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/vnd.docker.distribution.events.v1+json"
        request = function()
          n = n + 1
          return wrk.format(nil, nil, nil, string.format('{"events":[{"id":"%s-%d",'..
            '"timestamp":"2025-10-09T08:53:20.123456789Z","action":"push",' ..
            '"target":{"mediaType":"application/vnd.docker.distribution.manifest.v2+json",'..
            '"size":708,"digest":"sha256:%064x","length":708,' ..
            '"repository":"acme/api%d","url":"http://reg.acme.test:5000/v2/acme/api/manifests/x","tag":"1.2"},' ..
            '"request":{"id":"1","addr":"10.0.0.8:51780","host":"reg.acme.test:5000","method":"PUT","useragent":"docker/24.0.7"},' ..
            '"actor":{"name":"ci"},"source":{"addr":"reg-1:5000","instanceID":"1"}}]}', run, n, n, n % 100))
        end
        """;
}
