using System.Text.Json.Nodes;
using AutoDeploy.Containers.Docker;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDeploy.Containers.Tests;

/// <summary>With a daemon of its own, since they need one without a network of ours, or none at all.</summary>
public sealed class NetworkTests : IAsyncLifetime
{
    private readonly DockerFixture _docker = new();

    private static CancellationToken None => CancellationToken.None;

    public Task InitializeAsync() => _docker.InitializeAsync();

    public Task DisposeAsync() => _docker.DisposeAsync();

    [Fact]
    public async Task The_network_is_made_once_found_again_and_made_again_when_it_was_removed()
    {
        var spec = await _docker.CreateSpec(TestImage.Web("1"));
        var engines = Enumerable.Range(0, 4).Select(_ => _docker.NewEngine()).ToList();
        await Task.WhenAll(engines.Select((engine, i) => engine.Create(spec with { Name = $"at-once-{i}", Labels = New(spec) }, None)));
        var network = Assert.Single(await Networks(), network => Name(network) == "autodeploy");
        Assert.Equal("true", network["Labels"]!["autodeploy"]!.GetValue<string>());
        Assert.NotNull(network["IPAM"]!["Config"]![0]!["IPRange"]);
        Assert.DoesNotContain(await Networks(), left => Name(left).Contains("finding", StringComparison.Ordinal));

        foreach (var container in await _docker.Engine.List(null, None))
            await _docker.Engine.Remove(container.Id, None);
        await _docker.CallDocker(HttpMethod.Delete, "networks/autodeploy");
        var again = await engines[0].Create(spec with { Name = "again", Labels = New(spec) }, None);
        await engines[0].Start(again, None);
        Assert.NotNull((await _docker.FindContainer(again)).Address);
        Assert.Single(await Networks(), network => Name(network) == "autodeploy");
    }

