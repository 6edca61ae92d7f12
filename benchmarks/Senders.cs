using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Api.Tests;
using AutoDeploy.Fixtures;
using AutoDeploy.Organizations;
using Microsoft.AspNetCore.Http;

namespace AutoDeploy.Benchmarks;

/// <summary>
/// What a delivery of each sender costs to verify and read; and how many signed deliveries a second are taken, each on disk, beside Debian's
/// <c>webhook</c> with the same signature rule, which keeps nothing.
/// </summary>
internal static partial class Senders
{
    private const string Secret = "It's a Secret to Everybody";

    private const int Times = 20_000;

    public static async Task Measure(Figures figures)
    {
        Console.WriteLine("Senders ...");
        foreach (var sender in GitSamples.Senders)
        {
            var body = GitSamples.Push(sender);
            Read(figures, sender, sender, body, [GitSamples.EventHeader(sender) is { Length: > 0 } headers ? headers[0] : ("X", "x"), GitSamples.Proof(sender, Secret, body)], Secret);
        }

        foreach (var kind in ImageSamples.Kinds)
            Read(figures, kind.Name, kind.Sender, kind.Body("web/api", "1.2"), kind.Headers, null);
        await BesideWebhook(figures);
    }

    private static void Read(Figures figures, string what, string name, string text, (string Name, string Value)[] headers, string? secret)
    {
        var sender = Api.Hooks.Senders.Find(name)!;
        var hook = new Hook { Uuid = Guid.NewGuid(), Organization = "default", Sender = name, Key = "key", Secret = secret, Created = DateTimeOffset.UtcNow };
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
        figures.Add($"verify and read: {what}", clock.Elapsed.TotalMicroseconds / Times, "us");
        figures.Add($"verify and read: {what}, allocated", (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)Times, "bytes");

        void Once()
        {
            if (!sender.Verify(hook, dictionary, body) || sender.Read(hook, dictionary, body, DateTimeOffset.UnixEpoch) is not { Pushes.Count: > 0 })
                throw new InvalidOperationException($"The sample of {what} is not read.");
        }
    }

    private static async Task BesideWebhook(Figures figures)
    {
        var body = GitSamples.Push("github");
        var (_, signature) = GitSamples.Proof("github", Secret, body);
        await using var app = await AutoDeployProcess.Start(
            "unix:///nonexistent/docker.sock", environment: new Dictionary<string, string> { ["AUTODEPLOY_HOOK_RATE"] = "0" });
        var ours = (string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "github", secret = Secret }))["url"]!;

        var port = Unix.FreePort().ToString(CultureInfo.InvariantCulture);
        var rules = Path.Combine(app.Data, "hooks.json");
        await File.WriteAllTextAsync(rules, $$$"""
            [{"id": "push", "execute-command": "/bin/true", "trigger-rule": {"match":
              {"type": "payload-hmac-sha256", "secret": "{{{Secret}}}", "parameter": {"source": "header", "name": "X-Hub-Signature-256"} } } }]
            """);
        using var webhook = Process.Start(new ProcessStartInfo("webhook", ["-hooks", rules, "-ip", "127.0.0.1", "-port", port]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        webhook.BeginErrorReadLine();
        webhook.BeginOutputReadLine();
        try
        {
            var theirs = $"http://127.0.0.1:{port}/hooks/push";
            using var http = new HttpClient();
            await Wait.Until(async () =>
            {
                try
                {
                    using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/"));
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            });

            var script = Path.Combine(app.Data, "signed.lua");
            await File.WriteAllTextAsync(script, $$"""
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
                """);
            var rates = new List<(double Ours, double Theirs)>();
            for (var round = 0; round < 3; round++)
                rates.Add((await Rate(script, ours), await Rate(script, theirs)));
            var (our, their) = (Figures.Median(rates.Select(r => r.Ours)), Figures.Median(rates.Select(r => r.Theirs)));
            figures.Add("signed deliveries a second, on disk", our, "1/s");
            figures.Add("signed deliveries a second, Debian's webhook, which keeps nothing", their, "1/s");
            figures.Add("signed deliveries: ratio", our / their, "", "at least 1.0");
        }
        finally
        {
            webhook.Kill();
        }
    }

    private static async Task<double> Rate(string script, string url)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t1", "-c16", "-d4s", "-s", script, url]) { RedirectStandardOutput = true })!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        if (output.Contains("Non-2xx", StringComparison.Ordinal))
            throw new InvalidOperationException($"Not every delivery was taken:\n{output}");
        return double.Parse(PerSecond().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex PerSecond();
}
