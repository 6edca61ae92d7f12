using AutoDeploy.Ports;
using AutoDeploy.Testing;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Containers.Tests;

public sealed class DockerEngineProviderTests
{
    [Fact]
    public void Without_any_name_there_is_one_that_is_called_local()
    {
        using var engines = Engines(out _);
        Assert.Equal(["local"], engines.Names);
        Assert.NotNull(engines.Get("local"));
    }

    [Fact]
    public async Task Each_name_is_an_engine_of_its_own_and_others_are_away()
    {
        using var engines = Engines(
            out _,
            new EngineAddress("west", "unix:///nowhere/west.sock"),
            new EngineAddress("east", "unix:///nowhere/east.sock")
        );
        Assert.Equal(["east", "west"], engines.Names);
        Assert.Contains(
            "/nowhere/west.sock",
            (await Assert.ThrowsAsync<EngineException>(() => engines.Get("west").Ping(default))).Message,
            StringComparison.Ordinal
        );
        Assert.Same(engines.Get("east"), engines.Get("east"));

        var failure = Assert.Throws<EngineException>(() => engines.Get("local"));
        Assert.Equal((EngineFault.Unreachable, "No AutoDeploy process reaches the engine \"local\"."), (failure.Fault, failure.Message));
    }

    [Fact]
    public void That_one_is_reached_without_TLS_is_a_warning()
    {
        using var certificates = new Certificates();
        using var engines = Engines(
            out var log,
            new EngineAddress("here", "unix:///x"),
            new EngineAddress("plain", "tcp://plain:2375"),
            new EngineAddress("secure", "tcp://secure:2376", certificates.Folder)
        );
        Assert.StartsWith("Engine plain at tcp://plain:2375 is used without TLS", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    private static DockerEngineProvider Engines(out ListLogger<DockerEngine> log, params EngineAddress[] addresses)
    {
        var options = new DockerOptions();
        foreach (var address in addresses)
            options.Engines.Add(address);
        log = new ListLogger<DockerEngine>();
        return new DockerEngineProvider(Options.Create(options), Fake.Create<ILedger>((_, _) => null), log, TimeProvider.System);
    }
}