    [Fact]
    public async Task A_network_that_was_there_before_is_used_as_it_is()
    {
        await _docker.CallDocker(HttpMethod.Post, "networks/create", """{"Name":"autodeploy"}""");
        var before = Assert.Single(await Networks(), network => Name(network) == "autodeploy")["Id"]!.GetValue<string>();
        var web = await _docker.Serve(await _docker.CreateSpec(TestImage.Web("1")));
        await _docker.Engine.Expose(web.Id, ["web"], None);
        await _docker.Engine.Withdraw(web.Id, ["web"], None);
        await _docker.Engine.Expose(web.Id, ["web"], None);
        Assert.Equal(["web"], (await _docker.FindContainer(web.Id)).Aliases);
        Assert.Equal(before, Assert.Single(await Networks(), network => Name(network) == "autodeploy")["Id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_that_were_made_at_once_one_stays_whichever_was_seen_first(bool used)
    {
        var spec = await _docker.CreateSpec(TestImage.Web("1"));
        using var dockerSocketProxy = new DockerSocketProxy(
            _docker.Daemon.SocketFile,
            holdBack: "/networks?",
            after: "\"Name\":\"autodeploy\""
        );
        using var engine = _docker.NewEngine(dockerSocketProxy.Host);
        var create = engine.Create(spec, None);
        await Eventually.Until(
            async () => (await Networks()).Any(network => Name(network) == "autodeploy"),
            "it is made, and has not been looked for yet"
        );
        var older = (await Networks()).Single(network => Name(network) == "autodeploy")["Id"]!.GetValue<string>();

        // whose maker saw it alone
        var younger = JsonNode.Parse(
            await _docker.CallDocker(HttpMethod.Post, "networks/create", """{"Name":"autodeploy","Labels":{"autodeploy":"true"}}""")
        )!["Id"]!.GetValue<string>();
        if (used)
            await _docker.Daemon.Cli("network", "connect", younger, await _docker.Daemon.Cli("run", "-d", spec.Image));
        dockerSocketProxy.Release();
        await engine.Start(await create, None);

        Assert.Equal(
            used ? younger : older,
            Assert.Single(await Networks(), network => Name(network) == "autodeploy")["Id"]!.GetValue<string>()
        );
        Assert.NotNull((await _docker.FindContainer(await create)).Address);
    }

    [Fact]
    public async Task An_engine_that_is_down_is_unreachable_and_comes_back()
    {
        var engine = _docker.Engine;
        var spec = await _docker.CreateSpec(TestImage.Web("1")) with { Restart = RestartPolicy.UnlessStopped };
        var web = await _docker.Serve(spec);
        var build = new BuildSpec
        {
            Name = ImageName.Parse("autodeploy.local/tests/down:1"),
            Key = "key",
            Dockerfile = "Dockerfile",
        };
        await engine.Expose(web.Id, ["web"], None);
        var events = engine.Watch(None).GetAsyncEnumerator();
        await events.MoveNextAsync();

        await _docker.Daemon.Stop();
        Func<Task>[] questions =
        [
            () => engine.Ping(None),
            () => engine.Describe(None),
            () => engine.List(null, None),
            () => engine.Find(web.Id, None),
            () => engine.Create(spec, None),
            () => engine.Start(web.Id, None),
            () => engine.Stop(web.Id, TimeSpan.FromSeconds(1), None),
            () => engine.Remove(web.Id, None),
            () => engine.Rename(web.Id, "x", None),
            () => engine.Expose(web.Id, ["y"], None),
            () => engine.Withdraw(web.Id, ["web"], None),
            () => engine.Exec(web.Id, ["true"], TimeSpan.FromSeconds(5), None),
            () => engine.Probe(web.Id, new ProbeTarget(1, null), TimeSpan.FromSeconds(5), None),
            () => engine.ReadLogs(web.Id, 1, None),
            () => engine.FindImage(spec.Image, None),
            () => engine.Pull(ImageName.Parse(spec.Labels.Image), spec.Labels.Digest, null, null, None),
            () => engine.RemoveImage(ImageName.Parse(spec.Labels.Image), spec.Image, None),
            () => engine.RemoveVolume("volume", None),
            () => engine.HasVolume("volume", None),
            () => engine.LabeledVolumes(Guid.NewGuid(), None),
            () => engine.Build(build, BuildFiles.Tar(BuildFiles.FromNothing), new LineCollector(), None),
            () => engine.Tag(web.Id, build.Name, None),
            () => engine.RemoveImage(build.Name, "sha256:" + new string('1', 64), None),
            async () =>
            {
                while (await events.MoveNextAsync()) { }
            },
        ];
        foreach (var question in questions)
        {
            var e = await Assert.ThrowsAsync<EngineException>(question);
            Assert.Equal(EngineFault.Unreachable, e.Fault);
            Assert.Contains(_docker.Daemon.SocketFile, e.Message);
        }

        await events.DisposeAsync();
        await _docker.Daemon.StartAgain();
        await engine.Ping(None);
        await Eventually.Until(
            async () => await engine.Probe(web.Id, new ProbeTarget(8080, "/"), TimeSpan.FromSeconds(5), None) is null,
            "the container serves again"
        );
        var back = await _docker.FindContainer(web.Id);
        Assert.Equal(["web"], back.Aliases);
        Assert.Equal(web.Address, back.Address);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_daemon_that_goes_away_during_a_build_is_unreachable(bool killed)
    {
        var lineCollector = new LineCollector();
        var spec = new BuildSpec
        {
            Name = ImageName.Parse("autodeploy.local/tests/away:1"),
            Key = "key",
            Dockerfile = "Dockerfile",
        };
        var build = _docker.Engine.Build(
            spec,
            BuildFiles.Tar(BuildFiles.FromNothing + "RUN echo started && sleep 3600\n"),
            lineCollector,
            None
        );
        await Eventually.Until(() => lineCollector.All.Contains("started"));

        await (killed ? _docker.Daemon.Kill() : _docker.Daemon.Stop());

        var e = await Assert.ThrowsAsync<EngineException>(() => build);
        Assert.True(e.Fault == EngineFault.Unreachable, e.ToString());
        Assert.Contains(_docker.Daemon.SocketFile, e.Message, StringComparison.Ordinal);
        await _docker.Daemon.StartAgain();
        Assert.Null(await _docker.Engine.FindImage(spec.Name.ToString(), None));
    }

    [Fact]
    public async Task A_daemon_that_never_was_there_is_unreachable()
    {
        using var nowhere = _docker.NewEngine("unix:///no/such/socket");
        var e = await Assert.ThrowsAsync<EngineException>(() => nowhere.Ping(None));
        Assert.Equal(EngineFault.Unreachable, e.Fault);
        using var refused = _docker.NewEngine("tcp://127.0.0.1:1");
        e = await Assert.ThrowsAsync<EngineException>(() => refused.Ping(None));
        Assert.Equal(EngineFault.Unreachable, e.Fault);
        Assert.Contains("nothing listens there", e.Message);
    }

    [Fact]
    public async Task A_process_in_a_container_joins_the_network_before_it_has_to_reach_anybody_there()
    {
        var spec = await _docker.CreateSpec(TestImage.Web("1"));
        await _docker.Daemon.Cli("run", "-d", "--name", "ours", "--hostname", "machine-of-ours", spec.Image);
        await _docker.Daemon.Cli("run", "-d", "--name", "alone", "--network", "none", spec.Image);
        using var inside = Inside("ours");
        using var elsewhere = Inside("of-another-engine");
        using var alone = Inside("alone");

        foreach (var engine in (DockerEngine[])[elsewhere, alone, inside])
            await engine.Create(spec with { Name = $"by-{Guid.NewGuid():n}", Labels = New(spec) }, None);

        Assert.Equal(["autodeploy", "bridge"], await NetworksOf("ours"));
        Assert.Equal(["none"], await NetworksOf("alone"));

        // one that was made anew has to join again, also when there is nothing to be made
        await _docker.Daemon.Cli("network", "disconnect", "autodeploy", "ours");
        var made = await _docker.Engine.Create(spec with { Name = "probed", Labels = New(spec) }, None);
        await _docker.Engine.Start(made, None);
        using var next = Inside("ours");
        await next.Probe(made, new ProbeTarget(80, null), TimeSpan.FromSeconds(1), None);
        Assert.Equal(["autodeploy", "bridge"], await NetworksOf("ours"));

        DockerEngine Inside(string container) =>
            new(
                "test",
                () => DockerEndpoint.From(new EngineAddress("test", _docker.Daemon.Host)),
                "autodeploy",
                _docker.Containers,
                NullLogger<DockerEngine>.Instance,
                TimeProvider.System,
                container
            );

        async Task<IEnumerable<string>> NetworksOf(string container) =>
            (
                await _docker.Daemon.Cli(
                    "inspect",
                    "--format",
                    "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}",
                    container
                )
            )
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Order(StringComparer.Ordinal);
    }

    private static ContainerLabels New(ContainerSpec spec) =>
        spec.Labels with
        {
            DeploymentId = Guid.NewGuid(),
            ContainerId = Guid.NewGuid(),
        };

    private static string Name(JsonNode network) => network["Name"]!.GetValue<string>();

    private async Task<IReadOnlyList<JsonNode>> Networks() =>
        [.. JsonNode.Parse(await _docker.CallDocker(HttpMethod.Get, "networks"))!.AsArray().Select(network => network!)];
}
