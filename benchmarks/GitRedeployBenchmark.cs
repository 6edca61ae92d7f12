using System.Diagnostics;
using System.Globalization;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks;

/// <summary>
/// From the call of a repository's post-receive hook to the new container being proven, over what one would do by hand:
/// <c>git clone --depth 1</c>, <c>docker build</c>, <c>docker run</c>, and waiting until Docker says healthy. Both take turns, each time
/// with a
/// commit that nobody has built.
/// </summary>
internal static class GitRedeployBenchmark
{
    private const int Rounds = 11;

    public static async Task Measure(FigureTable figureTable)
    {
        Console.WriteLine("Redeploy from git ...");
        await using var docker = await DockerDaemon.Start();
        await using var registry = await RegistryServer.Start();
        await using var git = await GitServer.Start();
        await using var app = await AutoDeployProcess.Start(docker.Host);
        var hook = new Uri((string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "git" }))["url"]!).PathAndQuery;
        var web = TestImage.Web("base") with
        {
            Healthcheck = new TestHealthcheck("wget -q -O /dev/null http://127.0.0.1:8080/") { Interval = TimeSpan.FromMilliseconds(100) },
        };
        await web.Push(registry, "web", "latest");

        git.CreateRepository("acme/shop");
        using var clone = git.Clone("acme/shop");
        clone.Write("Dockerfile", $"FROM {registry.Host}/web\nCOPY . /www/\n");
        for (var i = 0; i < 200; i++)
            clone.Write($"files/{i}.txt", new string('x', 2000) + i);
        clone.Push("index.html", "v0");
        var service = (string)
            (
                await app.Call(
                    HttpMethod.Post,
                    "/api/app/v1/service/?start=true",
                    new
                    {
                        name = "shop",
                        autoredeploy = true,
                        stop_timeout = 1,
                        git_repository = new { url = git.Url("acme/shop"), branch = "main" },
                    }
                )
            )["resource_uri"]!;
        await Eventually.Until(async () => (string)(await app.Get(service))["state"]! == "Running");

        var (ours, byHand) = (new List<double>(), new List<double>());
        for (var round = 1; round <= Rounds; round++)
        {
            ours.Add(await Ours(clone.Push("index.html", $"ours {round}")));
            clone.Push("index.html", $"by hand {round}");
            byHand.Add(await ByHand(round));
        }

        var (our, hand) = (FigureTable.Median(ours), FigureTable.Median(byHand));
        figureTable.Add("from git: post-receive hook to proven", our, "s");
        figureTable.Add("from git: git clone --depth 1, docker build, run, healthy", hand, "s");
        figureTable.Add("from git: ratio", our / hand, "", "at most 1.10");

        async Task<double> Ours(string commit)
        {
            var told = DateTimeOffset.UtcNow;
            await app.Call(
                HttpMethod.Post,
                hook,
                new
                {
                    repository = git.Url("acme/shop"),
                    @ref = "refs/heads/main",
                    after = commit,
                }
            );
            await Eventually.Until(async () => (string?)(await app.Get(service))["current_version"]!["commit"] == commit);
            var verdict = (await app.Get(service + "verdict/?limit=1"))["objects"]![0]!;
            var log = await app.Http.GetStringAsync(new Uri((string)verdict["action"]! + "log/", UriKind.Relative));
            var proven = log.Split('\n').Last(line => line.Contains("is healthy", StringComparison.Ordinal)).Split(' ')[0];
            return (DateTimeOffset.Parse(proven, CultureInfo.InvariantCulture) - told).TotalSeconds;
        }

        async Task<double> ByHand(int round)
        {
            var folder = Directory.CreateTempSubdirectory("autodeploy-bench-");
            var clock = Stopwatch.StartNew();
            await Run("git", "clone", "-q", "--depth", "1", git.Url("acme/shop"), folder.FullName);
            await Run("docker", "-H", docker.Host, "build", "-q", "-t", $"by-hand:{round}", folder.FullName);
            var id = await Run("docker", "-H", docker.Host, "run", "-d", $"by-hand:{round}");
            await Eventually.Until(async () =>
                (await docker.Http.GetStringAsync(new Uri($"v1.41/containers/{id}/json", UriKind.Relative))).Contains(
                    "\"Status\":\"healthy\"",
                    StringComparison.Ordinal
                )
            );
            var took = clock.Elapsed.TotalSeconds;
            await Run("docker", "-H", docker.Host, "rm", "-f", id);
            folder.Delete(recursive: true);
            return took;
        }
    }

    private static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed");
    }
}
