using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Whatever goes wrong around a deployment, it ends with a clear sentence and the old version serves on.</summary>
[Collection(TestEnvironment.WaitingCollectionName)]
public class FaultTests(TestEnvironment environment)
{
    [Fact]
    public async Task Whatever_is_wrong_with_the_registry_is_said_and_the_old_version_serves_on()
    {
        await using var proxy = await RegistryProxy.Start(environment.QuietRegistry);
        await using var app = await AutoDeployProcess.Start(
            environment.Docker.Host,
            environment: new Dictionary<string, string> { ["AUTODEPLOY_REGISTRY_PATIENCE_SECONDS"] = "1" }
        );
        var hook = new Uri((string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "image" }))["url"]!);
        var service = await environment.CreateRunningService("trouble", app: app, host: proxy.Host);
        var before = await service.ListContainerIds();

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
                var digest = await TestImage
                    .HealthyWeb($"{service.Name} v{number}")
                    .Push(environment.QuietRegistry, service.Name, "latest");
                proxy.Behavior = known ? mood with { OnlyBlobs = true } : mood;
                await app.Call(HttpMethod.Post, hook.PathAndQuery, new { image = $"{proxy.Host}/{service.Name}:latest", digest });
                var action = await service.WaitForJudgement(number - 1);
                proxy.Behavior = RegistryProxyBehavior.Normal;
                Assert.True(
                    (string)action["state"]! == "Failed" && ((string)action["result"]!).Contains(part, StringComparison.OrdinalIgnoreCase),
                    $"{mood}: {action.ToJsonString()}"
                );
                Assert.Contains(proxy.Host, (string)action["result"]!, StringComparison.Ordinal);
                Assert.Equal(before, await service.ListContainerIds());
            }
        }

        Assert.Equal("v1", await service.AskService());
    }

    [Fact]
    public async Task An_engine_that_is_restarted_while_a_version_is_proven_is_not_the_versions_fault()
    {
        var service = await environment.CreateRunningService("restarted");
        await service.Push(TestImage.HealthyOnFile("v2"));
        await service.WaitForStep("replace");
        await service.Run(2);
        await environment.Docker.Stop();
        await environment.Docker.StartAgain();
        await service.Touch("/tmp/healthy");
        var action = await service.WaitForDeployment();
        Assert.Contains("Waiting for it", await service.ReadLog(action), StringComparison.Ordinal);
        Assert.Equal("v2", await service.AskService());
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task A_deployment_that_is_killed_twice_is_failed_and_taken_back_while_restarts_do_not_count()
    {
        var service = await environment.CreateRunningService("deadly");
        var before = await service.ListContainerIds();
        await service.Push(TestImage.HealthyOnFile("v2"));
        await service.WaitForStep("replace");
        await service.Run(2);
        for (var restart = 1; restart <= 3; restart++)
        {
            await environment.App.Stop();
            await environment.App.Start();
            await Until("Taken up again", restart);
        }

        await environment.App.Kill();
        await environment.App.Start();
        await Until("Taken up again", 4);
        await environment.App.Kill();
        await environment.App.Start();

        var action = await service.WaitForEnd();
        Assert.Equal(
            (
                "Failed",
                "The AutoDeploy process that worked on it was killed or crashed 2 times, the last time at the step \"replace\"; "
                    + "it is not tried again by itself."
            ),
            ((string)action["state"]!, (string)action["result"]!)
        );
        Assert.Equal(before, await service.ListContainerIds());
        Assert.Equal("v1", await service.AskService());

        Task Until(string line, int times) =>
            Eventually.Until(
                async () => (await service.ReadLog((await service.ListActions())[0])).Split(line).Length == times + 1,
                $"it is in the log {times} times: {line}"
            );
    }

    /// <summary>Old containers that are still asked to stop, or were stopped before, tell nothing of an engine that goes down.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_engine_that_goes_down_slowly_while_a_version_is_proven_is_not_the_versions_fault(bool stopFirst)
    {
        var service = await environment.CreateRunningService(
            "slowly",
            new
            {
                stop_timeout = 3,
                stable_seconds = 8,
                container_ports = stopFirst
                    ? new[]
                    {
                        new
                        {
                            protocol = "tcp",
                            inner_port = 8080,
                            outer_port = UnixTools.FreePort(),
                        },
                    }
                    : [],
            },
            version => TestImage.HealthyWeb(version) with { Cmd = ["/bin/sh", "-c", "trap '' TERM; exec /bin/sh /start"] }
        );
        await using var last = await environment.KeepRunning(3);
        var before = await service.ListContainerIds();
        await service.Push(TestImage.Web("v2"));
        await Eventually.Until(
            async () => (await service.ListContainers()).Any(c => !before.Contains((string)c["Id"]!) && (string)c["State"]! == "running"),
            "the new container runs"
        );
        var fresh = await service.WaitForNewContainer(before);
        await environment.Docker.Stop();
        await environment.Docker.StartAgain();
        var action = await service.WaitForDeployment();
        Assert.Contains("Waiting for it.", await service.ReadLog(action), StringComparison.Ordinal);
        Assert.Equal("v2", await service.AskService());
        Assert.Equal(fresh, (string)(await service.GetContainer())["Id"]!);
    }

    [Fact]
    public async Task An_engine_that_goes_down_slowly_while_a_version_bakes_is_not_the_versions_fault()
    {
        var service = await environment.CreateRunningService("bakes", new { bake_seconds = 600 });
        await using var last = await environment.KeepRunning(3);
        await service.Push(TestImage.HealthyWeb("v2"));
        var action = await service.WaitForStep("bake");
        await Says("keep well for 600 s");
        await environment.Docker.Stop();
        await environment.Docker.StartAgain();
        await Says("s more.");
        await service.WaitUntilServing("v2");
        await environment.App.Call(HttpMethod.Post, (string)action["resource_uri"]! + "cancel/");
        Assert.Equal("Canceled", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("v1", await service.AskService());

        Task Says(string part) =>
            Eventually.Until(async () => (await service.ReadLog(action)).Contains(part, StringComparison.Ordinal), part);
    }

    [Fact]
    public async Task A_port_that_somebody_else_has_is_said_and_theirs_is_left_alone()
    {
        var port = UnixTools.FreePort();
        var other = await environment.Cli("run", "-d", "-p", $"{port}:8080", $"{environment.Registry.Host}/client", "sleep", "3600");
        try
        {
            var service = await environment.CreateRunningService("port");
            await service.Patch(
                new
                {
                    container_ports = new[]
                    {
                        new
                        {
                            protocol = "tcp",
                            inner_port = 8080,
                            outer_port = port,
                        },
                    },
                }
            );
            await service.Push(TestImage.HealthyWeb("v2"));
            var action = await service.WaitForJudgement();
            Assert.Equal("Failed", (string)action["state"]!);
            Assert.Contains($"port {port} is taken", (string)action["result"]!, StringComparison.Ordinal);
            await service.WaitUntilServing("v1");
            Assert.Single(await service.ListContainers());
            Assert.Equal("true", await environment.Cli("inspect", "-f", "{{.State.Running}}", other));
        }
        finally
        {
            await environment.Cli("rm", "-f", other);
        }
    }

    [Fact]
    public async Task A_name_that_somebody_else_has_is_left_to_them()
    {
        var name = "";
        var service = await environment.CreateService("name");
        name = $"{service.Name}-1";
        var other = await environment.Cli("run", "-d", "--name", name, $"{environment.Registry.Host}/client", "sleep", "3600");
        try
        {
            await service.Post("start/");
            Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
            Assert.Equal("v1", await service.AskService());
            Assert.Equal(other, await environment.Cli("inspect", "-f", "{{.Id}}", name));
        }
        finally
        {
            await environment.Cli("rm", "-f", other);
        }
    }

    private static IEnumerable<(RegistryProxyBehavior Mood, string Part)> Troubles() =>
        [
            (new RegistryProxyBehavior { Status = 401 }, "credentials"),
            (new RegistryProxyBehavior { Status = 403 }, "credentials"),
            (new RegistryProxyBehavior { Status = 404 }, ""),
            (new RegistryProxyBehavior { Status = 429 }, ""),
            (new RegistryProxyBehavior { Status = 500 }, "out of order"),
            (new RegistryProxyBehavior { HangsUp = true }, ""),
            (new RegistryProxyBehavior { CutsBlobs = true }, "out of order"),
        ];
}
