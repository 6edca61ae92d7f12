using AutoDeploy.Ports;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

/// <summary>A daemon behind <c>tcp://</c> that lets nobody in without a certificate.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private readonly Certificates _certificates = new();
    private DockerDaemon _daemon = null!;

    private string Url => $"tcp://127.0.0.1:{_daemon.Port}";

    public async Task InitializeAsync() => _daemon = await DockerDaemon.Start(certificates: _certificates);

    public async Task DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _certificates.Dispose();
    }

    [Fact]
    public async Task Who_has_the_certificates_is_let_in_and_hears_and_runs_what_it_wants()
    {
        await using var registry = await RegistryServer.Start();
        using var engine = NewEngine(new EngineAddress("secure", Url, _certificates.Folder));
        Assert.NotEmpty((await engine.Describe(default)).Version);

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var events = engine.Watch(deadline.Token).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        var name = Sources.ImageName.Parse($"{registry.Host}/tests/web:1");
        var digest = await TestImage.Web("1").Push(registry, "tests/web", "1");
        await engine.Pull(name, digest, null, null, default);
        var id = await engine.Create(
            new ContainerSpec
            {
                Name = "tls",
                Image = $"{name.Repository}@{digest}",
                Labels = new ContainerLabels
                {
                    ServiceId = Guid.NewGuid(),
                    DeploymentId = Guid.NewGuid(),
                    ContainerId = Guid.NewGuid(),
                    Slot = 1,
                    Image = name.ToString(),
                    Digest = digest,
                },
            },
            default
        );
        await engine.Start(id, default);
        while (events.Current.Kind != EngineEventKind.Started)
            Assert.True(await events.MoveNextAsync());
        Assert.Equal("hello", (await engine.Exec(id, ["echo", "hello"], TimeSpan.FromSeconds(20), default)).Output.Trim());
        await engine.Remove(id, default);
    }

    [Fact]
    public async Task Who_has_none_or_those_of_somebody_else_is_not()
    {
        using var plain = NewEngine(new EngineAddress("plain", Url));
        await Assert.ThrowsAsync<EngineException>(() => plain.Ping(default));

        using var others = new Certificates();
        using var stranger = NewEngine(new EngineAddress("stranger", Url, others.Folder));
        Assert.Equal(EngineFault.Unreachable, (await Assert.ThrowsAsync<EngineException>(() => stranger.Ping(default))).Fault);

        // trusts the daemon, but is not trusted
        File.Copy(_certificates.Path("ca.pem"), others.Path("ca.pem"), overwrite: true);
        using var guest = NewEngine(new EngineAddress("guest", Url, others.Folder));
        await Assert.ThrowsAsync<EngineException>(() => guest.Ping(default));
    }

    private static DockerEngine NewEngine(EngineAddress address) => DockerFixture.NewEngine(address, new MemoryContainerLedger());
}
