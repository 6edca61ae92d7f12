using System.Diagnostics;
using AutoDeploy.Deployments;
using AutoDeploy.Hosting;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Benchmarks;

/// <summary>
/// Many running services with a MATCH each on one repository, and one push that none of them matches: only judging is measured, so that
/// the engine can be one on paper; the repository is real.
/// </summary>
internal static class GitFanOutBenchmark
{
    private const string Organization = "default";

    public static async Task Measure(FigureTable figureTable)
    {
        Console.WriteLine("Fan-out from git ...");
        double small = 0;
        foreach (var count in (int[])[1_000, 4_000])
        {
            await using var git = await GitServer.Start();
            git.CreateRepository("acme/mono");
            using var clone = git.Clone("acme/mono");
            for (var i = 0; i < 500; i++)
                clone.Write($"part{i}/Dockerfile", "FROM scratch\n");
            clone.Commit("Parts");
            clone.Push();

            var data = Directory.CreateTempSubdirectory("autodeploy-bench-");
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Logging.SetMinimumLevel(LogLevel.Error);
            builder.AddAutoDeploySilo(data.FullName);
            builder.Services.AddSingleton<IEngineProvider, FakeEngines>();
            using var host = builder.Build();
            await host.StartAsync();
            var grains = host.Services.GetRequiredService<IGrainFactory>();
            var ledger = host.Services.GetRequiredService<ILedger>();

            var services = Enumerable.Range(0, count).Select(i => (Number: i, Uuid: Guid.NewGuid())).ToList();
            await Parallel.ForEachAsync(
                services,
                new ParallelOptions { MaxDegreeOfParallelism = 16 },
                async (service, _) =>
                {
                    var grain = grains.GetGrain<IServiceGrain>(service.Uuid.ToString());
                    await grain.Create(Organization, $"s{service.Number}", Settings(git.Url("acme/mono"), service.Number % 500));
                    await grain.Begin(new StartCommand { Cause = new DeploymentCause { Kind = CauseKind.Person } });
                }
            );
            foreach (var service in services)
                await Eventually.Until(async () =>
                    (await grains.GetGrain<IServiceGrain>(service.Uuid.ToString()).Get())!.Status == ServiceStatus.Running
                );

            var push = new Push
            {
                Uuid = Guid.NewGuid(),
                Sender = "git",
                Delivery = "1",
                Source = RepositoryName.Parse(git.Url("acme/mono")).Source,
                Ref = "refs/heads/main",
                Commit = clone.Push("elsewhere/file", "x"),
                Received = DateTimeOffset.UtcNow,
                Organization = Organization,
            };
            var clock = Stopwatch.StartNew();
            await ledger.RecordPushes([push], default);
            await grains.WakeSource(push.Source);
            await Eventually.Until(async () => (await ledger.ListOpenSources(default)).Count == 0);
            var took = clock.Elapsed.TotalSeconds;
            foreach (var service in services)
                if (await ledger.FindVerdict(push.Uuid, service.Uuid, default) is not { Reason: VerdictReasons.Restricted })
                    throw new InvalidOperationException($"Service {service.Number} was not judged as expected.");

            figureTable.Add($"from git: one push to the last of {count:N0} verdicts, a MATCH each", took, "s");
            if (count == 1_000)
                small = took;
            else
                figureTable.Add(
                    "from git: time for 4,000 over 4 times the time for 1,000",
                    took / (4 * small),
                    "",
                    "about 1 or less: linear"
                );
            await host.StopAsync();
            data.Delete(recursive: true);
        }
    }

    private static ServiceSettings Settings(string url, int part) =>
        new()
        {
            Git = new GitSource
            {
                Url = url,
                Branch = "main",
                RootPath = $"part{part}",
            },
            Autoredeploy = true,
            StableSeconds = 0,
            Restrictions =
            [
                new Restriction
                {
                    Uuid = Guid.NewGuid(),
                    Mode = RestrictionMode.Match,
                    Value = $"part{part}/",
                    Created = DateTimeOffset.UtcNow,
                },
            ],
        };
}
