using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AutoDeploy.Deployments;
using AutoDeploy.Deployments.Images;
using AutoDeploy.Engines;
using AutoDeploy.Hosting;
using AutoDeploy.Ports;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.TestingHost;

namespace AutoDeploy.Cluster.Tests;

/// <summary>
/// Three silos, each with engines of its own: grains that touch an engine are where it is reached. Engines and ledger are of paper.
/// </summary>
public sealed class PlacementTests : IAsyncLifetime
{
    /// <summary>What silos reach, in the order in which they are started.</summary>
    private static readonly string[][] Reach =
    [
        ["east"],
        ["south", "west"],
        ["west"],
        ["west"],
    ];

    private readonly FakeLedger _ledger = new();

    /// <summary>Silos that listen to an engine now.</summary>
    private readonly List<string> _listening = [];

    /// <summary>The tokens of those who ask an engine for its containers, which none answers.</summary>
    private readonly ConcurrentQueue<CancellationToken> _questions = [];

    private readonly InProcessTestCluster _cluster;

    public PlacementTests()
    {
        var builder = new InProcessTestClusterBuilder(3);
        builder.ConfigureSilo(
            (options, silo) =>
            {
                var engines = new FakeEngines(options.SiloName, _listening, _questions, Reach[int.Parse(options.SiloName.Split('_')[1])]);
                silo.AddEnginePlacement(engines.Names);
                silo.Services.AddSingleton<IEngineProvider>(engines);
                silo.Services.AddSingleton(_ledger.Of(options.SiloName));
                silo.Services.AddSingleton(Fake.Create<IRegistry>((_, _) => null));
                silo.Services.AddSingleton(Fake.Create<IGit>((_, _) => null));
                silo.Services.AddSingleton(TimeProvider.System);
                silo.Services.AddSingleton<DeploymentOptions>();
                silo.Services.AddSingleton<BuildCoordinators>();
            }
        );
        _cluster = builder.Build();
    }

