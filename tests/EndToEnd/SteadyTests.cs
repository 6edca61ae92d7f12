using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Clients see no gap, and a kill at any instant loses nothing.</summary>
[Collection(nameof(TestEnvironment))]
public class SteadyTests(TestEnvironment environment)
{
    [Fact]
    public async Task A_client_sees_no_gap_during_ten_redeploys()
    {
        var service = await environment.CreateRunningService("steady");
        var client = await environment.StartClient(service.Name);
        for (var version = 2; version <= 11; version++)
        {
            await service.Push(TestImage.HealthyWeb($"v{version}"));
            await service.WaitForDeployment(verdicts: version - 1);
        }

        var (asked, failed) = await client.Stop();
        Assert.Equal("v11", await service.AskService());
        Assert.True(asked > 100, $"the client asked only {asked} times");
        Assert.Equal(0, failed);
    }

    /// <summary>What the log of a deployment says when it has come to a step.</summary>
    public static TheoryData<string> Steps() =>
        ["Redeploy of", "is sha256:", "Pulling", "Starting", "is healthy", "Switched", "Stopping", "is gone"];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Killed_in_a_step_of_a_deployment_it_goes_on_after_the_restart(string step)
    {
        var service = await environment.CreateRunningService("killed", new { target_num_containers = 2 });
        var client = await environment.StartClient(service.Name);
        await service.Push(TestImage.HealthyAfter("v2", 0.5));
        var action = await Eventually.UntilFound(async () =>
            (await service.ListActions()).FirstOrDefault(a => (string)a["action"]! == "Service Redeploy")
        );
        await Eventually.Until(async () => (await service.ReadLog(action)).Contains(step, StringComparison.Ordinal));
        await environment.App.Kill();
        // Docker takes a name from a container by taking it off the network and putting it there again: killed between the two, the one
        // request that is under way to it gets no answer
        var networks = await environment.Cli([
            "inspect",
            "--format",
            "{{.State.Running}} {{json .NetworkSettings.Networks}}",
            .. await service.ListContainerIds(),
        ]);
        var away = networks
            .Split('\n')
            .Count(line => line.StartsWith("true", StringComparison.Ordinal) && !line.Contains("\"autodeploy\"", StringComparison.Ordinal));
        await environment.App.Start();

        await service.WaitForEnd();
        var (asked, failed) = await client.Stop();
        Assert.True(asked > 0);
        Assert.InRange(failed, 0, away);
        Assert.Equal("v2", await service.AskService());
        Assert.Equal(2, (await service.ListActions()).Count);
        Assert.All(await service.ListActions(), a => Assert.Equal("Success", (string)a["state"]!));
        var containers = await service.ListContainers();
        Assert.Equal(
            [$"/{service.Name}-1", $"/{service.Name}-2"],
            containers.Select(c => (string)c["Names"]![0]!).Order(StringComparer.Ordinal)
        );
        Assert.All(containers, c => Assert.Equal("running", (string)c["State"]!));
    }

