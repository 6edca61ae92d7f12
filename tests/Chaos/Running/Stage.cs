using System.Collections.Concurrent;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>All that a round plays with: an engine, a registry and a way to it that fails, our process, services and a client of theirs.</summary>
public sealed class Stage : IAsyncDisposable
{
    private const string Client = "client";

    private readonly Stack<Func<ValueTask>> _undo = [];

    private Stage()
    {
    }

    public DockerDaemon Docker { get; private set; } = null!;

    public RegistryServer Registry { get; private set; } = null!;

    public RegistryProxy Proxy { get; private set; } = null!;

    /// <summary>Our process's data directory.</summary>
    public SmallDisk Data { get; private set; } = null!;

    public AutoDeployProcess App { get; private set; } = null!;

    public Host Host { get; private set; } = null!;

    public Api Api { get; private set; } = null!;

    public Actions Actions { get; private set; } = null!;

    public Images Images { get; private set; } = null!;

    public Sender Sender { get; private set; } = null!;

    public Sampler Sampler { get; private set; } = null!;

    public LoopingClient Hammer { get; private set; } = null!;

    public IReadOnlyList<Actor> Actors { get; private set; } = [];

    /// <summary>What must be seen nowhere.</summary>
    public Secrets Secrets { get; } = new();

    /// <summary>The services that have to serve all through this round.</summary>
    public IReadOnlyList<Actor> Watched { get; private set; } = [];

    /// <summary>By the clock of <see cref="Uptime"/>.</summary>
    public double RoundBegan { get; private set; }

    /// <summary>Since when nobody can be served for a reason that is not ours, in this round.</summary>
    public double? EngineGone { get; private set; }

    public static async Task<Stage> Set()
    {
        var stage = new Stage();
        try
        {
            await stage.Build();
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public Actor Actor(string name) => Actors.Single(actor => actor.Part.Name == name);

    public async Task BeginRound(Round round)
    {
        foreach (var actor in Actors)
            await actor.BeginRound();
        var disturbed = round.Asks.Where(ask => ask.Verb is Verb.Stop or Verb.Start).Select(ask => ask.Service).ToHashSet();
        Watched = [.. Actors.Where(actor => actor is { Standing.Runs: true, Part.StopFirst: false } && !disturbed.Contains(actor.Part.Name))];
        EngineGone = null;
        RoundBegan = Uptime.Now;
        Sender.BeginRound();
        Sampler.BeginRound(Watched);
    }

    /// <summary>From now on, in this round, nobody has to be served.</summary>
    public void EngineGoes() => EngineGone ??= Uptime.Now;

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
        Images = new Images(Registry);
        var folder = Directory.CreateTempSubdirectory("autodeploy-chaos-").FullName;
        Data = new SmallDisk(folder, megabytes: 64);
        _undo.Push(() =>
        {
            Data.Dispose();
            return ValueTask.CompletedTask;
        });
        App = await AutoDeployProcess.Start(Docker.Host, Data.Folder, Secrets.Environment);
        _undo.Push(App.DisposeAsync);
        Host = new Host(App);
        Api = new Api(App, Secrets.All);
        Actions = new Actions(Api);
        await Api.Insist(HttpMethod.Post, "/api/app/v1/registry/", new { host = Proxy.Host, username = "ida", password = Secrets.Password });
        var hook = await App.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry", secret = Secrets.Hook });
        Sender = new Sender(Api, Images, Proxy.Host, new Uri((string)hook["url"]!).PathAndQuery, Secrets.Hook);

        var first = new ConcurrentDictionary<string, string>();
        foreach (var repository in Cast.Repositories.Distinct())
            first[repository] = await Images.Push(repository, Quality.Good);
        Actors = await Task.WhenAll(Cast.Parts.Select(part => Enter(part, first[part.Repository])));

        await new TestImage().Push(Registry, Client, "latest");
        Hammer = await LoopingClient.Start(
            Docker, $"{Proxy.Host}/{Client}", [.. Actors.Where(actor => actor.Part is { Runs: true, StopFirst: false }).Select(actor => actor.Part.Name)], "0.1");
        Sampler = new Sampler(Docker);
        _undo.Push(Sampler.DisposeAsync);
    }

    private async Task<Actor> Enter(Part part, string digest)
    {
        var created = await App.Call(HttpMethod.Post, "/api/app/v1/service/?start=true", Settings(part));
        var actor = new Actor(part, (string)created["uuid"]!, Api, digest);
        await Wait.Until(async () => await actor.State() == "Running", $"{part.Name} runs");
        if (part.Runs)
            return actor;
        await App.Call(HttpMethod.Post, actor.Path + "stop/");
        await Wait.Until(async () => await actor.State() == "Stopped", $"{part.Name} is stopped");
        return actor;
    }

    private Dictionary<string, object> Settings(Part part)
    {
        var settings = new Dictionary<string, object>
        {
            ["name"] = part.Name,
            ["image"] = $"{Proxy.Host}/{part.Repository}:latest",
            ["autoredeploy"] = part.Autoredeploy,
            ["target_num_containers"] = part.Containers,
        };
        if (part.Checked)
            settings["health_check"] = new { http = new { port = 8080, path = "/" }, interval = 1, timeout = 1, retries = 5 };
        if (part.StopFirst)
            settings["container_ports"] = new[] { new { inner_port = 8080, outer_port = Unix.FreePort(), protocol = "tcp", published = true } };
        return settings;
    }
}
