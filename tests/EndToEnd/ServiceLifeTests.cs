using System.Net;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>What a person does to a service, and what happens to it behind our back.</summary>
[Collection(nameof(TestEnvironment))]
public class ServiceLifeTests(TestEnvironment environment)
{
    [Fact]
    public async Task Start_stop_start_and_terminate()
    {
        var service = await environment.CreateService("life");
        Assert.Equal("Not running", await service.GetState());
        Assert.Equal("Starting", (string)(await service.Post("start/"))["state"]!);
        await service.WaitForEnd();
        Assert.Equal("v1", await service.AskService());
        var ids = await service.ListContainerIds();

        await service.Post("stop/");
        await service.WaitForEnd();
        Assert.Equal("Stopped", await service.GetState());
        await service.Post("start/");
        await service.WaitForEnd();
        Assert.Equal("Running", await service.GetState());
        Assert.Equal(ids, await service.ListContainerIds());
        Assert.Equal("v1", await service.AskService());

        await service.Terminate();
        await service.WaitForEnd();
        Assert.Equal("Terminated", await service.GetState());
        Assert.Empty(await service.ListContainers());
        Assert.DoesNotContain(service.Name, await environment.Cli("images", "--digests"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_goes_on_keeps_other_things_from_beginning()
    {
        var service = await environment.CreateRunningService("busy");
        await service.Push(TestImage.HealthyOnFile("v2"));
        await service.WaitForVerdicts(1);
        await service.Run(2);
        foreach (var verb in (string[])["stop/", "start/", "redeploy/", "scale/"])
        {
            var (status, body) = await service.TryPost(verb);
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Equal("Redeploying", (string)body["state"]!);
        }

        var proving = (await service.ListContainers()).Single(c => ((string)c["Names"]![0]!).Length > $"/{service.Name}-1".Length);
        await environment.Cli("exec", (string)proving["Id"]!, "touch", "/tmp/healthy");
        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
    }

    [Fact]
    public async Task Scale_up_and_down()
    {
        var service = await environment.CreateRunningService("scale");
        var first = (await service.ListContainerIds()).Single();
        await service.Patch(new { target_num_containers = 3 });
        await service.Post("scale/");
        await service.WaitForEnd();
        Assert.Equal(3, (await service.ListContainerIds()).Count);
        Assert.Contains(first, await service.ListContainerIds());
        Assert.Equal(3, (int)(await service.Get())["running_num_containers"]!);

        await service.Patch(new { target_num_containers = 1 });
        await service.Post("scale/");
        await service.WaitForEnd();
        Assert.Equal([first], await service.ListContainerIds());
        Assert.Equal("Running", await service.GetState());
    }

    [Fact]
    public async Task Settings_reach_the_container_with_the_next_redeploy()
    {
        var service = await environment.CreateRunningService("set");
        var changed = await service.Patch(
            new
            {
                container_envvars = new[] { new { key = "COLOR", value = "blue = green" } },
                hostname = "blue-host",
                memory = 64,
                labels = new { team = "shop" },
                cap_drop = new[] { "NET_RAW" },
                run_command = "sh -c 'echo $COLOR > /www/color; exec sh /start'",
            }
        );
        Assert.False((bool)changed["synchronized"]!);
        await service.Post("redeploy/");
        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.True((bool)(await service.Get())["synchronized"]!);

        var id = (await service.ListContainerIds()).Single();
        Assert.Equal("blue = green", await environment.Cli("exec", id, "cat", "/www/color"));
        Assert.Equal(
            "blue-host|67108864|shop|[NET_RAW]",
            (
                await environment.Cli(
                    "inspect",
                    "--format",
                    "{{.Config.Hostname}}|{{.HostConfig.Memory}}|{{.Config.Labels.team}}|{{.HostConfig.CapDrop}}",
                    id
                )
            ).Replace("CAP_", "", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_volume_lives_on_over_a_redeploy_unless_told_otherwise()
    {
        var service = await environment.CreateRunningService(
            "volume",
            new { bindings = new[] { new { container_path = "/data", rewritable = true } } }
        );
        await environment.Cli("exec", (await service.ListContainerIds()).Single(), "touch", "/data/kept");
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForDeployment();
        Assert.Equal("kept", await environment.Cli("exec", (await service.ListContainerIds()).Single(), "ls", "/data"));

        await service.Post("redeploy/?reuse_volumes=False");
        await service.WaitForEnd();
        Assert.Equal("", await environment.Cli("exec", (await service.ListContainerIds()).Single(), "ls", "/data"));

        // the version before has had the other one
        await service.Post("rollback/");
        await service.WaitForEnd();
        Assert.Equal("kept", await environment.Cli("exec", (await service.ListContainerIds()).Single(), "ls", "/data"));
        Assert.Equal(
            2,
            (await environment.Cli("volume", "ls", "-q")).Split('\n').Count(name => name.Contains(service.Uuid, StringComparison.Ordinal))
        );
        await service.Terminate("?volumes=true");
        await service.WaitForEnd();
        Assert.DoesNotContain(service.Uuid, await environment.Cli("volume", "ls"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_linked_service_is_known_by_the_name_of_the_link()
    {
        var database = await environment.CreateRunningService("db");
        var service = await environment.CreateRunningService(
            "linking",
            new { linked_to_service = new[] { new { to_service = database.Name, name = "store" } } }
        );
        Assert.Equal(
            "v1",
            await environment.Cli("exec", (await service.ListContainerIds()).Single(), "wget", "-q", "-O", "-", "http://store:8080/")
        );

        // the link leads to the service, not to the container that it had
        await database.Push(TestImage.HealthyWeb("v2"));
        await database.WaitForDeployment();
        Assert.Equal(
            "v2",
            await environment.Cli("exec", (await service.ListContainerIds()).Single(), "wget", "-q", "-O", "-", "http://store:8080/")
        );
    }

    [Fact]
    public async Task A_container_removed_behind_our_back_is_noticed()
    {
        var service = await environment.CreateRunningService("noticed", new { target_num_containers = 2 });
        var ids = await service.ListContainerIds();
        await environment.Cli("rm", "-f", ids[0]);
        await Eventually.Until(async () => await service.GetState() == "Partly running");
        await environment.Cli("stop", "-t", "5", ids[1]);
        await Eventually.Until(async () => await service.GetState() == "Stopped");

        await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForSkip("stopped");
        await service.Post("start/");
        await service.WaitForEnd();
        Assert.Equal("Running", await service.GetState());
        Assert.Equal(2, (await service.ListContainerIds()).Count);
    }

    [Fact]
    public async Task A_service_that_crashed_is_mended_by_a_push()
    {
        var service = await environment.CreateRunningService("crashed");
        await environment.Cli("exec", "-d", (await service.ListContainerIds()).Single(), "sh", "-c", "kill $(pidof httpd)");
        await Eventually.Until(async () => await service.GetState() == "Stopped");
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForDeployment();
        Assert.Equal("Running", await service.GetState());
        Assert.Equal("v2", await service.AskService());
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task A_change_while_we_were_away_is_noticed_at_the_start()
    {
        var service = await environment.CreateRunningService("meanwhile");
        await environment.App.Kill();
        await environment.Cli("rm", "-f", (await service.ListContainerIds()).Single());
        await environment.App.Start();
        await Eventually.Until(async () => await service.GetState() == "Stopped");
    }

    [Fact]
    public async Task A_private_registry_is_asked_with_its_credentials()
    {
        await using var registry = await RegistryServer.Start(new RegistryServerOptions { Username = "ida", Password = "pässword" });
        await TestImage.HealthyWeb("v1").Push(registry, "private", "1");
        var created = await environment.App.Call(
            HttpMethod.Post,
            "/api/app/v1/service/",
            new { name = TestEnvironment.CreateName("private"), image = $"{registry.Host}/private:1" }
        );
        var service = new TestService(environment, (string)created["uuid"]!, (string)created["name"]!);

        await service.Post("start/");
        var action = await service.WaitForEnd();
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.Contains(registry.Host, (string)action["result"]!, StringComparison.Ordinal);

        var credentials = await environment.App.Call(
            HttpMethod.Post,
            "/api/app/v1/registry/",
            new
            {
                host = registry.Host,
                username = "ida",
                password = "pässword",
            }
        );
        Assert.Null(credentials["password"]);
        await service.Post("start/");
        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("v1", await service.AskService());
        Assert.DoesNotContain(
            "pässword",
            await service.ReadLog(await service.WaitForEnd()) + environment.App.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Without_any_health_check_a_container_has_to_run_for_a_while()
    {
        var service = await environment.CreateRunningService("stable", new { stable_seconds = 1 }, TestImage.Web);
        await service.Push(TestImage.Web("v2"));
        var action = await service.WaitForDeployment();
        Assert.Contains("has run for 1 s", await service.ReadLog(action), StringComparison.Ordinal);
        Assert.Equal("v2", await service.AskService());
    }

    [Fact]
    public async Task Old_images_go_and_three_versions_stay()
    {
        var service = await environment.CreateRunningService("images");
        for (var version = 2; version <= 6; version++)
        {
            await service.Push(TestImage.HealthyWeb($"v{version}"));
            await service.WaitForDeployment(verdicts: version - 1);
        }

        var images = (await environment.Cli("images", "--digests"))
            .Split('\n')
            .Count(line => line.Contains(service.Name + " ", StringComparison.Ordinal));
        Assert.Equal(3, images);
    }
}