    [Fact]
    public async Task Canceled_as_it_is_taken_up_again_it_leaves_nothing_of_what_was_made_before_the_kill()
    {
        await using var proxy = await RegistryProxy.Start(environment.QuietRegistry);
        var service = await environment.CreateRunningService("canceled", host: proxy.Host);
        var before = await service.ListContainerIds();
        var digest = await TestImage.HealthyOnFile("v2").Push(environment.QuietRegistry, service.Name, "latest");
        await service.Post("redeploy/");
        await service.Run(2);
        await environment.App.Kill();

        // it has to be pulled again, which does not come to an end
        await environment.Cli("rmi", "--force", $"{proxy.Host}/{service.Name}@{digest}");
        proxy.Behavior = RegistryProxyBehavior.Normal with { Delay = TimeSpan.FromMinutes(2) };
        await environment.App.Start();
        var action = (await service.ListActions())[0];
        await Eventually.Until(
            async () =>
                (await service.ReadLog(action)).Split("Taken up again") is [_, .., var again]
                && again.Contains("Pulling", StringComparison.Ordinal),
            "it is pulled again"
        );
        await environment.App.Call(HttpMethod.Post, (string)action["resource_uri"]! + "cancel/");

        Assert.Equal("Canceled", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal(before, await service.ListContainerIds());
        Assert.Equal("v1", await service.AskService());
    }

    [Fact]
    public async Task Killed_while_a_new_container_is_off_the_network_it_is_put_there_again_and_proven()
    {
        var service = await environment.CreateRunningService(
            "offline",
            new
            {
                health_check = new
                {
                    http = new { port = 8080, path = "/" },
                    interval = 1,
                    retries = 10,
                },
            }
        );
        var before = await service.ListContainerIds();
        await service.Push(
            TestImage.Web("v2") with
            {
                Cmd = ["/bin/sh", "-c", "until [ -f /tmp/go ]; do sleep 0.1; done; exec /bin/sh /start"],
            }
        );
        var action = await Eventually.UntilFound(async () =>
            (await service.ListActions()).FirstOrDefault(a => (string)a["action"]! == "Service Redeploy")
        );
        await Eventually.Until(async () =>
            (await service.ListContainers()).Any(c => !before.Contains((string)c["Id"]!) && (string)c["State"]! == "running")
        );
        await environment.App.Kill();

        // Docker gives a container a name by taking it off the network and putting it there again: as if the kill came between the two
        var mine = (await service.ListContainers()).Single(c => !before.Contains((string)c["Id"]!));
        await environment.Cli("network", "disconnect", "autodeploy", (string)mine["Id"]!);
        await environment.App.Start();
        await environment.Cli("exec", (string)mine["Id"]!, "touch", "/tmp/go");

        var ended = await service.WaitForEnd();
        Assert.True((string)ended["state"]! == "Success", await service.ReadLog(action));
        Assert.Equal((string)mine["Id"]!, (string)(await service.GetContainer())["Id"]!);
        Assert.Equal("v2", await service.AskService());
    }

    [Theory]
    [InlineData("Starting")]
    [InlineData("exited with code")]
    public async Task Killed_while_a_deployment_fails_it_ends_failed_after_the_restart(string step)
    {
        var service = await environment.CreateRunningService("failing");
        var before = await service.ListContainerIds();
        await service.Push(TestImage.Exiting("v2", "no"));
        var action = await Eventually.UntilFound(async () =>
            (await service.ListActions()).FirstOrDefault(a => (string)a["action"]! == "Service Redeploy")
        );
        await Eventually.Until(async () => (await service.ReadLog(action)).Contains(step, StringComparison.Ordinal));
        await environment.App.Kill();
        await environment.App.Start();

        Assert.Equal("Failed", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal(before, await service.ListContainerIds());
        Assert.Equal("v1", await service.AskService());
    }

    [Fact]
    public async Task A_push_that_was_acknowledged_right_before_a_kill_is_deployed_after_the_restart()
    {
        var service = await environment.CreateRunningService("acknowledged");
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForDeployment();

        // the registry keeps v3 to itself while its hook is dead; we tell it, and kill at the acknowledgement
        await environment.App.Kill();
        var digest = await service.Push(TestImage.HealthyWeb("v3"));
        await environment.App.Start();
        await environment.SendDelivery(service.Name, "latest", digest);
        await environment.App.Kill();
        await environment.App.Start();
        await Eventually.Until(async () => await service.AskService() == "v3");
        await service.WaitForEnd();
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task A_restart_keeps_everything()
    {
        var service = await environment.CreateRunningService("kept", new { container_envvars = new[] { new { key = "A", value = "1" } } });
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForDeployment();
        var seen = await service.Get();
        var ids = await service.ListContainerIds();
        var verdicts = await service.WaitForVerdicts(1);

        Assert.Equal(0, await environment.App.Stop());
        await environment.App.Start();
        Assert.Equal(seen.ToJsonString(), (await service.Get()).ToJsonString());
        Assert.Equal(ids, await service.ListContainerIds());
        Assert.Equal(verdicts.ToJsonString(), (await service.WaitForVerdicts(1)).ToJsonString());
        Assert.Equal(2, (await service.ListActions()).Count);

        await service.Push(TestImage.HealthyWeb("v3"));
        await service.WaitForDeployment(verdicts: 2);
        Assert.Equal("v3", await service.AskService());
    }

    [Fact]
    public async Task An_engine_that_is_away_for_a_moment_is_waited_for()
    {
        var service = await environment.CreateRunningService("away");
        await environment.Docker.Stop();
        try
        {
            await service.Push(TestImage.HealthyWeb("v2"));
            var verdict = (await service.WaitForVerdicts(1))[0]!;
            if ((string)verdict["reason"]! != "new")
                Assert.Fail(
                    $"{verdict.ToJsonString()}\n{(await service.Get()).ToJsonString()}\n"
                        + $"{string.Join('\n', (await service.ListActions()).Select(a => a.ToJsonString()))}\n{environment.App.Output}"
                );
            var action = (await service.ListActions())[0];
            await Eventually.Until(async () => (await service.ReadLog(action)).Contains("Waiting for it", StringComparison.Ordinal));
        }
        finally
        {
            await environment.Docker.StartAgain();
        }

        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("v2", await service.AskService());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_engine_that_comes_back_gets_what_ran_started_again_and_nothing_else(bool killed)
    {
        var service = await environment.CreateRunningService("back");
        var stopped = await environment.CreateRunningService("down");
        await stopped.Post("stop/");
        await stopped.WaitForEnd();
        var before = await service.ListContainerIds();

        await (killed ? environment.Docker.Kill() : environment.Docker.Stop());
        await environment.Docker.StartAgain();

        var action = await Eventually.UntilFound(async () =>
            (await service.ListActions()).FirstOrDefault(a => (string)a["cause"]!["kind"]! == "engine")
        );
        Assert.Equal("Service Start", (string)action["action"]!);
        Assert.False((bool)action["is_user_action"]!);
        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("v1", await service.AskService());
        Assert.Equal(before, await service.ListContainerIds());
        Assert.Equal("Stopped", await stopped.GetState());
        Assert.Equal(2, (await stopped.ListActions()).Count);
    }

    [Fact]
    public async Task What_ran_when_we_and_the_engine_went_down_together_is_started_again()
    {
        var service = await environment.CreateRunningService("power");
        var before = await service.ListContainerIds();
        await environment.App.Kill();
        await environment.Docker.Kill();
        await environment.Docker.StartAgain();
        await environment.App.Start();

        await Eventually.Until(async () => (await service.ListActions()).Any(a => (string)a["cause"]!["kind"]! == "engine"));
        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("v1", await service.AskService());
        Assert.Equal(before, await service.ListContainerIds());
    }
}
