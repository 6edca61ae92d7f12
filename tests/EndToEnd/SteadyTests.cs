using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Clients see no gap, and a kill at any instant loses nothing.</summary>
[Collection(nameof(World))]
public class SteadyTests(World world)
{
    [Fact]
    public async Task A_client_sees_no_gap_during_ten_redeploys()
    {
        var service = await world.Running("steady");
        var client = await world.Loop(service.Name);
        for (var version = 2; version <= 11; version++)
        {
            await service.Push(TestImage.HealthyWeb($"v{version}"));
            await service.Deployed(verdicts: version - 1);
        }

        var (asked, failed) = await client.Stop();
        Assert.Equal("v11", await service.Ask());
        Assert.True(asked > 100, $"the client asked only {asked} times");
        Assert.Equal(0, failed);
    }

    /// <summary>What the log of a deployment says when it has come to a step.</summary>
    public static TheoryData<string> Steps() => ["Redeploy of", "is sha256:", "Pulling", "Starting", "is healthy", "Switched", "Stopping", "is gone"];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Killed_in_a_step_of_a_deployment_it_goes_on_after_the_restart(string step)
    {
        var service = await world.Running("killed", new { target_num_containers = 2 });
        var client = await world.Loop(service.Name);
        await service.Push(TestImage.HealthyAfter("v2", 0.5));
        var action = await Wait.For(async () => (await service.Actions()).FirstOrDefault(a => (string)a["action"]! == "Service Redeploy"));
        await Wait.Until(async () => (await service.Log(action)).Contains(step, StringComparison.Ordinal));
        await world.App.Kill();
        // Docker takes a name from a container by taking it off the network and putting it there again: killed between the two, the one
        // request that is under way to it gets no answer
        var networks = await world.Cli(["inspect", "--format", "{{.State.Running}} {{json .NetworkSettings.Networks}}", .. await service.Ids()]);
        var away = networks.Split('\n').Count(line => line.StartsWith("true", StringComparison.Ordinal) && !line.Contains("\"autodeploy\"", StringComparison.Ordinal));
        await world.App.Start();

        await service.Ended();
        var (asked, failed) = await client.Stop();
        Assert.True(asked > 0);
        Assert.InRange(failed, 0, away);
        Assert.Equal("v2", await service.Ask());
        Assert.Equal(2, (await service.Actions()).Count);
        Assert.All(await service.Actions(), a => Assert.Equal("Success", (string)a["state"]!));
        var containers = await service.Containers();
        Assert.Equal([$"/{service.Name}-1", $"/{service.Name}-2"], containers.Select(c => (string)c["Names"]![0]!).Order(StringComparer.Ordinal));
        Assert.All(containers, c => Assert.Equal("running", (string)c["State"]!));
    }

    [Fact]
    public async Task Canceled_as_it_is_taken_up_again_it_leaves_nothing_of_what_was_made_before_the_kill()
    {
        await using var proxy = await RegistryProxy.Start(world.QuietRegistry);
        var service = await world.Running("canceled", host: proxy.Host);
        var before = await service.Ids();
        var digest = await TestImage.HealthyOnFile("v2").Push(world.QuietRegistry, service.Name, "latest");
        await service.Post("redeploy/");
        await service.Run(2);
        await world.App.Kill();

        // it has to be pulled again, which does not come to an end
        await world.Cli("rmi", "--force", $"{proxy.Host}/{service.Name}@{digest}");
        proxy.Mood = RegistryMood.Well with { Delay = TimeSpan.FromMinutes(2) };
        await world.App.Start();
        var action = (await service.Actions())[0];
        await Wait.Until(async () => (await service.Log(action)).Split("Taken up again") is [_, .., var again] && again.Contains("Pulling", StringComparison.Ordinal), "it is pulled again");
        await world.App.Call(HttpMethod.Post, (string)action["resource_uri"]! + "cancel/");

        Assert.Equal("Canceled", (string)(await service.Ended())["state"]!);
        Assert.Equal(before, await service.Ids());
        Assert.Equal("v1", await service.Ask());
    }

    [Fact]
    public async Task Killed_while_a_new_container_is_off_the_network_it_is_put_there_again_and_proven()
    {
        var service = await world.Running("offline", new { health_check = new { http = new { port = 8080, path = "/" }, interval = 1, retries = 10 } });
        var before = await service.Ids();
        await service.Push(TestImage.Web("v2") with { Cmd = ["/bin/sh", "-c", "until [ -f /tmp/go ]; do sleep 0.1; done; exec /bin/sh /start"] });
        var action = await Wait.For(async () => (await service.Actions()).FirstOrDefault(a => (string)a["action"]! == "Service Redeploy"));
        await Wait.Until(async () => (await service.Containers()).Any(c => !before.Contains((string)c["Id"]!) && (string)c["State"]! == "running"));
        await world.App.Kill();

        // Docker gives a container a name by taking it off the network and putting it there again: as if the kill came between the two
        var mine = (await service.Containers()).Single(c => !before.Contains((string)c["Id"]!));
        await world.Cli("network", "disconnect", "autodeploy", (string)mine["Id"]!);
        await world.App.Start();
        await world.Cli("exec", (string)mine["Id"]!, "touch", "/tmp/go");

        var ended = await service.Ended();
        Assert.True((string)ended["state"]! == "Success", await service.Log(action));
        Assert.Equal((string)mine["Id"]!, (string)(await service.Container())["Id"]!);
        Assert.Equal("v2", await service.Ask());
    }

