using System.Collections.Concurrent;
using AutoDeploy.Deployments;
using AutoDeploy.Deployments.Images;
using AutoDeploy.Engines;
using AutoDeploy.Jobs;
using AutoDeploy.Notifications;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using AutoDeploy.Statuses;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Placement;
using Orleans.TestingHost;

namespace AutoDeploy.Grains.Tests;

/// <summary>
/// One silo in memory for the tests of grains: the real runtime, and all that the domain needs from outside as fakes. Tests keep out of
/// each
/// other's way by names of their own.
/// </summary>
[CollectionDefinition(Name)]
public sealed class GrainCluster : IAsyncLifetime, ICollectionFixture<GrainCluster>
{
    public const string Name = "grains";

    /// <summary>So many times faster than a clock does time pass for grains.</summary>
    private const int Haste = 10;

    public const int MaxConcurrentDeployments = 8;

    private readonly FakeEngines _engines = new();
    private readonly InProcessTestCluster _cluster;

    public GrainCluster()
    {
        Engine.Stops = true;
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => Configure(silo));
        builder.ConfigureClient(client =>
            client.Services.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromMinutes(1))
        );
        _cluster = builder.Build();
    }

    public MemoryLedger Ledger { get; } = new();

    public FakeEngine Engine => _engines.Engine;

    public IGrainFactory Grains => _cluster.Client;

    public TimeProvider Time { get; } = new HastyTime(Haste);

    /// <summary>What tags mean, by image with its tag.</summary>
    public ConcurrentDictionary<string, string> Digests { get; } = [];

    /// <summary>What the registry waits for before it says what a tag means, by image with its tag.</summary>
    public ConcurrentDictionary<string, Task> Holds { get; } = [];

    /// <summary>The commits of branches, by repository: the newest.</summary>
    public ConcurrentDictionary<string, GitCommit> Commits { get; } = [];

    /// <summary>How repositories fail to be read.</summary>
    public ConcurrentDictionary<string, GitException> GitFailures { get; } = [];

    /// <summary>How often they failed.</summary>
    public ConcurrentDictionary<string, int> FailedReads { get; } = [];

    /// <summary>The files of repositories.</summary>
    public ConcurrentDictionary<string, IReadOnlyList<string>> Files { get; } = [];

    /// <summary>What two commits differ in, by repository.</summary>
    public ConcurrentDictionary<string, GitDifference> Differences { get; } = [];

    public ConcurrentDictionary<Guid, Notification> Notifications => Ledger.Notifications;

    public ConcurrentQueue<(Notification Notification, NotificationMessage Message)> Messages { get; } = [];

    /// <summary>What those who are notified answer, by notification.</summary>
    public ConcurrentDictionary<Guid, Func<DeliveryResult>> NotifierAnswers { get; } = [];

    public ConcurrentQueue<(GitHost Host, CommitStatus Status)> Statuses { get; } = [];

    public ConcurrentDictionary<string, Func<CancellationToken, Task>> Jobs { get; } = [];

    public Task InitializeAsync() => _cluster.DeployAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    private void Configure(ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorage(ServiceState.Storage);
        silo.Configure<SiloMessagingOptions>(options =>
            (options.ResponseTimeout, options.SystemResponseTimeout) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10))
        );
        var services = silo.Services;
        services.AddPlacementFilter<RunsOnEngineFilter, AnySiloDirector>(ServiceLifetime.Transient);
        services.AddSingleton(Time);
        services.AddSingleton(Ledger.Create());
        services.AddSingleton<IEngineProvider>(_engines);
        services.AddSingleton(FakeRegistry());
        services.AddSingleton(FakeGit());
        services.AddSingleton(FakeNotifier());
        services.AddSingleton(FakeStatusSender());
        services.AddSingleton(
            new DeploymentOptions { MaxConcurrentDeployments = MaxConcurrentDeployments, RegistryTimeout = TimeSpan.Zero }
        );
        services.AddSingleton<SourceOptions>();
        services.AddSingleton(new NotificationOptions { PublicUrl = "https://deploy.acme.com" });
        services.AddSingleton<BuildCoordinators>();
        foreach (var job in (string[])["count", "fail"])
            services.AddSingleton<ISingletonJob>(new FakeJob(job, this));
    }

    private IRegistry FakeRegistry() =>
        Fake.Create<IRegistry>(
            (method, arguments) =>
                method switch
                {
                    nameof(IRegistry.Resolve) => Resolve(((ImageName)arguments[0]!).ToString(), (CancellationToken)arguments[2]!),
                    nameof(IRegistry.ListTags) => Task.FromResult(new ImageTags([])),
                    nameof(IRegistry.IsRateLimited) => false,
                    _ => null,
                }
        );

    private async Task<string> Resolve(string image, CancellationToken cancellationToken)
    {
        if (Holds.TryGetValue(image, out var until))
            await until.WaitAsync(cancellationToken);
        return Digests.TryGetValue(image, out var digest)
            ? digest
            : throw new RegistryException(RegistryFault.NotFound, "There is no such tag.");
    }

    private IGit FakeGit() =>
        Fake.Create<IGit>(
            (method, arguments) =>
            {
                var key = ((GitRemote)arguments[0]!).Repository.Key;
                if (GitFailures.TryGetValue(key, out var failure))
                {
                    FailedReads.AddOrUpdate(key, 1, (_, count) => count + 1);
                    throw failure;
                }

                return method switch
                {
                    nameof(IGit.Fetch) => Task.FromResult(Commits[key] with { Id = (string?)arguments[2] ?? Commits[key].Id }),
                    nameof(IGit.Compare) => Task.FromResult(
                        Differences.GetValueOrDefault(key) ?? new GitDifference(null, GitRelation.Unknown)
                    ),
                    nameof(IGit.Files) => Task.FromResult(Files.GetValueOrDefault(key)),
                    nameof(IGit.OpenContext) => Task.FromResult(new BuildContext(Stream.Null, "Dockerfile")),
                    _ => null,
                };
            }
        );

    private INotifier FakeNotifier() =>
        Fake.Create<INotifier>(
            (_, arguments) =>
            {
                var notification = (Notification)arguments[0]!;
                Messages.Enqueue((notification, (NotificationMessage)arguments[1]!));
                return Task.FromResult(
                    NotifierAnswers.TryGetValue(notification.Uuid, out var answer) ? answer() : new DeliveryResult { IsDelivered = true }
                );
            }
        );

    private IStatusSender FakeStatusSender() =>
        Fake.Create<IStatusSender>(
            (_, arguments) =>
            {
                Statuses.Enqueue(((GitHost)arguments[0]!, (CommitStatus)arguments[1]!));
                return Task.FromResult(new DeliveryResult { IsDelivered = true });
            }
        );

    private sealed class FakeJob(string name, GrainCluster cluster) : ISingletonJob
    {
        public string Name => name;

        public Task Run(CancellationToken cancellationToken) =>
            cluster.Jobs.TryGetValue(name, out var work) ? work(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>There is one.</summary>
    private sealed class AnySiloDirector : IPlacementFilterDirector
    {
        public IEnumerable<SiloAddress> Filter(
            PlacementFilterStrategy filterStrategy,
            Orleans.Runtime.Placement.PlacementTarget target,
            IEnumerable<SiloAddress> silos
        ) => silos;
    }
}
