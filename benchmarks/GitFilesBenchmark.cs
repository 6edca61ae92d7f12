using System.Diagnostics;
using System.Globalization;
using System.Text;
using AutoDeploy.Git;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Benchmarks;

/// <summary>What a push to a large repository costs to look at: 10,000 commits, 5,000 files.</summary>
internal static class GitFilesBenchmark
{
    private const int Commits = 10_000;

    private const int Files = 5_000;

    private const int Rounds = 15;

    public static async Task Measure(FigureTable figureTable)
    {
        Console.WriteLine("Changed files ...");
        await using var server = await GitServer.Start();
        server.CreateRepository("acme/large");
        using var clone = server.Clone("acme/large");
        clone.GitWith(History(), "fast-import", "--quiet");
        clone.Git("push", "--quiet", "origin", "main");
        clone.Reset("main");

        var data = Directory.CreateTempSubdirectory("autodeploy-bench-");
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddGit(options => options.Directory = data.FullName)
            .BuildServiceProvider();
        var git = services.GetRequiredService<IGit>();
        var remote = new GitRemote("default", RepositoryName.Parse(server.Url("acme/large")), []);

        var sent = server.Sent;
        var clock = Stopwatch.StartNew();
        var before = (await git.Fetch(remote, "main", null, default)).Id;
        figureTable.Add("10,000 commits, 5,000 files: first fetch", clock.Elapsed.TotalMilliseconds, "ms");
        figureTable.Add("10,000 commits, 5,000 files: first fetch, received", (server.Sent - sent) / 1e6, "MB");

        var (fetches, compares, bytes) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var after = clone.Push($"dir{round % 50}/file{round}.txt", $"round {round}");
            sent = server.Sent;
            clock.Restart();
            await git.Fetch(remote, "main", after, default);
            fetches.Add(clock.Elapsed.TotalMilliseconds);
            bytes.Add((server.Sent - sent) / 1e3);
            clock.Restart();
            if ((await git.Compare(remote, before, after, default)).Files?.Count != 1)
                throw new InvalidOperationException("The files are not as expected.");
            compares.Add(clock.Elapsed.TotalMilliseconds);
            before = after;
        }

        figureTable.Add("10,000 commits, 5,000 files: fetch of a push, warm", FigureTable.Median(fetches), "ms");
        figureTable.Add("10,000 commits, 5,000 files: fetch of a push, received", FigureTable.Median(bytes), "kB");
        figureTable.Add("10,000 commits, 5,000 files: changed files of a push", FigureTable.Median(compares), "ms");
        data.Delete(recursive: true);
    }

    /// <summary>For <c>git fast-import</c>: all files in the first commit, then one changed in each.</summary>
    private static string History()
    {
        var text = new StringBuilder();
        for (var commit = 0; commit < Commits; commit++)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"commit refs/heads/main\ncommitter Ada <ada@acme.example> {1_700_000_000 + commit} +0000\ndata 1\nx\n"
            );
            if (commit == 0)
                for (var file = 0; file < Files; file++)
                    File(file, commit);
            else
                File(commit % Files, commit);
        }

        return text.ToString();

        void File(int file, int commit)
        {
            var content = $"{commit} {file}";
            text.Append(
                CultureInfo.InvariantCulture,
                $"M 644 inline dir{file % 50}/sub{file % 500}/file{file}.txt\ndata {content.Length}\n{content}\n"
            );
        }
    }
}
