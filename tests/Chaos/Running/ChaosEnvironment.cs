using System.Collections.Concurrent;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>
/// All that a round plays with: an engine, a registry and a way to it that fails, our process, services and a client of theirs.
/// </summary>
public sealed class ChaosEnvironment : IAsyncDisposable
{
    private const string Client = "client";

    private readonly Stack<Func<ValueTask>> _undo = [];

    private ChaosEnvironment() { }

    public DockerDaemon Docker { get; private set; } = null!;

    public RegistryServer Registry { get; private set; } = null!;

    public RegistryProxy Proxy { get; private set; } = null!;

    /// <summary>Our process's data directory.</summary>
    public SmallDisk Data { get; private set; } = null!;

    public AutoDeployProcess App { get; private set; } = null!;

    public TestHost Host { get; private set; } = null!;

    public ApiDriver Api { get; private set; } = null!;

    public DeploymentActions Actions { get; private set; } = null!;

    public TestImages Images { get; private set; } = null!;

    public PushDriver Sender { get; private set; } = null!;

    public AvailabilitySampler Sampler { get; private set; } = null!;

    public LoopingClient Hammer { get; private set; } = null!;

    public IReadOnlyList<ServiceDriver> Actors { get; private set; } = [];

    /// <summary>What must be seen nowhere.</summary>
    public TestSecrets Secrets { get; } = new();

    /// <summary>The services that have to serve all through this round.</summary>
    public IReadOnlyList<ServiceDriver> Watched { get; private set; } = [];

    /// <summary>By the clock of <see cref="UptimeClock"/>.</summary>
    public double RoundBegan { get; private set; }

    /// <summary>Since when nobody can be served for a reason that is not ours, in this round.</summary>
    public double? EngineGone { get; private set; }

    public static async Task<ChaosEnvironment> Set()
    {
        var environment = new ChaosEnvironment();
        try
        {
            await environment.Build();
            return environment;
        }
        catch
        {
            await environment.DisposeAsync();
            throw;
        }
    }

    public ServiceDriver Actor(string name) => Actors.Single(service => service.Part.Name == name);

    public async Task BeginRound(ChaosRound round)
    {
        foreach (var service in Actors)
            await service.BeginRound();
        var disturbed = round
            .Asks.Where(personAction => personAction.Verb is ServiceVerb.Stop or ServiceVerb.Start)
            .Select(personAction => personAction.Service)
            .ToHashSet();
        Watched =
        [
            .. Actors.Where(service => service is { Standing.Runs: true, Part.StopFirst: false } && !disturbed.Contains(service.Part.Name)),
        ];
        EngineGone = null;
        RoundBegan = UptimeClock.Now;
        Sender.BeginRound();
        Sampler.BeginRound(Watched);
    }

    /// <summary>From now on, in this round, nobody has to be served.</summary>
    public void EngineGoes() => EngineGone ??= UptimeClock.Now;

    public async ValueTask DisposeAsync()
    {
        while (_undo.TryPop(out var undo))
            await undo();
    }

    private async Task Build()
    {
        Docker = await DockerDaemon.Start(megabytes: 600);
        _undo.Push(Docker.DisposeAsync);
        Registry = await RegistryServer.Start();
        _undo.Push(Registry.DisposeAsync);
        Proxy = await RegistryProxy.Start(Registry);
        _undo.Push(Proxy.DisposeAsync);
        Images = new TestImages(Registry);
        var folder = Directory.CreateTempSubdirectory("autodeploy-chaos-").FullName;
        Data = new SmallDisk(folder, megabytes: 64);
        _undo.Push(() =>
        {
            Data.Dispose();
            return ValueTask.CompletedTask;
        });
        App = await AutoDeployProcess.Start(Docker.Host, Data.Folder, Secrets.Environment);
        _undo.Push(App.DisposeAsync);
        Host = new TestHost(App);
        Api = new ApiDriver(App, Secrets.All);
        Actions = new DeploymentActions(Api);
        await Api.Insist(
            HttpMethod.Post,
            "/api/app/v1/registry/",
            new
            {
                host = Proxy.Host,
                username = "ida",
                password = Secrets.Password,
            }
        );
        var hook = await App.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry", secret = Secrets.Hook });
        Sender = new PushDriver(Api, Images, Proxy.Host, new Uri((string)hook["url"]!).PathAndQuery, Secrets.Hook);

        var first = new ConcurrentDictionary<string, string>();
        foreach (var repository in ServiceRoles.Repositories.Distinct())
            first[repository] = await Images.Push(repository, ImageQuality.Good);
        Actors = await Task.WhenAll(ServiceRoles.Parts.Select(serviceRole => Enter(serviceRole, first[serviceRole.Repository])));

        await new TestImage().Push(Registry, Client, "latest");
        Hammer = await LoopingClient.Start(
            Docker,
            $"{Proxy.Host}/{Client}",
            [.. Actors.Where(service => service.Part is { Runs: true, StopFirst: false }).Select(service => service.Part.Name)],
            "0.1"
        );
        Sampler = new AvailabilitySampler(Docker);
        _undo.Push(Sampler.DisposeAsync);
    }

    private async Task<ServiceDriver> Enter(ServiceRole serviceRole, string digest)
    {
        var created = await App.Call(HttpMethod.Post, "/api/app/v1/service/?start=true", Settings(serviceRole));
        var service = new ServiceDriver(serviceRole, (string)created["uuid"]!, Api, digest);
        await Eventually.Until(async () => await service.State() == "Running", $"{serviceRole.Name} runs");
        if (serviceRole.Runs)
            return service;
        await App.Call(HttpMethod.Post, service.Path + "stop/");
        await Eventually.Until(async () => await service.State() == "Stopped", $"{serviceRole.Name} is stopped");
        return service;
    }

    private Dictionary<string, object> Settings(ServiceRole serviceRole)
    {
        var settings = new Dictionary<string, object>
        {
            ["name"] = serviceRole.Name,
            ["image"] = $"{Proxy.Host}/{serviceRole.Repository}:latest",
            ["autoredeploy"] = serviceRole.Autoredeploy,
            ["target_num_containers"] = serviceRole.Containers,
        };
        if (serviceRole.Checked)
            settings["health_check"] = new
            {
                http = new { port = 8080, path = "/" },
                interval = 1,
                timeout = 1,
                retries = 5,
            };
        if (serviceRole.StopFirst)
            settings["container_ports"] = new[]
            {
                new
                {
                    inner_port = 8080,
                    outer_port = UnixTools.FreePort(),
                    protocol = "tcp",
                    published = true,
                },
            };
        return settings;
    }
}