    [Theory]
    [InlineData("Starting")]
    [InlineData("exited with code")]
    public async Task Killed_while_a_deployment_fails_it_ends_failed_after_the_restart(string step)
    {
        var service = await world.Running("failing");
        var before = await service.Ids();
        await service.Push(TestImage.Exiting("v2", "no"));
        var action = await Wait.For(async () => (await service.Actions()).FirstOrDefault(a => (string)a["action"]! == "Service Redeploy"));
        await Wait.Until(async () => (await service.Log(action)).Contains(step, StringComparison.Ordinal));
        await world.App.Kill();
        await world.App.Start();

        Assert.Equal("Failed", (string)(await service.Ended())["state"]!);
        Assert.Equal(before, await service.Ids());
        Assert.Equal("v1", await service.Ask());
    }

    [Fact]
    public async Task A_push_that_was_acknowledged_right_before_a_kill_is_deployed_after_the_restart()
    {
        var service = await world.Running("acknowledged");
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.Deployed();

        // the registry keeps v3 to itself while its hook is dead; we tell it, and kill at the acknowledgement
        await world.App.Kill();
        var digest = await service.Push(TestImage.HealthyWeb("v3"));
        await world.App.Start();
        await world.Tell(service.Name, "latest", digest);
        await world.App.Kill();
        await world.App.Start();
        await Wait.Until(async () => await service.Ask() == "v3");
        await service.Ended();
        Assert.Single(await service.Containers());
    }

    [Fact]
    public async Task A_restart_keeps_everything()
    {
        var service = await world.Running("kept", new { container_envvars = new[] { new { key = "A", value = "1" } } });
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.Deployed();
        var seen = await service.Get();
        var ids = await service.Ids();
        var verdicts = await service.Verdicts(1);

        Assert.Equal(0, await world.App.Stop());
        await world.App.Start();
        Assert.Equal(seen.ToJsonString(), (await service.Get()).ToJsonString());
        Assert.Equal(ids, await service.Ids());
        Assert.Equal(verdicts.ToJsonString(), (await service.Verdicts(1)).ToJsonString());
        Assert.Equal(2, (await service.Actions()).Count);

        await service.Push(TestImage.HealthyWeb("v3"));
        await service.Deployed(verdicts: 2);
        Assert.Equal("v3", await service.Ask());
    }

    [Fact]
    public async Task An_engine_that_is_away_for_a_moment_is_waited_for()
    {
        var service = await world.Running("away");
        await world.Docker.Stop();
        try
        {
            await service.Push(TestImage.HealthyWeb("v2"));
            var verdict = (await service.Verdicts(1))[0]!;
            if ((string)verdict["reason"]! != "new")
                Assert.Fail($"{verdict.ToJsonString()}\n{(await service.Get()).ToJsonString()}\n{string.Join('\n', (await service.Actions()).Select(a => a.ToJsonString()))}\n{world.App.Output}");
            var action = (await service.Actions())[0];
            await Wait.Until(async () => (await service.Log(action)).Contains("Waiting for it", StringComparison.Ordinal));
        }
        finally
        {
            await world.Docker.StartAgain();
        }

        Assert.Equal("Success", (string)(await service.Ended())["state"]!);
        Assert.Equal("v2", await service.Ask());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_engine_that_comes_back_gets_what_ran_started_again_and_nothing_else(bool killed)
    {
        var service = await world.Running("back");
        var stopped = await world.Running("down");
        await stopped.Post("stop/");
        await stopped.Ended();
        var before = await service.Ids();

        await (killed ? world.Docker.Kill() : world.Docker.Stop());
        await world.Docker.StartAgain();

        var action = await Wait.For(async () => (await service.Actions()).FirstOrDefault(a => (string)a["cause"]!["kind"]! == "engine"));
        Assert.Equal("Service Start", (string)action["action"]!);
        Assert.False((bool)action["is_user_action"]!);
        Assert.Equal("Success", (string)(await service.Ended())["state"]!);
        Assert.Equal("v1", await service.Ask());
        Assert.Equal(before, await service.Ids());
        Assert.Equal("Stopped", await stopped.State());
        Assert.Equal(2, (await stopped.Actions()).Count);
    }

    [Fact]
    public async Task What_ran_when_we_and_the_engine_went_down_together_is_started_again()
    {
        var service = await world.Running("power");
        var before = await service.Ids();
        await world.App.Kill();
        await world.Docker.Kill();
        await world.Docker.StartAgain();
        await world.App.Start();

        await Wait.Until(async () => (await service.Actions()).Any(a => (string)a["cause"]!["kind"]! == "engine"));
        Assert.Equal("Success", (string)(await service.Ended())["state"]!);
        Assert.Equal("v1", await service.Ask());
        Assert.Equal(before, await service.Ids());
    }
}
