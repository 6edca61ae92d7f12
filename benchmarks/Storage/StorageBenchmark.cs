using System.Diagnostics;
using AutoDeploy.Ledger;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Storage;

namespace AutoDeploy.Benchmarks.Storage;

/// <summary>
/// The grain storage of the embedded shape beside Orleans' AdoNet provider on the same SQLite file: services created, services that
/// remember a version, and pushes acknowledged meanwhile (docs/decisions/storage.md).
/// </summary>
internal static class StorageBenchmark
{
    private const int Services = 10_000;
    private const int ConcurrentServices = 64;
    private const int ConcurrentPushes = 16;

    public static async Task Measure(FigureTable figureTable)
    {
        Console.WriteLine("Grain storage on SQLite ...");
        var own = await Run(useAdoNet: false);
        var adoNet = await Run(useAdoNet: true);
        figureTable.Add("10,000 services created, own grain storage", own.Created, "s");
        figureTable.Add("10,000 services created, AdoNet over own", adoNet.Created / own.Created, "times");
        figureTable.Add("10,000 services remember a version, own grain storage", own.Remembered, "s");
        figureTable.Add("10,000 services remember a version, AdoNet over own", adoNet.Remembered / own.Remembered, "times");
        figureTable.Add("pushes acknowledged meanwhile, own grain storage", own.Pushes, "/s");
        figureTable.Add("pushes acknowledged meanwhile, own over AdoNet", own.Pushes / adoNet.Pushes, "times");
    }

    private static async Task<(double Created, double Remembered, double Pushes)> Run(bool useAdoNet)
    {
        var folder = Directory.CreateTempSubdirectory("autodeploy-storage-");
        try
        {
            return await Run(useAdoNet, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(double Created, double Remembered, double Pushes)> Run(bool useAdoNet, string folder)
    {
        await using var ledger = new SqlLedger(
            new LedgerOptions { DataDirectory = folder },
            TimeProvider.System,
            NullLogger<SqlLedger>.Instance
        );
        await ledger.Open(CancellationToken.None);
        IGrainStorage storage = useAdoNet
            ? await AdoNetSqliteStorage.Open(Path.Combine(folder, "autodeploy.db"))
            : new SqliteGrainStorage(ledger);

        var states = new StoredServiceState[Services];
        var stores = new ServiceStore[Services];
        var clock = Stopwatch.StartNew();
        await ForEachService(async i =>
        {
            var serviceId = Guid.NewGuid();
            states[i] = new StoredServiceState(storage, serviceId);
            await states[i].ReadStateAsync();
            stores[i] = new ServiceStore(states[i], ledger, TimeProvider.System);
            await stores[i].Write(CreateService(serviceId, i));
            await stores[i].HandOver(CancellationToken.None);
        });
        var created = clock.Elapsed;

        var push = CreatePush("p", "docker.io/acme/api");
        await ledger.RecordPushes([push], CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var pushes = 0;
        var callers = Enumerable
            .Range(0, ConcurrentPushes)
            .Select(caller =>
                Task.Run(async () =>
                {
                    for (var n = 0; !stop.IsCancellationRequested; n++)
                    {
                        await ledger.RecordPushes([CreatePush($"{caller}-{n}", "docker.io/acme/other")], CancellationToken.None);
                        Interlocked.Increment(ref pushes);
                    }
                })
            )
            .ToArray();
        clock.Restart();
        await ForEachService(async i =>
        {
            var service = states[i].State.Service!;
            var version = new ServiceVersion
            {
                Image = ImageName.Parse("acme/api:latest"),
                Digest = push.Digest,
                Time = push.Received,
            };
            await stores[i].Write(service with { Available = version });
            await stores[i].HandOver(CancellationToken.None);
            await ledger.Decide(CreateVerdict(push, service.Uuid), null, null, CancellationToken.None);
        });
        var remembered = clock.Elapsed;
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        return (created.TotalSeconds, remembered.TotalSeconds, pushes / remembered.TotalSeconds);
    }

    private static Service CreateService(Guid serviceId, int number) =>
        new()
        {
            Uuid = serviceId,
            Organization = "default",
            Name = $"s{number}",
            Settings = new ServiceSettings { Image = "docker.io/acme/api:latest" },
            Created = DateTimeOffset.UtcNow,
        };

    private static Push CreatePush(string delivery, string source) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Sender = "registry",
            Delivery = delivery,
            Source = source,
            Tag = "latest",
            Digest = "sha256:" + new string('a', 64),
            Received = DateTimeOffset.UtcNow,
            Organization = "default",
        };

    private static Verdict CreateVerdict(Push push, Guid serviceId) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            PushId = push.Uuid,
            ServiceId = serviceId,
            Kind = VerdictKind.Skip,
            Reason = "autoredeploy_off",
            Detail = "",
            Received = push.Received,
        };

    private static Task ForEachService(Func<int, Task> work) =>
        Parallel.ForAsync(0, Services, new ParallelOptions { MaxDegreeOfParallelism = ConcurrentServices }, async (i, _) => await work(i));
}
