using AutoDeploy.Containers.Docker;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDeploy.Containers.Tests;

/// <summary>One dockerd and one registry for all tests with the real thing; each test has a service of its own.</summary>
[CollectionDefinition(Name)]
public sealed class DockerFixture : IAsyncLifetime, ICollectionFixture<DockerFixture>
{
    public const string Name = "docker";

    private readonly Dictionary<(string, TestImage), string> _digests = [];

    public DockerDaemon Daemon { get; private set; } = null!;

    public RegistryServer Registry { get; private set; } = null!;

    public DockerEngine Engine { get; private set; } = null!;

    /// <summary>Outlives the engines.</summary>
    public MemoryContainerLedger Containers { get; } = new();

    public async Task InitializeAsync()
    {
        Daemon = await DockerDaemon.Start();
        Registry = await RegistryServer.Start();
        Engine = NewEngine();
    }

    public async Task DisposeAsync()
    {
        Engine?.Dispose();
        if (Registry is not null)
            await Registry.DisposeAsync();
        if (Daemon is not null)
            await Daemon.DisposeAsync();
    }

    /// <summary>An engine that remembers nothing, as after a restart of ours.</summary>
    public DockerEngine NewEngine(string? host = null) => NewEngine(new EngineAddress("test", host ?? Daemon.Host), Containers);

    public static DockerEngine NewEngine(EngineAddress address, IContainerLedger containers) =>
        new(
            address.Name,
            () => DockerEndpoint.From(address),
            "autodeploy",
            containers,
            NullLogger<DockerEngine>.Instance,
            TimeProvider.System
        );

    /// <summary>Writes the image into the registry, pulls it, and answers how a container of it is to be made.</summary>
    public async Task<ContainerSpec> CreateSpec(TestImage image, Guid? serviceId = null, string tag = "latest", int slot = 1)
    {
        var name = ImageName.Parse($"{Registry.Host}/tests/web:{tag}");
        if (!_digests.TryGetValue((tag, image), out var digest))
            _digests[(tag, image)] = digest = await image.Push(Registry, "tests/web", tag);
        await Engine.Pull(name, digest, null, null, CancellationToken.None);
        return new ContainerSpec
        {
            Name = $"test-{Guid.NewGuid():n}",
            Image = $"{name.Repository}@{digest}",
            Labels = new ContainerLabels
            {
                ServiceId = serviceId ?? Guid.NewGuid(),
                DeploymentId = Guid.NewGuid(),
                ContainerId = Guid.NewGuid(),
                Slot = slot,
                Image = name.ToString(),
                Digest = digest,
            },
        };
    }

    /// <summary>Makes and starts a container.</summary>
    public async Task<EngineContainer> Run(ContainerSpec spec)
    {
        var id = await Engine.Create(spec, CancellationToken.None);
        await Engine.Start(id, CancellationToken.None);
        return await FindContainer(id);
    }

    public async Task<EngineContainer> FindContainer(string id) =>
        await Engine.Find(id, CancellationToken.None) ?? throw new InvalidOperationException($"The container {id} is gone.");

    /// <summary>Runs a web server and waits until it answers.</summary>
    public async Task<EngineContainer> Serve(ContainerSpec spec)
    {
        var container = await Run(spec);
        await Eventually.Until(
            async () =>
                await Engine.Probe(container.Id, new ProbeTarget(8080, "/"), TimeSpan.FromSeconds(5), CancellationToken.None) is null,
            "it serves"
        );
        return container;
    }

    /// <summary>Asks the daemon without the engine.</summary>
    public async Task<string> CallDocker(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, "v1.41/" + path);
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await Daemon.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }
}
