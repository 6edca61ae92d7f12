using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Whatever goes wrong around a deployment, it ends with a clear sentence and the old version serves on.</summary>
[Collection(World.OfWaiting)]
public class FaultTests(World world)
{
    [Fact]
    public async Task Whatever_is_wrong_with_the_registry_is_said_and_the_old_version_serves_on()
    {
        await using var proxy = await RegistryProxy.Start(world.QuietRegistry);
        await using var app = await AutoDeployProcess.Start(
            world.Docker.Host, environment: new Dictionary<string, string> { ["AUTODEPLOY_REGISTRY_PATIENCE_SECONDS"] = "1" });
        var hook = new Uri((string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "image" }))["url"]!);
        var service = await world.Running("trouble", app: app, host: proxy.Host);
        var before = await service.Ids();

        var number = 1;
        foreach (var (mood, part) in Troubles())
        {
            // the tag is known: what is wrong is met while pulling, too
            foreach (var known in (bool[])[false, true])
            {
                if (!known && mood.CutsBlobs)
                    continue;
                number++;
                // one that the engine has nothing of yet
                var digest = await TestImage.HealthyWeb($"{service.Name} v{number}").Push(world.QuietRegistry, service.Name, "latest");
                proxy.Mood = known ? mood with { OnlyBlobs = true } : mood;
                await app.Call(HttpMethod.Post, hook.PathAndQuery, new { image = $"{proxy.Host}/{service.Name}:latest", digest });
                var action = await service.Judged(number - 1);
                proxy.Mood = RegistryMood.Well;
                Assert.True((string)action["state"]! == "Failed" && ((string)action["result"]!).Contains(part, StringComparison.OrdinalIgnoreCase), $"{mood}: {action.ToJsonString()}");
                Assert.Contains(proxy.Host, (string)action["result"]!, StringComparison.Ordinal);
                Assert.Equal(before, await service.Ids());
            }
        }

        Assert.Equal("v1", await service.Ask());
    }

    [Fact]
    public async Task An_engine_that_is_restarted_while_a_version_is_proven_is_not_the_versions_fault()
    {
        var service = await world.Running("restarted");
        await service.Push(TestImage.HealthyOnFile("v2"));
        await service.At("replace");
        await service.Run(2);
        await world.Docker.Stop();
        await world.Docker.StartAgain();
        await service.Touch("/tmp/healthy");
        var action = await service.Deployed();
        Assert.Contains("Waiting for it", await service.Log(action), StringComparison.Ordinal);
        Assert.Equal("v2", await service.Ask());
        Assert.Single(await service.Containers());
    }

    [Fact]
    public async Task A_deployment_that_is_killed_twice_is_failed_and_taken_back_while_restarts_do_not_count()
    {
        var service = await world.Running("deadly");
        var before = await service.Ids();
        await service.Push(TestImage.HealthyOnFile("v2"));
        await service.At("replace");
        await service.Run(2);
        for (var restart = 1; restart <= 3; restart++)
        {
            await world.App.Stop();
            await world.App.Start();
            await Until("Taken up again", restart);
        }

        await world.App.Kill();
        await world.App.Start();
        await Until("Taken up again", 4);
        await world.App.Kill();
        await world.App.Start();

        var action = await service.Ended();
        Assert.Equal(
            ("Failed", "The AutoDeploy process that worked on it was killed or crashed 2 times, the last time at the step \"replace\"; it is not tried again by itself."),
            ((string)action["state"]!, (string)action["result"]!));
        Assert.Equal(before, await service.Ids());
        Assert.Equal("v1", await service.Ask());

        Task Until(string line, int times) => Wait.Until(
            async () => (await service.Log((await service.Actions())[0])).Split(line).Length == times + 1, $"it is in the log {times} times: {line}");
    }

    /// <summary>Old containers that are still asked to stop, or were stopped before, tell nothing of an engine that goes down.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_engine_that_goes_down_slowly_while_a_version_is_proven_is_not_the_versions_fault(bool stopFirst)
    {
        var service = await world.Running(
            "slowly",
            new { stop_timeout = 3, stable_seconds = 8, container_ports = stopFirst ? new[] { new { protocol = "tcp", inner_port = 8080, outer_port = Unix.FreePort() } } : [] },
            version => TestImage.HealthyWeb(version) with { Cmd = ["/bin/sh", "-c", "trap '' TERM; exec /bin/sh /start"] });
        await using var last = await world.Last(3);
        var before = await service.Ids();
        await service.Push(TestImage.Web("v2"));
        await Wait.Until(async () => (await service.Containers()).Any(c => !before.Contains((string)c["Id"]!) && (string)c["State"]! == "running"), "the new container runs");
        var fresh = await service.Fresh(before);
        await world.Docker.Stop();
        await world.Docker.StartAgain();
        var action = await service.Deployed();
        Assert.Contains("Waiting for it.", await service.Log(action), StringComparison.Ordinal);
        Assert.Equal("v2", await service.Ask());
        Assert.Equal(fresh, (string)(await service.Container())["Id"]!);
    }

    [Fact]
    public async Task An_engine_that_goes_down_slowly_while_a_version_bakes_is_not_the_versions_fault()
    {
        var service = await world.Running("bakes", new { bake_seconds = 600 });
        await using var last = await world.Last(3);
        await service.Push(TestImage.HealthyWeb("v2"));
        var action = await service.At("bake");
        await Says("keep well for 600 s");
        await world.Docker.Stop();
        await world.Docker.StartAgain();
        await Says("s more.");
        await service.Serves("v2");
        await world.App.Call(HttpMethod.Post, (string)action["resource_uri"]! + "cancel/");
        Assert.Equal("Canceled", (string)(await service.Ended())["state"]!);
        Assert.Equal("v1", await service.Ask());

        Task Says(string part) => Wait.Until(async () => (await service.Log(action)).Contains(part, StringComparison.Ordinal), part);
    }

    [Fact]
    public async Task A_port_that_somebody_else_has_is_said_and_theirs_is_left_alone()
    {
        var port = Unix.FreePort();
        var other = await world.Cli("run", "-d", "-p", $"{port}:8080", $"{world.Registry.Host}/client", "sleep", "3600");
        try
        {
            var service = await world.Running("port");
            await service.Patch(new { container_ports = new[] { new { protocol = "tcp", inner_port = 8080, outer_port = port } } });
            await service.Push(TestImage.HealthyWeb("v2"));
            var action = await service.Judged();
            Assert.Equal("Failed", (string)action["state"]!);
            Assert.Contains($"port {port} is taken", (string)action["result"]!, StringComparison.Ordinal);
            await service.Serves("v1");
            Assert.Single(await service.Containers());
            Assert.Equal("true", await world.Cli("inspect", "-f", "{{.State.Running}}", other));
        }
        finally
        {
            await world.Cli("rm", "-f", other);
        }
    }

    [Fact]
    public async Task A_name_that_somebody_else_has_is_left_to_them()
    {
        var name = "";
        var service = await world.Created("name");
        name = $"{service.Name}-1";
        var other = await world.Cli("run", "-d", "--name", name, $"{world.Registry.Host}/client", "sleep", "3600");
        try
        {
            await service.Post("start/");
            Assert.Equal("Success", (string)(await service.Ended())["state"]!);
            Assert.Equal("v1", await service.Ask());
            Assert.Equal(other, await world.Cli("inspect", "-f", "{{.Id}}", name));
        }
        finally
        {
            await world.Cli("rm", "-f", other);
        }
    }

    private static IEnumerable<(RegistryMood Mood, string Part)> Troubles() =>
    [
        (new RegistryMood { Status = 401 }, "credentials"),
        (new RegistryMood { Status = 403 }, "credentials"),
        (new RegistryMood { Status = 404 }, ""),
        (new RegistryMood { Status = 429 }, ""),
        (new RegistryMood { Status = 500 }, "out of order"),
        (new RegistryMood { HangsUp = true }, ""),
        (new RegistryMood { CutsBlobs = true }, "out of order"),
    ];
}
