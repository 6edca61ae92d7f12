using System.Text.Json.Nodes;
using AutoDeploy.Testing;

[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>
/// AutoDeploy as a process, a Docker engine, a registry that tells it of pushes, a git server whose hooks do, and a client on the services'
/// network: all real.
/// </summary>
public class TestEnvironment : IAsyncLifetime
{
    /// <summary>The name of a second world: they spend most of their time waiting, so several tests go on at a time.</summary>
    public const string GitCollectionName = "GitWorld";

    /// <summary>The name of a third world.</summary>
    public const string SteeringCollectionName = "SteeringWorld";

    /// <summary>The name of a fourth world, for what waits most of the time.</summary>
    public const string WaitingCollectionName = "WaitingWorld";

    private const string ClientImage = "client";
    private const string ClientContainer = "asking-client";

    private static int _number;

    private readonly SemaphoreSlim _clientLock = new(1);

    /// <summary>Null: as all tests have it.</summary>
    protected virtual ClusterShape? Shape => null;

    public DockerDaemon Docker { get; private set; } = null!;

    public AutoDeployProcess App { get; private set; } = null!;

    public RegistryServer Registry { get; private set; } = null!;

    /// <summary>
    /// The same data, and nobody is told: for what is there before a test begins, whose pushes would be told of at any time in it.
    /// </summary>
    public RegistryServer QuietRegistry { get; private set; } = null!;

    /// <summary>The path of the hook that the registry calls.</summary>
    public string Hook { get; private set; } = null!;

    /// <summary>Repositories whose post-receive hooks call <see cref="GitHook"/>.</summary>
    public GitServer Git { get; private set; } = null!;

    /// <summary>The URL of the hook that repositories call.</summary>
    public Uri GitHook { get; private set; } = null!;

    /// <summary>A healthy web server that Dockerfiles begin with; what is copied to /www it serves.</summary>
    public string WebImage => $"{Registry.Host}/web-base";

    public async Task InitializeAsync()
    {
        Docker = await DockerDaemon.Start();
        App = await AutoDeployProcess.Start(
            Docker.Host,
            environment: new Dictionary<string, string> { ["AUTODEPLOY_REGISTRY_PATIENCE_SECONDS"] = "15" },
            cluster: Shape
        );
        var url = new Uri((string)(await App.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry" }))["url"]!);
        Hook = url.PathAndQuery;
        Registry = await RegistryServer.Start(url);
        QuietRegistry = await RegistryServer.Start(new RegistryServerOptions { DataOf = Registry });
        await new TestImage().Push(QuietRegistry, ClientImage, "latest");
        await TestImage.HealthyWeb("base").Push(QuietRegistry, "web-base", "latest");
        Git = await GitServer.Start();
        GitHook = new Uri((string)(await App.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "git" }))["url"]!);
        await Cli("pull", "-q", $"{Registry.Host}/{ClientImage}");
    }

    public async Task DisposeAsync()
    {
        await App.DisposeAsync();
        await Docker.DisposeAsync();
        await QuietRegistry.DisposeAsync();
        await Registry.DisposeAsync();
        await Git.DisposeAsync();
    }

    /// <summary>A name that no other test uses, for a service and its repository.</summary>
    public static string CreateName(string what) => $"{what}{Interlocked.Increment(ref _number)}";

    /// <summary>Pushes version v1, creates a service that follows it with autoredeploy on, starts it and waits until it runs.</summary>
    public async Task<TestService> CreateRunningService(
        string what,
        object? settings = null,
        Func<string, TestImage>? image = null,
        AutoDeployProcess? app = null,
        string? host = null
    )
    {
        var service = await CreateService(what, settings, image, app, host);
        await service.Post("start/");
        var action = await service.WaitForEnd();
        Assert.True(
            (string)action["state"]! == "Success" && await service.GetState() == "Running",
            action.ToJsonString() + await service.ReadLog(action)
        );
        return service;
    }

    /// <summary>As <see cref="CreateRunningService"/>, not started.</summary>
    public async Task<TestService> CreateService(
        string what,
        object? settings = null,
        Func<string, TestImage>? image = null,
        AutoDeployProcess? app = null,
        string? host = null
    )
    {
        var name = CreateName(what);
        await (image ?? TestImage.HealthyWeb)("v1").Push(QuietRegistry, name, "latest");
        var body = settings is null ? [] : System.Text.Json.JsonSerializer.SerializeToNode(settings)!.AsObject();
        body["name"] = name;
        body["image"] = $"{host ?? Registry.Host}/{name}:latest";
        body["autoredeploy"] ??= true;
        var created = await (app ?? App).Call(HttpMethod.Post, "/api/app/v1/service/", body);
        return new TestService(this, (string)created["uuid"]!, name, app);
    }

    /// <summary>The docker command against the engine; its output.</summary>
    public Task<string> Cli(params string[] arguments) => Docker.Cli(arguments);

    /// <summary>What a client on the services' network gets from a service's name.</summary>
    public async Task<string> AskService(string name)
    {
        await EnsureClientRuns();
        return await Cli("exec", ClientContainer, "timeout", "5", "wget", "-q", "-O", "-", $"http://{name}:8080/");
    }

    /// <summary>A client that asks again and again until it is told to stop, and says how often it got no answer.</summary>
    public Task<LoopingClient> StartClient(params IReadOnlyList<string> names) =>
        // without any pause it keeps a processor from all others
        LoopingClient.Start(Docker, $"{Registry.Host}/{ClientImage}", names, pause: "0.01");

    /// <summary>
    /// A container of somebody else's that takes so many seconds to stop: so long at least dockerd, when it is asked to stop, answers those
    /// who are connected
    /// and tells of what has ended.
    /// </summary>
    public async Task<IAsyncDisposable> KeepRunning(int seconds) =>
        // a first process that does not ask for signals does not get them
        new RunningClient(this, await Cli("run", "-d", "--stop-timeout", $"{seconds}", $"{Registry.Host}/{ClientImage}", "sleep", "3600"));

    /// <summary>Tells the hook of a push by hand, as the registry does.</summary>
    public Task<JsonNode> SendDelivery(string repository, string tag, string? digest, string? id = null, string action = "push") =>
        App.Call(HttpMethod.Post, Hook, CreateDelivery(repository, tag, digest, id, action));

    /// <summary>What the registry delivers.</summary>
    public object CreateDelivery(string repository, string tag, string? digest, string? id = null, string action = "push") =>
        new
        {
            events = new[]
            {
                new
                {
                    id = id ?? Guid.NewGuid().ToString(),
                    action,
                    target = new
                    {
                        mediaType = "application/vnd.docker.distribution.manifest.v2+json",
                        digest,
                        repository,
                        tag,
                    },
                    request = new { host = Registry.Host },
                },
            },
        };

    /// <summary>
    /// One container asks all questions: to start one for each takes a processor half a second. It ends with its engine, and is started
    /// again here.
    /// </summary>
    private async Task EnsureClientRuns()
    {
        await _clientLock.WaitAsync();
        try
        {
            using var answer = await Docker.Http.GetAsync(new Uri($"v1.41/containers/{ClientContainer}/json", UriKind.Relative));
            if (
                answer.IsSuccessStatusCode
                && JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["State"]!["Running"]!.GetValue<bool>()
            )
                return;
            if (answer.IsSuccessStatusCode)
                await Cli("rm", "-f", ClientContainer);
            // a first process that does not ask for signals does not get them
            await Cli(
                "run",
                "-d",
                "--name",
                ClientContainer,
                "--stop-signal",
                "KILL",
                "--network",
                "autodeploy",
                $"{Registry.Host}/{ClientImage}",
                "sleep",
                "100000"
            );
        }
        finally
        {
            _clientLock.Release();
        }
    }

    private sealed class RunningClient(TestEnvironment environment, string id) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await environment.Cli("rm", "-f", id);
    }
}