    public async Task InitializeAsync()
    {
        await _cluster.DeployAsync();
        var silos = _cluster.GetActiveSilos().ToList();
        await Eventually.Until(
            () =>
                silos.All(silo =>
                    silos.All(other =>
                        !silo.SiloHost.Services.GetRequiredService<ISiloMetadataCache>().GetSiloMetadata(other.SiloAddress).Metadata.IsEmpty
                    )
                ),
            "silos know what others reach"
        );
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Deployments_run_where_their_engine_is_reached()
    {
        var deployments = Enumerable
            .Range(0, 60)
            .Select(n => (Engine: (string[])["east", "south", "west"] is var engines ? engines[n % 3] : "", Uuid: Guid.NewGuid()))
            .ToList();
        await Task.WhenAll(deployments.Select(d => _cluster.Client.GetGrain<IDeploymentGrain>($"{d.Engine}/{d.Uuid}").Run()));
        await Eventually.Until(() => deployments.All(d => _ledger.Asked.ContainsKey(d.Uuid)), "all have run");

        Assert.Equal(["Silo_0"], Silos("east"));
        Assert.Equal(["Silo_1"], Silos("south"));
        Assert.DoesNotContain("Silo_0", Silos("west"));

        IEnumerable<string> Silos(string engine) =>
            deployments.Where(d => d.Engine == engine).Select(d => _ledger.Asked[d.Uuid]).Distinct().Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_engine_is_answered_for_where_it_is_reached_also_when_that_silo_is_gone()
    {
        Assert.Equal("Silo_0", await Ping("east"));
        Assert.Equal("Silo_1", await Ping("south"));
        var first = await Ping("west");
        Assert.Contains(first, (string[])["Silo_1", "Silo_2"]);

        // whoever asks finds the same one
        foreach (var silo in _cluster.GetActiveSilos())
            Assert.Equal(
                first,
                (await silo.SiloHost.Services.GetRequiredService<IGrainFactory>().GetGrain<IEngineGrain>("west").Describe()).Name
            );

        await _cluster.KillSiloAsync(_cluster.GetActiveSilos().Single(silo => silo.Name == first));
        await Eventually.Until(async () => await Try("west") is { } now && now != first, "another silo answers", TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task An_engine_that_no_silo_reaches_is_said_to_be_away_until_one_does()
    {
        foreach (var silo in _cluster.GetActiveSilos().Where(silo => silo.Name != "Silo_0").ToList())
            await _cluster.StopSiloAsync(silo);
        Assert.Equal(
            "No AutoDeploy process reaches the engine \"west\".",
            (await _cluster.Client.GetGrain<IEngineGrain>("west").ListContainers(Guid.NewGuid())).Objection
        );
        Assert.Null(await Ping("west"));

        // the call does not fail; the deployment is on record, and waits
        var deploymentId = Guid.NewGuid();
        await _cluster.Client.GetGrain<IDeploymentGrain>($"west/{deploymentId}").Run();
        await Eventually.Until(() => _ledger.Asked.ContainsKey(deploymentId), "it is looked for");

        var started = new[] { await _cluster.StartAdditionalSiloAsync(), await _cluster.StartAdditionalSiloAsync() };
        await Eventually.Until(
            async () => await Ping("west") is { } name && started.Any(silo => silo.Name == name),
            "a new silo answers",
            TimeSpan.FromMinutes(2)
        );
    }

    [Fact]
    public async Task One_silo_listens_to_an_engine_and_another_when_that_is_gone()
    {
        await ListenFromAll();
        await Eventually.Until(() => Listening().Count == 1, "one listens");
        var first = Listening().Single();
        await ListenFromAll();
        await _cluster.StopSiloAsync(_cluster.GetActiveSilos().Single(silo => silo.Name == first));
        await Eventually.Until(() => Listening().Count == 0, "that one does no longer");

        await Eventually.Until(
            async () =>
            {
                await ListenFromAll();
                return Listening().Count == 1;
            },
            "another one listens"
        );
        Assert.NotEqual(first, Listening().Single());
        Assert.Contains(Listening().Single(), (string[])["Silo_1", "Silo_2"]);

        Task ListenFromAll() =>
            Task.WhenAll(
                _cluster
                    .GetActiveSilos()
                    .Select(silo => silo.SiloHost.Services.GetRequiredService<IGrainFactory>().GetGrain<IEngineGrain>("west").Listen())
            );
    }

    [Fact]
    public async Task What_a_grain_works_at_ends_with_it_and_the_next_one_takes_it_up()
    {
        var deploymentId = Guid.NewGuid();
        var runs = _ledger.Runs = [];
        var grain = _cluster.Client.GetGrain<IDeploymentGrain>($"south/{deploymentId}");
        await grain.Run();
        await Eventually.Until(() => runs.Count == 1, "it runs");
        await grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        await Eventually.Until(() => runs[0].IsCancellationRequested, "the run ends with its grain");

        await grain.Run();
        await Eventually.Until(() => runs.Count == 2, "it is taken up again");
        Assert.False(runs[1].IsCancellationRequested);
    }

    [Fact]
    public async Task A_caller_that_gives_up_ends_the_question_to_the_engine()
    {
        using var giveUp = new CancellationTokenSource();
        var call = _cluster.Client.GetGrain<IEngineGrain>("west").ListContainers(Guid.NewGuid(), giveUp.Token);
        await Eventually.Until(() => !_questions.IsEmpty, "the engine is asked");
        Assert.False(_questions.Single().IsCancellationRequested);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Eventually.Until(() => _questions.Single().IsCancellationRequested, "the question is ended");
    }

    [Fact]
    public async Task A_deployment_that_ends_its_wait_keeps_its_place_in_the_queue()
    {
        var queue = _cluster.Client.GetGrain<IDeploymentQueueGrain>("west");
        var inside = Enumerable.Range(0, new DeploymentOptions().MaxConcurrentDeployments).Select(_ => Guid.NewGuid()).ToList();
        foreach (var deploymentId in inside)
            Assert.Equal(0, await queue.Enter(deploymentId, byPerson: false));
        var waiting = Guid.NewGuid();
        using var giveUp = new CancellationTokenSource();
        var wait = queue.Enter(waiting, byPerson: false, giveUp.Token);
        await Eventually.Until(async () => (await queue.ListWaiting()).Contains(waiting), "it waits");

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);

        Assert.Equal(waiting, Assert.Single(await queue.ListWaiting()));
        await queue.Leave(inside[0]);
        Assert.Equal(0, await queue.Enter(waiting, byPerson: false));
    }

    private List<string> Listening()
    {
        lock (_listening)
            return [.. _listening];
    }

    private async Task<string?> Ping(string engine) => (await _cluster.Client.GetGrain<IEngineGrain>(engine).Describe()).Name;

    private async Task<string?> Try(string engine)
    {
        try
        {
            return await Ping(engine);
        }
        catch (Exception e) when (e is TimeoutException or Orleans.Runtime.OrleansException)
        {
            return null;
        }
    }

    /// <summary>Engines that are called as their silo is, and where nothing ever happens.</summary>
    private sealed class FakeEngines(string silo, List<string> listening, ConcurrentQueue<CancellationToken> questions, string[] names)
        : IEngineProvider
    {
        public IReadOnlyList<string> Names => names;

        public IEngine Get(string name) =>
            names.Contains(name)
                ? Fake.Create<IEngine>(
                    (method, arguments) =>
                        method switch
                        {
                            nameof(IEngine.Ping) => Task.CompletedTask,
                            nameof(IEngine.Describe) => Task.FromResult(new EngineInfo(silo, "1", "1")),
                            nameof(IEngine.List) => List((CancellationToken)arguments[1]!),
                            nameof(IEngine.Watch) => Watch((CancellationToken)arguments[0]!),
                            _ => null,
                        }
                )
                : throw EngineNames.CreateNotReachedException(name);

        public IContainerEngine GetContainerEngine(string name) => throw new NotSupportedException();

        public IImageBuilder GetImageBuilder(string name) => throw new NotSupportedException();

        private async Task<IReadOnlyList<EngineContainer>> List(CancellationToken cancellationToken)
        {
            questions.Enqueue(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        }

        private async IAsyncEnumerable<EngineEvent> Watch([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            lock (listening)
                listening.Add(silo);
            try
            {
                yield return new EngineEvent(EngineEventKind.Connected, Guid.Empty, "", DateTimeOffset.UtcNow);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                lock (listening)
                    listening.Remove(silo);
            }
        }
    }

    /// <summary>
    /// Has nothing, and remembers on which silo it was asked for a deployment. With <see cref="Runs"/> it never answers that, but keeps who
    /// asks.
    /// </summary>
    private sealed class FakeLedger
    {
        public ConcurrentDictionary<Guid, string> Asked { get; } = new();

        public List<CancellationToken>? Runs { get; set; }

        public ILedger Of(string silo) =>
            Fake.Create<ILedger>(
                (method, arguments) =>
                {
                    if (method == nameof(ILedger.ListOpenDeployments))
                        return Task.FromResult<IReadOnlyList<Deployment>>([]);
                    if (method == nameof(ILedger.ListServices))
                        return Task.FromResult(new Page<ServiceRow>(0, []));
                    if (method == nameof(ILedger.ForgetContainersExcept))
                        return Task.CompletedTask;
                    if (method != nameof(ILedger.Acquire))
                        return null;
                    Asked[(Guid)arguments[0]!] = silo;
                    if (Runs is { } runs)
                        return Never((CancellationToken)arguments[1]!, runs);
                    return Task.FromResult<Deployment?>(null);
                }
            );

        private static async Task<Deployment?> Never(CancellationToken cancellationToken, List<CancellationToken> runs)
        {
            runs.Add(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return null;
        }
    }
}
