using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AutoDeploy.Organizations;
using AutoDeploy.Testing;
using Microsoft.AspNetCore.Http;

namespace AutoDeploy.Benchmarks;

/// <summary>
/// What a delivery of each sender costs to verify and read; and how many signed deliveries a second are taken, each on disk, beside
/// Debian's
/// <c>webhook</c> with the same signature rule, which keeps nothing.
/// </summary>
internal static partial class SendersBenchmark
{
    private const string Secret = "It's a Secret to Everybody";

    private const int Times = 20_000;

    private const int Rounds = 5;

    private static readonly TimeSpan Resting = TimeSpan.FromMilliseconds(400);

    public static async Task Measure(FigureTable figureTable)
    {
        Console.WriteLine("Senders ...");
        foreach (var sender in GitSamples.Senders)
        {
            var body = GitSamples.Push(sender);
            Read(
                figureTable,
                sender,
                sender,
                body,
                [
                    GitSamples.EventHeader(sender) is { Length: > 0 } headers ? headers[0] : ("X", "x"),
                    GitSamples.Proof(sender, Secret, body),
                ],
                Secret
            );
        }

        foreach (var kind in ImageSamples.Kinds)
            Read(figureTable, kind.Name, kind.Sender, kind.Body("web/api", "1.2"), kind.Headers, null);
        await BesideWebhook(figureTable);
    }

    private static void Read(
        FigureTable figureTable,
        string what,
        string name,
        string text,
        (string Name, string Value)[] headers,
        string? secret
    )
    {
        var sender = Api.Hooks.Senders.Find(name)!;
        var hook = new Hook
        {
            Uuid = Guid.NewGuid(),
            Organization = "default",
            Sender = name,
            Key = "key",
            Secret = secret,
            Created = DateTimeOffset.UtcNow,
        };
        var dictionary = new HeaderDictionary();
        foreach (var (header, value) in headers)
            dictionary[header] = value;
        var body = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < Times / 10; i++)
            Once();
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Times; i++)
            Once();
        figureTable.Add($"verify and read: {what}", clock.Elapsed.TotalMicroseconds / Times, "us");
        figureTable.Add($"verify and read: {what}, allocated", (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)Times, "bytes");

        void Once()
        {
            if (
                !sender.Verify(hook, dictionary, body)
                || sender.Read(hook, dictionary, body, DateTimeOffset.UnixEpoch) is not { Pushes.Count: > 0 }
            )
                throw new InvalidOperationException($"The sample of {what} is not read.");
        }
    }

    private static async Task BesideWebhook(FigureTable figureTable)
    {
        await using var app = await AutoDeployProcess.Start(
            "unix:///nonexistent/docker.sock",
            environment: new Dictionary<string, string> { ["AUTODEPLOY_HOOK_RATE"] = "0" }
        );
        var ours = (string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "github", secret = Secret }))["url"]!;
        using var process = Process.GetProcessById(app.ProcessId);
        using var webhook = await WebhookProcess.Start(app.Data, Secret);
        var script = Path.Combine(app.Data, "signed.lua");
        await File.WriteAllTextAsync(script, Script());

        await Rate(script, ours, process);
        await Rate(script, webhook.Url, webhook.Process);
        var rates = new List<(double Ours, double Theirs)>();
        for (var round = 0; round < Rounds; round++)
            rates.Add((await Rate(script, ours, process), await Rate(script, webhook.Url, webhook.Process)));
        figureTable.Add("signed deliveries a second, on disk", FigureTable.Median(rates.Select(r => r.Ours)), "1/s");
        figureTable.Add(
            "signed deliveries a second, Debian's webhook, which keeps nothing and runs /bin/true",
            FigureTable.Median(rates.Select(r => r.Theirs)),
            "1/s"
        );
        figureTable.Add("signed deliveries: ratio", FigureTable.Median(rates.Select(r => r.Ours / r.Theirs)), "", "at least 1.0");
        figureTable.Add(
            "signed deliveries a second, webhook with nothing to run either",
            await Rate(script, webhook.UrlWithoutCommand, webhook.Process),
            "1/s"
        );
    }

    /// <summary>
    /// So many are answered a second. Afterwards waits for the receiver to rest: one that answers first and works then (webhook starts its
    /// commands so) would work in the other's time.
    /// </summary>
    private static async Task<double> Rate(string script, string url, Process receiver)
    {
        using var wrk = Process.Start(
            new ProcessStartInfo("wrk", ["-t1", "-c16", "-d4s", "-s", script, url]) { RedirectStandardOutput = true }
        )!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        if (output.Contains("Non-2xx", StringComparison.Ordinal))
            throw new InvalidOperationException($"Not every delivery was taken:\n{output}");

        TimeSpan before;
        do
        {
            before = Used();
            await Task.Delay(Resting);
        } while (Used() - before > Resting / 20);
        return double.Parse(PerSecond().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);

        TimeSpan Used()
        {
            receiver.Refresh();
            return receiver.TotalProcessorTime;
        }
    }

    /// <summary>The same push again and again, each time as another delivery.</summary>
    private static string Script()
    {
        var body = GitSamples.Push("github");
        var (_, signature) = GitSamples.Proof("github", Secret, body);
        return $$"""
            local n = 0
            local run = tostring(os.time())
            wrk.method = "POST"
            wrk.body = [==[{{body}}]==]
            wrk.headers["Content-Type"] = "application/json"
            wrk.headers["X-GitHub-Event"] = "push"
            wrk.headers["X-Hub-Signature-256"] = "{{signature}}"
            request = function()
              n = n + 1
              wrk.headers["X-GitHub-Delivery"] = run .. "-" .. n
              return wrk.format()
            end
            """;
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex PerSecond();
}
