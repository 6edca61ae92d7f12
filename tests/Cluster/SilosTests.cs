using System.Net;
using AutoDeploy.Hosting;
using AutoDeploy.Hosting.Cluster;
using AutoDeploy.Jobs;
using AutoDeploy.Ledger;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace AutoDeploy.Cluster.Tests;

/// <summary>Silos in this process, with the ledger on PostgreSQL: what is one thing stays one thing, whoever comes and goes.</summary>
public sealed class SilosTests(ApiProgramTests.Server server) : IClassFixture<ApiProgramTests.Server>, IAsyncLifetime
{
    private const int Services = 120;

    /// <summary>Of a silo that goes in this process a call may be given up only after 30 s, and several may follow each other.</summary>
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("autodeploy-test-").FullName;
    private PostgresLedgerOptions _database = null!;
    private ServiceProvider _own = null!;
    private InProcessTestCluster? _cluster;

    private ILedger Ledger => _own.GetRequiredService<ILedger>();

    private InProcessTestCluster Cluster => _cluster!;

    public async Task InitializeAsync()
    {
        _database = new PostgresLedgerOptions
        {
            ConnectionString = server.Postgres.ConnectionString(await server.Postgres.CreateDatabase()),
            SecretKey = Convert.ToBase64String(new byte[32]),
        };
        _own = new ServiceCollection().AddPostgresLedger(_database).BuildServiceProvider();
        await Ledger.Open(default);
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        await _own.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_push_is_judged_once_for_every_service_though_a_silo_is_killed_in_the_middle(short silos)
    {
        await Start(silos);
        var serviceIds = await Create();
        Assert.True((await Homes(serviceIds)).Distinct().Count() == silos, "the services live on all silos");

        var push = Push();
        await Ledger.RecordPushes([push], default);
        await Cluster.Client.WakeSource(push.Source);
        await Eventually.Until(async () => await Judged(serviceIds) > 0, "the first is judged");
        await Cluster.KillSiloAsync(Cluster.Silos[^1]);

        // pushes that come meanwhile are judged, too
        var next = Push();
        await Ledger.RecordPushes([next], default);
        await Eventually.Until(async () => (await Ledger.ListOpenSources(default)).Count == 0, "all is judged", OperationTimeout);
        foreach (var serviceId in serviceIds)
        {
            var verdicts = await Ledger.ListVerdicts(serviceId, 10, 0, default);
            Assert.Equal([next.Uuid, push.Uuid], verdicts.Items.Select(v => v.Push!.Uuid));
            Assert.Equal($"s{serviceId:N}", (await Grain(serviceId).Get())!.Name);
        }
    }

    [Fact]
    public async Task Upkeep_is_done_by_one_silo_and_taken_over_by_another()
    {
        await Start(2);
        string[] names = ["polls", "consumers", "trimming"];
        var grains = names.Select(name => Cluster.Client.GetGrain<ISingletonJobGrain>(name).GetGrainId()).ToList();
        await Eventually.Until(() => OnceEach(grains), "each is done by one silo");
        await Cluster.KillSiloAsync(Cluster.Silos[^1]);
        await Eventually.Until(() => OnceEach(grains), "each is done by the other silo", OperationTimeout);
    }

    [Fact]
    public async Task What_one_silo_has_written_another_reads()
    {
        await Start(2);
        var serviceIds = await Create();
        var stopped = Cluster.Silos[^1];
        var homes = await Homes(serviceIds);
        await Cluster.StopSiloAsync(stopped);
        foreach (var (serviceId, home) in serviceIds.Zip(homes))
            if (home.Equals(stopped.SiloAddress))
            {
                var grain = Grain(serviceId);
                var settings = (await grain.Get())!.Settings;
                Assert.Null((await grain.Configure(settings with { Nickname = "moved" }, (await grain.Get())!.Revision)).Refusal);
                Assert.Equal("moved", (await grain.Get())!.Settings.Nickname);
            }
    }

    private static Push Push() =>
        new()
        {
            Uuid = Guid.CreateVersion7(),
            Sender = "registry",
            Delivery = Guid.NewGuid().ToString(),
            Source = "registry.acme.test/web",
            Tag = "latest",
            Organization = OrganizationNames.Default,
            Received = DateTimeOffset.UtcNow,
        };

    private IServiceGrain Grain(Guid serviceId) => Cluster.Client.GetGrain<IServiceGrain>(serviceId.ToString());

    private async Task Start(short silos)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSiloHost(
            (options, host) =>
            {
                host.Services.AddSingleton(TimeProvider.System);
                host.Services.AddPostgresLedger(_database).AddPostgresGrainStorage();
                host.AddSiloServices(Path.Combine(_folder, options.SiloName), null);
            }
        );
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Configure<ClusterMembershipOptions>(MembershipSetup.Configure);
                // on silos that have just begun the usual one, by their load, may put everything on the one that was the first to tell of
                // it
                silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();
                silo.Services.AddSiloJobs(alone: false).AddClusterJobs();
            }
        );
        builder.ConfigureClientHost(client => client.Services.AddSerialization());
        builder.ConfigureClient(client => client.Configure<ClientMessagingOptions>(options => options.LocalAddress = IPAddress.Loopback));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    /// <summary>Services that follow the image; none of them runs.</summary>
    private async Task<IReadOnlyList<Guid>> Create()
    {
        var serviceIds = Enumerable.Range(0, Services).Select(_ => Guid.NewGuid()).ToList();
        await Task.WhenAll(
            serviceIds.Select(async serviceId =>
            {
                var settings = new ServiceSettings { Image = "registry.acme.test/web:latest", Autoredeploy = true };
                Assert.Null((await Grain(serviceId).Create(OrganizationNames.Default, $"s{serviceId:N}", settings)).Refusal);
            })
        );
        return serviceIds;
    }

    private async Task<IReadOnlyList<SiloAddress>> Homes(IReadOnlyList<Guid> serviceIds)
    {
        var management = Cluster.Client.GetGrain<IManagementGrain>(0);
        return
        [
            .. (await Task.WhenAll(serviceIds.Select(serviceId => management.GetActivationAddress(Grain(serviceId)).AsTask()))).Select(
                home => home!
            ),
        ];
    }

    private async Task<int> Judged(IReadOnlyList<Guid> serviceIds)
    {
        var judged = 0;
        foreach (var serviceId in serviceIds)
            judged += (await Ledger.ListVerdicts(serviceId, 1, 0, default)).Total;
        return judged;
    }

    /// <summary>Whether each of the grains is active once, of all silos.</summary>
    private async Task<bool> OnceEach(IReadOnlyList<GrainId> grains)
    {
        try
        {
            var all = await Cluster.Client.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
            return grains.All(grain => all.Count(activation => activation.GrainId == grain) == 1);
        }
        catch (Exception gone) when (gone is TimeoutException or OrleansException)
        {
            return false;
        }
    }
}
