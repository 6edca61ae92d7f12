using System.Net.Sockets;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Whatever is wrong with a new version, the old one serves on and the reason is on record.</summary>
[Collection(nameof(TestEnvironment))]
public class FailureTests(TestEnvironment environment)
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
        var service = await environment.CreateRunningService(
            "port",
            new { health_check = new { http = new { port = 8080, path = "/index.html" } } }
        );
        await service.Patch(
            new
            {
                health_check = new
                {
                    http = new { port = 8081, path = "/" },
                    interval = 0.2,
                    retries = 2,
                },
            }
        );
        await FailsOn(service, TestImage.Web("v2"), "unhealthy", "8081");
    }

    [Fact]
    public async Task A_tag_that_is_not_there_is_said_so()
    {
        var service = await environment.CreateRunningService("missing", new { tag_policy = "any" });
        var before = await service.ListContainerIds();
        await environment.SendDelivery(service.Name, "9.9", "sha256:" + new string('9', 64));
        var action = await service.WaitForJudgement();
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.Contains("9.9", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal(before, await service.ListContainerIds());
    }

    [Fact]
    public async Task A_registry_that_is_down_is_said_so()
    {
        var service = await environment.CreateRunningService("down");
        var before = await service.ListContainerIds();
        await environment.Registry.Stop();
        try
        {
            await environment.SendDelivery(service.Name, "latest", "sha256:" + new string('8', 64));
            var action = await service.WaitForJudgement();
            Assert.Equal("Failed", (string)action["state"]!);
            Assert.Contains(environment.Registry.Host, (string)action["result"]!, StringComparison.Ordinal);
            Assert.Equal(before, await service.ListContainerIds());
            Assert.Equal("Running", await service.GetState());
        }
        finally
        {
            await environment.Registry.StartAgain();
        }
    }

    [Fact]
    public async Task A_registry_that_is_away_for_a_moment_is_asked_again()
    {
        var service = await environment.CreateRunningService("moment");
        var digest = await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "latest");
        await environment.Registry.Stop();
        try
        {
            await environment.SendDelivery(service.Name, "latest", digest);
            await Eventually.Until(
                async () =>
                    (await service.ListActions())[0] is { } action
                    && (await service.ReadLog(action)).Contains("Asking again.", StringComparison.Ordinal),
                "the registry is asked again"
            );
        }
        finally
        {
            await environment.Registry.StartAgain();
        }

        await service.WaitForDeployment();
        Assert.Equal("v2", await service.AskService());
    }

    [Fact]
    public async Task What_failed_is_not_tried_again_until_a_person_asks_or_something_newer_comes()
    {
        var service = await environment.CreateRunningService("again");
        var digest = await service.Push(TestImage.Exiting("v2", "no"));
        await service.WaitForJudgement();
        await environment.SendDelivery(service.Name, "latest", digest);
        Assert.Equal("failed_before", (string)(await service.WaitForVerdicts(2))[0]!["reason"]!);

        await service.Post("redeploy/");
        Assert.Equal("Failed", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("v1", await service.AskService());

        await service.Push(TestImage.HealthyWeb("v3"));
        await service.WaitForDeployment(verdicts: 3);
        Assert.Equal("v3", await service.AskService());
    }

    [Fact]
    public async Task With_a_fixed_port_the_old_one_is_started_again()
    {
        var port = UnixTools.FreePort();
        var service = await environment.CreateRunningService(
            "fixed",
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
        var before = await service.ListContainerIds();
        Assert.Equal("v1", await AskPort());

        await service.Push(TestImage.Exiting("v2", "no"));
        Assert.Equal("Failed", (string)(await service.WaitForJudgement())["state"]!);
        Assert.Equal(before, await service.ListContainerIds());
        await Eventually.Until(async () => await AskPort() == "v1", "the old container serves again");
        Assert.Equal("v1", await service.AskService());

        await service.Push(TestImage.HealthyWeb("v3"));
        await service.WaitForDeployment(verdicts: 2);
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
            var service = await environment.CreateRunningService(
                "three",
                new
                {
                    target_num_containers = 3,
                    bindings = new[]
                    {
                        new
                        {
                            host_path = folder,
                            container_path = "/shared",
                            rewritable = true,
                        },
                    },
                }
            );
            var before = await service.ListContainerIds();
            Assert.Equal(3, before.Count);
            var second = TestImage.HealthyWeb("v2");
            second = second with
            {
                Files = new Dictionary<string, string>(second.Files)
                {
                    ["start"] = "mkdir /shared/first || { echo second >&2; exit 4; }\n" + second.Files["start"],
                },
            };
            await service.Push(second);
            var action = await service.WaitForJudgement();
            Assert.Equal("Failed", (string)action["state"]!);
            Assert.Contains("exited with code 4", (string)action["result"]!, StringComparison.Ordinal);
            Assert.Equal(before, await service.ListContainerIds());
            for (var i = 0; i < 5; i++)
                Assert.Equal("v1", await service.AskService());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_first_start_that_fails_leaves_nothing_behind()
    {
        var service = await environment.CreateService("first", image: version => TestImage.Exiting(version, "never"));
        await service.Post("start/");
        Assert.Equal("Failed", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("Not running", await service.GetState());
        Assert.Empty(await service.ListContainers());
    }

    private async Task Fails(TestImage image, params string[] said) =>
        await FailsOn(await environment.CreateRunningService("bad"), image, said);

    private static async Task FailsOn(TestService service, TestImage image, params string[] said)
    {
        var before = await service.ListContainerIds();
        var digest = (string)(await service.Get())["current_version"]!["digest"]!;
        await service.Push(image);
        var action = await service.WaitForJudgement();
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.Contains(said[0], (string)action["result"]!, StringComparison.Ordinal);
        var log = await service.ReadLog(action);
        Assert.All(said, part => Assert.Contains(part, log, StringComparison.Ordinal));

        // as if nothing had happened
        Assert.Equal(before, await service.ListContainerIds());
        Assert.Equal("v1", await service.AskService());
        Assert.Equal("Running", await service.GetState());
        Assert.Equal(digest, (string)(await service.Get())["current_version"]!["digest"]!);
    }
}
