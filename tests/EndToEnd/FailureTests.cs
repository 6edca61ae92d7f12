using System.Net.Sockets;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Whatever is wrong with a new version, the old one serves on and the reason is on record.</summary>
[Collection(nameof(World))]
public class FailureTests(World world)
{
    [Fact]
    public async Task A_version_that_exits_is_not_taken() =>
        await Fails(TestImage.Exiting("v2", "no database"), "exited with code 3", "no database");

    [Fact]
    public async Task A_version_that_is_unhealthy_is_not_taken() =>
        await Fails(TestImage.Unhealthy("v2", "out of sorts"), "unhealthy", "out of sorts");

    [Fact]
    public async Task A_version_that_cannot_be_started_is_not_taken() =>
        await Fails(TestImage.Web("v2") with { Cmd = ["/no/such/program"] }, "/no/such/program");

    [Fact]
    public async Task A_version_whose_own_health_check_does_not_answer_is_not_taken()
    {
        var service = await world.Running("port", new { health_check = new { http = new { port = 8080, path = "/index.html" } } });
        await service.Patch(new { health_check = new { http = new { port = 8081, path = "/" }, interval = 0.2, retries = 2 } });
        await FailsOn(service, TestImage.Web("v2"), "unhealthy", "8081");
    }

    [Fact]
    public async Task A_tag_that_is_not_there_is_said_so()
    {
        var service = await world.Running("missing", new { tag_policy = "any" });
        var before = await service.Ids();
        await world.Tell(service.Name, "9.9", "sha256:" + new string('9', 64));
        var action = await service.Judged();
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.Contains("9.9", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal(before, await service.Ids());
    }

    [Fact]
    public async Task A_registry_that_is_down_is_said_so()
    {
        var service = await world.Running("down");
        var before = await service.Ids();
        await world.Registry.Stop();
        try
        {
            await world.Tell(service.Name, "latest", "sha256:" + new string('8', 64));
            var action = await service.Judged();
            Assert.Equal("Failed", (string)action["state"]!);
            Assert.Contains(world.Registry.Host, (string)action["result"]!, StringComparison.Ordinal);
            Assert.Equal(before, await service.Ids());
            Assert.Equal("Running", await service.State());
        }
        finally
        {
            await world.Registry.StartAgain();
        }
    }

    [Fact]
    public async Task A_registry_that_is_away_for_a_moment_is_asked_again()
    {
        var service = await world.Running("moment");
        var digest = await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, service.Name, "latest");
        await world.Registry.Stop();
        try
        {
            await world.Tell(service.Name, "latest", digest);
            await Wait.Until(
                async () => (await service.Actions())[0] is { } action && (await service.Log(action)).Contains("Asking again.", StringComparison.Ordinal),
                "the registry is asked again");
        }
        finally
        {
            await world.Registry.StartAgain();
        }

        await service.Deployed();
        Assert.Equal("v2", await service.Ask());
    }

    [Fact]
    public async Task What_failed_is_not_tried_again_until_a_person_asks_or_something_newer_comes()
    {
        var service = await world.Running("again");
        var digest = await service.Push(TestImage.Exiting("v2", "no"));
        await service.Judged();
        await world.Tell(service.Name, "latest", digest);
        Assert.Equal("failed_before", (string)(await service.Verdicts(2))[0]!["reason"]!);

        await service.Post("redeploy/");
        Assert.Equal("Failed", (string)(await service.Ended())["state"]!);
        Assert.Equal("v1", await service.Ask());

        await service.Push(TestImage.HealthyWeb("v3"));
        await service.Deployed(verdicts: 3);
        Assert.Equal("v3", await service.Ask());
    }

    [Fact]
    public async Task With_a_fixed_port_the_old_one_is_started_again()
    {
        var port = Unix.FreePort();
        var service = await world.Running("fixed", new { container_ports = new[] { new { protocol = "tcp", inner_port = 8080, outer_port = port } } });
        var before = await service.Ids();
        Assert.Equal("v1", await AskPort());

        await service.Push(TestImage.Exiting("v2", "no"));
        Assert.Equal("Failed", (string)(await service.Judged())["state"]!);
        Assert.Equal(before, await service.Ids());
        await Wait.Until(async () => await AskPort() == "v1", "the old container serves again");
        Assert.Equal("v1", await service.Ask());

        await service.Push(TestImage.HealthyWeb("v3"));
        await service.Deployed(verdicts: 2);
        Assert.Equal("v3", await AskPort());

        async Task<string> AskPort()
        {
            using var http = new HttpClient();
            try
            {
                return await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/"));
            }
            catch (Exception failure) when (failure is HttpRequestException or SocketException)
            {
                return failure.Message;
            }
        }
    }

    [Fact]
    public async Task When_one_of_three_containers_fails_all_old_ones_serve_on()
    {
        // the second container of the new version finds a file that the first one left, and fails
        var folder = Directory.CreateTempSubdirectory("autodeploy-test-").FullName;
        try
        {
            var service = await world.Running(
                "three", new { target_num_containers = 3, bindings = new[] { new { host_path = folder, container_path = "/shared", rewritable = true } } });
            var before = await service.Ids();
            Assert.Equal(3, before.Count);
            var second = TestImage.HealthyWeb("v2");
            second = second with
            {
                Files = new Dictionary<string, string>(second.Files) { ["start"] = "mkdir /shared/first || { echo second >&2; exit 4; }\n" + second.Files["start"] },
            };
            await service.Push(second);
            var action = await service.Judged();
            Assert.Equal("Failed", (string)action["state"]!);
            Assert.Contains("exited with code 4", (string)action["result"]!, StringComparison.Ordinal);
            Assert.Equal(before, await service.Ids());
            for (var i = 0; i < 5; i++)
                Assert.Equal("v1", await service.Ask());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_first_start_that_fails_leaves_nothing_behind()
    {
        var service = await world.Created("first", image: version => TestImage.Exiting(version, "never"));
        await service.Post("start/");
        Assert.Equal("Failed", (string)(await service.Ended())["state"]!);
        Assert.Equal("Not running", await service.State());
        Assert.Empty(await service.Containers());
    }

    private async Task Fails(TestImage image, params string[] said) => await FailsOn(await world.Running("bad"), image, said);

    private static async Task FailsOn(TestService service, TestImage image, params string[] said)
    {
        var before = await service.Ids();
        var digest = (string)(await service.Get())["current_version"]!["digest"]!;
        await service.Push(image);
        var action = await service.Judged();
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.Contains(said[0], (string)action["result"]!, StringComparison.Ordinal);
        var log = await service.Log(action);
        Assert.All(said, part => Assert.Contains(part, log, StringComparison.Ordinal));

        // as if nothing had happened
        Assert.Equal(before, await service.Ids());
        Assert.Equal("v1", await service.Ask());
        Assert.Equal("Running", await service.State());
        Assert.Equal(digest, (string)(await service.Get())["current_version"]!["digest"]!);
    }
}
