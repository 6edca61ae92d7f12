using System.Net;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>What a person does to a service, and what happens to it behind our back.</summary>
[Collection(nameof(World))]
public class ServiceLifeTests(World world)
{
    [Fact]
    public async Task Start_stop_start_and_terminate()
    {
        var service = await world.Created("life");
        Assert.Equal("Not running", await service.State());
        Assert.Equal("Starting", (string)(await service.Post("start/"))["state"]!);
        await service.Ended();
        Assert.Equal("v1", await service.Ask());
        var ids = await service.Ids();

        await service.Post("stop/");
        await service.Ended();
        Assert.Equal("Stopped", await service.State());
        await service.Post("start/");
        await service.Ended();
        Assert.Equal("Running", await service.State());
        Assert.Equal(ids, await service.Ids());
        Assert.Equal("v1", await service.Ask());

        await service.Terminate();
        await service.Ended();
        Assert.Equal("Terminated", await service.State());
        Assert.Empty(await service.Containers());
        Assert.DoesNotContain(service.Name, await world.Cli("images", "--digests"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_on_keeps_other_things_from_beginning()
    {
        var service = await world.Running("busy");
        await service.Push(TestImage.HealthyOnFile("v2"));
        await service.Verdicts(1);
        await service.Run(2);
        foreach (var verb in (string[])["stop/", "start/", "redeploy/", "scale/"])
        {
            var (status, body) = await service.TryPost(verb);
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Equal("Redeploying", (string)body["state"]!);
        }

        var proving = (await service.Containers()).Single(c => ((string)c["Names"]![0]!).Length > $"/{service.Name}-1".Length);
        await world.Cli("exec", (string)proving["Id"]!, "touch", "/tmp/healthy");
        Assert.Equal("Success", (string)(await service.Ended())["state"]!);
    }

    [Fact]
    public async Task Scale_up_and_down()
    {
        var service = await world.Running("scale");
        var first = (await service.Ids()).Single();
        await service.Patch(new { target_num_containers = 3 });
        await service.Post("scale/");
        await service.Ended();
        Assert.Equal(3, (await service.Ids()).Count);
        Assert.Contains(first, await service.Ids());
        Assert.Equal(3, (int)(await service.Get())["running_num_containers"]!);

        await service.Patch(new { target_num_containers = 1 });
        await service.Post("scale/");
        await service.Ended();
        Assert.Equal([first], await service.Ids());
        Assert.Equal("Running", await service.State());
    }

    [Fact]
    public async Task Settings_reach_the_container_with_the_next_redeploy()
    {
        var service = await world.Running("set");
        var changed = await service.Patch(new
        {
            container_envvars = new[] { new { key = "COLOR", value = "blue = green" } },
            hostname = "blue-host",
            memory = 64,
            labels = new { team = "shop" },
            cap_drop = new[] { "NET_RAW" },
            run_command = "sh -c 'echo $COLOR > /www/color; exec sh /start'",
        });
        Assert.False((bool)changed["synchronized"]!);
        await service.Post("redeploy/");
        Assert.Equal("Success", (string)(await service.Ended())["state"]!);
        Assert.True((bool)(await service.Get())["synchronized"]!);

        var id = (await service.Ids()).Single();
        Assert.Equal("blue = green", await world.Cli("exec", id, "cat", "/www/color"));
        Assert.Equal("blue-host|67108864|shop|[NET_RAW]", (await world.Cli(
            "inspect", "--format", "{{.Config.Hostname}}|{{.HostConfig.Memory}}|{{.Config.Labels.team}}|{{.HostConfig.CapDrop}}", id)).Replace("CAP_", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_volume_lives_on_over_a_redeploy_unless_told_otherwise()
    {
        var service = await world.Running("volume", new { bindings = new[] { new { container_path = "/data", rewritable = true } } });
        await world.Cli("exec", (await service.Ids()).Single(), "touch", "/data/kept");
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.Deployed();
        Assert.Equal("kept", await world.Cli("exec", (await service.Ids()).Single(), "ls", "/data"));

        await service.Post("redeploy/?reuse_volumes=False");
        await service.Ended();
        Assert.Equal("", await world.Cli("exec", (await service.Ids()).Single(), "ls", "/data"));

        // the version before has had the other one
        await service.Post("rollback/");
        await service.Ended();
        Assert.Equal("kept", await world.Cli("exec", (await service.Ids()).Single(), "ls", "/data"));
        Assert.Equal(2, (await world.Cli("volume", "ls", "-q")).Split('\n').Count(name => name.Contains(service.Uuid, StringComparison.Ordinal)));
        await service.Terminate("?volumes=true");
        await service.Ended();
        Assert.DoesNotContain(service.Uuid, await world.Cli("volume", "ls"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_linked_service_is_known_by_the_name_of_the_link()
    {
        var database = await world.Running("db");
        var service = await world.Running("linking", new { linked_to_service = new[] { new { to_service = database.Name, name = "store" } } });
        Assert.Equal("v1", await world.Cli("exec", (await service.Ids()).Single(), "wget", "-q", "-O", "-", "http://store:8080/"));

        // the link leads to the service, not to the container that it had
        await database.Push(TestImage.HealthyWeb("v2"));
        await database.Deployed();
        Assert.Equal("v2", await world.Cli("exec", (await service.Ids()).Single(), "wget", "-q", "-O", "-", "http://store:8080/"));
    }

    [Fact]
    public async Task A_container_removed_behind_our_back_is_noticed()
    {
        var service = await world.Running("noticed", new { target_num_containers = 2 });
        var ids = await service.Ids();
        await world.Cli("rm", "-f", ids[0]);
        await Wait.Until(async () => await service.State() == "Partly running");
        await world.Cli("stop", "-t", "5", ids[1]);
        await Wait.Until(async () => await service.State() == "Stopped");

        await service.Push(TestImage.HealthyWeb("v2"));
        await service.Skipped("stopped");
        await service.Post("start/");
        await service.Ended();
        Assert.Equal("Running", await service.State());
        Assert.Equal(2, (await service.Ids()).Count);
    }

    [Fact]
    public async Task A_service_that_crashed_is_mended_by_a_push()
    {
        var service = await world.Running("crashed");
        await world.Cli("exec", "-d", (await service.Ids()).Single(), "sh", "-c", "kill $(pidof httpd)");
        await Wait.Until(async () => await service.State() == "Stopped");
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.Deployed();
        Assert.Equal("Running", await service.State());
        Assert.Equal("v2", await service.Ask());
        Assert.Single(await service.Containers());
    }

    [Fact]
    public async Task A_change_while_we_were_away_is_noticed_at_the_start()
    {
        var service = await world.Running("meanwhile");
        await world.App.Kill();
        await world.Cli("rm", "-f", (await service.Ids()).Single());
        await world.App.Start();
        await Wait.Until(async () => await service.State() == "Stopped");
    }

    [Fact]
    public async Task A_private_registry_is_asked_with_its_credentials()
    {
        await using var registry = await RegistryServer.Start(new RegistryServerOptions { Username = "ida", Password = "pässword" });
        await TestImage.HealthyWeb("v1").Push(registry, "private", "1");
        var created = await world.App.Call(HttpMethod.Post, "/api/app/v1/service/", new { name = World.Name("private"), image = $"{registry.Host}/private:1" });
        var service = new TestService(world, (string)created["uuid"]!, (string)created["name"]!);

        await service.Post("start/");
        var action = await service.Ended();
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.Contains(registry.Host, (string)action["result"]!, StringComparison.Ordinal);

        var credentials = await world.App.Call(HttpMethod.Post, "/api/app/v1/registry/", new { host = registry.Host, username = "ida", password = "pässword" });
        Assert.Null(credentials["password"]);
        await service.Post("start/");
        Assert.Equal("Success", (string)(await service.Ended())["state"]!);
        Assert.Equal("v1", await service.Ask());
        Assert.DoesNotContain("pässword", await service.Log(await service.Ended()) + world.App.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_health_check_a_container_has_to_run_for_a_while()
    {
        var service = await world.Running("stable", new { stable_seconds = 1 }, TestImage.Web);
        await service.Push(TestImage.Web("v2"));
        var action = await service.Deployed();
        Assert.Contains("has run for 1 s", await service.Log(action), StringComparison.Ordinal);
        Assert.Equal("v2", await service.Ask());
    }

    [Fact]
    public async Task Old_images_go_and_three_versions_stay()
    {
        var service = await world.Running("images");
        for (var version = 2; version <= 6; version++)
        {
            await service.Push(TestImage.HealthyWeb($"v{version}"));
            await service.Deployed(verdicts: version - 1);
        }

        var images = (await world.Cli("images", "--digests")).Split('\n').Count(line => line.Contains(service.Name + " ", StringComparison.Ordinal));
        Assert.Equal(3, images);
    }
}
