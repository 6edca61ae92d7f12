using System.Diagnostics;
using System.Globalization;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks;

/// <summary>
/// From the registry's notification to the new container being proven, over what one would do by hand: <c>docker pull</c>,
/// <c>docker run</c>, and waiting until Docker says healthy. Both take turns, each time with an image that the engine has not seen.
/// </summary>
internal static class RedeployBenchmark
{
    private static int _version;

    public static async Task Measure(FigureTable figureTable)
    {
        Console.WriteLine("Redeploy ...");
        await using var docker = await DockerDaemon.Start();
        await using var registry = await RegistryServer.Start();
        await using var app = await AutoDeployProcess.Start(docker.Host);
        var hook = new Uri(
            (string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry" }))["url"]!
        ).PathAndQuery;

        await Compare("an image with --interval=1s", TimeSpan.FromSeconds(1), rounds: 7, bare: 7, "at most 0.60");
        await Compare("an image with --interval=100ms", TimeSpan.FromMilliseconds(100), rounds: 15, bare: 15, "at most 1.10");
        await Compare("an image with Docker's default interval (30 s)", TimeSpan.Zero, rounds: 7, bare: 1, "under 2 s in all");

        async Task Compare(string what, TimeSpan interval, int rounds, int bare, string aim)
        {
            var name = $"bench{(int)interval.TotalMilliseconds}";
            await Image(interval).Push(registry, name, "latest");
            var created = await app.Call(
                HttpMethod.Post,
                "/api/app/v1/service/?start=true",
                new
                {
                    name,
                    image = $"{registry.Host}/{name}:latest",
                    autoredeploy = true,
                    stop_timeout = 1,
                }
            );
            var service = (string)created["resource_uri"]!;
            await Eventually.Until(async () => (string)(await app.Get(service))["state"]! == "Running");

            var ours = new List<double>();
            var byHand = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                ours.Add(await Ours(service, name, interval));
                if (round < bare)
                    byHand.Add(await ByHand(name, interval));
            }

            var (our, hand) = (FigureTable.Median(ours), FigureTable.Median(byHand));
            figureTable.Add($"{what}: notification to proven", our, "s", aim.StartsWith("under", StringComparison.Ordinal) ? aim : "");
            figureTable.Add($"{what}: docker pull, run, healthy", hand, "s");
            figureTable.Add($"{what}: ratio", our / hand, "", aim.StartsWith("at most", StringComparison.Ordinal) ? aim : "");
        }

        async Task<double> Ours(string service, string name, TimeSpan interval)
        {
            var digest = await Image(interval).Push(registry, name, "latest");
            var told = DateTimeOffset.UtcNow;
            await app.Call(HttpMethod.Post, hook, RegistryNotificationBody.Of(registry.Host, name, "latest", digest));
            var done = "";
            await Eventually.Until(async () => (string)(await app.Get(service))["current_version"]!["digest"]! == digest);
            var verdict = (await app.Get(service + "verdict/?limit=1"))["objects"]![0]!;
            foreach (
                var line in (await app.Http.GetStringAsync(new Uri((string)verdict["action"]! + "log/", UriKind.Relative))).Split('\n')
            )
                if (line.Contains("is healthy", StringComparison.Ordinal))
                    done = line.Split(' ')[0];
            return (DateTimeOffset.Parse(done, CultureInfo.InvariantCulture) - told).TotalSeconds;
        }

        async Task<double> ByHand(string name, TimeSpan interval)
        {
            var digest = await Image(interval).Push(registry, name, "hand");
            var image = $"{registry.Host}/{name}@{digest}";
            var clock = Stopwatch.StartNew();
            await Cli("pull", "-q", image);
            var id = await Cli("run", "-d", image);
            await Eventually.Until(async () =>
                (await docker.Http.GetStringAsync(new Uri($"v1.41/containers/{id}/json", UriKind.Relative))).Contains(
                    "\"Status\":\"healthy\"",
                    StringComparison.Ordinal
                )
            );
            var took = clock.Elapsed.TotalSeconds;
            await Cli("rm", "-f", id);
            return took;
        }

        async Task<string> Cli(params string[] arguments)
        {
            var start = new ProcessStartInfo("docker") { RedirectStandardOutput = true };
            foreach (var argument in (string[])["-H", docker.Host, .. arguments])
                start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0
                ? output.Trim()
                : throw new InvalidOperationException($"docker {string.Join(' ', arguments)} failed");
        }
    }

    /// <summary>A web server that is well as soon as it runs, in a version that nobody has seen.</summary>
    private static TestImage Image(TimeSpan interval) =>
        TestImage.Web($"v{++_version}") with
        {
            Healthcheck = new TestHealthcheck("wget -q -O /dev/null http://127.0.0.1:8080/") { Interval = interval },
        };
}
