using System.Net;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>
/// What a person can do about deployments: cancel, retry, roll back; and what they do by themselves when a version does not keep well.
/// </summary>
[Collection(TestEnvironment.SteeringCollectionName)]
public class SteeringTests(TestEnvironment world)
{
    [Fact]
    public async Task A_deployment_that_is_canceled_while_it_is_proven_leaves_the_old_one_serving()
    {
        var service = await world.CreateRunningService("cancel", new { target_num_containers = 2 });
        var before = await service.ListContainerIds();
        var digest = await service.Push(TestImage.HealthyOnFile("v2"));
        var action = await service.WaitForStep("replace");
        Assert.True((bool)action["can_be_canceled"]!);
        var progress = (await world.App.Get((string)action["resource_uri"]!))["progress"]!;
        Assert.Equal((0, 2), ((int)progress["containers_proven"]!, (int)progress["containers_wanted"]!));

        var (status, answer) = await Cancel(action);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("admin", (string)answer["cancel_asked_by"]!);
        action = await service.WaitForEnd();
        Assert.Equal(("Canceled", "Canceled by admin."), ((string)action["state"]!, (string)action["result"]!));
        Assert.Equal(before, await service.ListContainerIds());
        Assert.Equal("v1", await service.AskService());
        Assert.Equal(HttpStatusCode.Conflict, (await Cancel(action)).Status);

        // it did not fail: told again, it is tried again
        await world.SendDelivery(service.Name, "latest", digest);
        Assert.Equal("deploy", (string)(await service.WaitForVerdicts(2))[0]!["verdict"]!);
        await Cancel(await service.WaitForStep("replace"));
        await service.WaitForEnd();

        await service.Push(TestImage.HealthyWeb("v3"));
        await service.WaitForDeployment(verdicts: 3);
        Assert.Equal("v3", await service.AskService());
    }

    [Fact]
    public async Task A_waiting_deployment_is_canceled_before_it_begins()
    {
        var service = await world.CreateRunningService("waiting");
        await service.Push(TestImage.HealthyOnFile("v2"));
        await service.WaitForStep("replace");
        await service.Push(TestImage.HealthyWeb("v3"));
        await service.WaitForVerdicts(2);

        var waiting = (await service.ListActions())[0];
        Assert.Equal("Pending", (string)waiting["state"]!);
        await Cancel(waiting);
        Assert.Equal("Canceled", (string)(await service.ListActions())[0]["state"]!);
        await service.Touch("/tmp/healthy");
        await service.WaitForEnd();
        Assert.Equal("v2", await service.AskService());
    }

    [Fact]
    public async Task A_cancel_that_was_accepted_while_the_engine_was_away_outlives_a_kill()
    {
        var service = await world.CreateRunningService("promised", new { autorestart = "ALWAYS" });
        await service.Push(TestImage.HealthyOnFile("v2"));
        var action = await service.WaitForStep("replace");
        await world.Docker.Kill();
        Assert.Equal(HttpStatusCode.Accepted, (await Cancel(action)).Status);
        await world.App.Kill();
        await world.Docker.StartAgain();
        await world.App.Start();

        Assert.Equal("Canceled", (string)(await service.WaitForEnd())["state"]!);
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task What_failed_can_be_retried_for_the_same_version()
    {
        var service = await world.CreateRunningService("retry");
        var digest = await service.Push(TestImage.NeedingEnvironment("v2", "COLOR"));
        var failed = await service.WaitForJudgement();
        Assert.Equal(("Failed", true), ((string)failed["state"]!, (bool)failed["can_be_retried"]!));
        await service.Push(TestImage.Exiting("v3", "no"));
        await service.WaitForJudgement(verdicts: 2);
        await service.Patch(new { container_envvars = new[] { new { key = "COLOR", value = "blue" } } });

        var (status, retried) = await world.App.Send(HttpMethod.Post, (string)failed["resource_uri"]! + "retry/");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.NotEqual((string)failed["uuid"]!, (string)retried["uuid"]!);
        var action = await service.WaitForEnd();
        Assert.Equal(("Success", digest), ((string)action["state"]!, (string)action["digest"]!));
        Assert.Equal("v2", await service.AskService());
        Assert.Equal(HttpStatusCode.Conflict, (await world.App.Send(HttpMethod.Post, (string)action["resource_uri"]! + "retry/")).Status);
    }

    [Fact]
    public async Task Rolled_back_it_runs_the_version_before_until_something_newer_comes()
    {
        var service = await world.CreateRunningService("back");
        Assert.Equal(HttpStatusCode.Conflict, (await service.TryPost("rollback/")).Status);
        var first = (string)(await service.Get())["current_version"]!["digest"]!;
        var second = await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForDeployment();
        var third = await service.Push(TestImage.HealthyWeb("v3"));
        await service.WaitForDeployment(verdicts: 2);

        await service.Post("rollback/");
        var action = await service.WaitForEnd();
        Assert.Equal(("Success", second, true), ((string)action["state"]!, (string)action["digest"]!, (bool)action["is_rollback"]!));
        Assert.DoesNotContain("Pulling", await service.ReadLog(action), StringComparison.Ordinal);
        Assert.Equal("v2", await service.AskService());
        Assert.Equal(third, (string)(await service.Get())["rolled_back_from"]!["digest"]!);

        // back is back, not to and fro
        await service.Post("rollback/");
        Assert.Equal(first, (string)(await service.WaitForEnd())["digest"]!);
        Assert.Equal("v1", await service.AskService());

        await world.SendDelivery(service.Name, "latest", third);
        await world.SendDelivery(service.Name, "latest", second);
        Assert.Equal(["rolled_back", "rolled_back"], (await service.WaitForVerdicts(4)).Take(2).Select(v => (string)v!["reason"]!));
        Assert.Equal("v1", await service.AskService());

        await service.Push(TestImage.HealthyWeb("v4"));
        await service.WaitForDeployment(verdicts: 5);
        Assert.Equal("v4", await service.AskService());
        Assert.Null((await service.Get())["rolled_back_from"]);
    }

    [Fact]
    public async Task A_rollback_goes_to_what_an_action_or_a_digest_names()
    {
        var service = await world.CreateRunningService("named");
        var start = (await service.ListActions())[0];
        var second = await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForDeployment();

        Assert.Equal("v1", await Back((string)start["uuid"]!));
        Assert.Equal("v2", await Back(second));
        Assert.Null((await service.Get())["rolled_back_from"]);

        foreach (var bad in (JsonNode[])["nothing", Guid.NewGuid().ToString(), "sha256:" + new string('0', 64), 7])
        {
            var (status, answer) = await world.App.Send(HttpMethod.Post, $"/api/app/v1/service/{service.Uuid}/rollback/", new { to = bad });
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("`to`", (string)answer["error"]!, StringComparison.Ordinal);
        }

        async Task<string> Back(string to)
        {
            await world.App.Call(HttpMethod.Post, $"/api/app/v1/service/{service.Uuid}/rollback/", new { to });
            Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
            return await service.AskService();
        }
    }

    [Fact]
    public async Task A_service_of_a_repository_goes_back_without_a_build()
    {
        using var project = GitProject.Create(world);
        var service = await project.CreateRunningService();
        var second = project.CommitVersion("v2");
        await service.WaitForDeployment();

        await service.Post("rollback/");
        var action = await service.WaitForEnd();
        Assert.Equal("Success", (string)action["state"]!);
        Assert.DoesNotContain("Building", await service.ReadLog(action), StringComparison.Ordinal);
        Assert.Equal("v1", await service.AskService());

        await project.SendDelivery("refs/heads/main", second);
        Assert.Equal("rolled_back", (string)(await service.WaitForVerdicts(2))[0]!["reason"]!);
        project.CommitVersion("v3");
        await service.WaitForDeployment(verdicts: 3);
        Assert.Equal("v3", await service.AskService());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_that_ends_while_it_bakes_is_taken_back(bool killed)
    {
        var service = await world.CreateRunningService("bake", new { bake_seconds = 3600 });
        var before = await service.ListContainerIds();
        var digest = await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForStep("bake");
        await Eventually.Until(
            async () => (await service.ReadLog((await service.ListActions())[0])).Contains("keep well", StringComparison.Ordinal),
            "it bakes"
        );
        Assert.Equal("v2", await service.AskService());
        if (killed)
        {
            await world.App.Kill();
            await world.App.Start();
            await Eventually.Until(
                async () => (await service.ReadLog((await service.ListActions())[0])).Contains(" s more.", StringComparison.Ordinal),
                "it goes on"
            );
        }

        await world.Cli("exec", "-d", await service.WaitForNewContainer(before), "sh", "-c", "kill $(pidof httpd)");
        var action = await service.WaitForEnd();
        Assert.Equal(("Failed", true), ((string)action["state"]!, (bool)action["rolled_back"]!));
        Assert.Contains("exited with code 1", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal(before, await service.ListContainerIds());
        Assert.Equal("v1", await service.AskService());
        await world.SendDelivery(service.Name, "latest", digest);
        Assert.Equal("failed_before", (string)(await service.WaitForVerdicts(2))[0]!["reason"]!);
    }

    [Fact]
    public async Task A_version_that_keeps_well_stays_and_a_newer_one_need_not_wait_for_that()
    {
        var service = await world.CreateRunningService("kept", new { bake_seconds = 3600 });
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForStep("bake");
        await service.Push(TestImage.HealthyWeb("v3"));
        await service.WaitForVerdicts(2);
        await Eventually.Until(async () => (string)(await service.ListActions())[1]["state"]! == "Success", "the bake is over");
        await service.WaitForStep("bake");
        await service.Patch(new { bake_seconds = 1 });
        await Cancel((await service.ListActions())[0]);
        Assert.Equal("Canceled", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("v2", await service.AskService());

        await service.Push(TestImage.HealthyWeb("v4"));
        await service.WaitForDeployment(verdicts: 3);
        Assert.Equal("v4", await service.AskService());
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task A_deployment_that_takes_too_long_fails()
    {
        var service = await world.CreateRunningService("slow");
        await service.Patch(new { prove_timeout = 1 });
        var before = await service.ListContainerIds();
        await service.Push(TestImage.HealthyOnFile("v2"));
        var action = await service.WaitForJudgement();
        Assert.Contains("within 1 s", (string)action["result"]!, StringComparison.Ordinal);

        await service.Patch(new { prove_timeout = (int?)null, deployment_timeout = 1 });
        await service.Push(TestImage.HealthyOnFile("v3"));
        action = await service.WaitForJudgement(verdicts: 2);
        Assert.Contains("not through within 1 s", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal(before, await service.ListContainerIds());
        Assert.Equal("v1", await service.AskService());
    }

    [Fact]
    public async Task When_the_old_containers_go_there_is_no_way_back_whatever_the_time()
    {
        var service = await world.CreateRunningService(
            "late",
            new { stop_timeout = 10 },
            version =>
                TestImage.HealthyWeb(version) with
                {
                    Files = new Dictionary<string, string>
                    {
                        ["start"] = "trap '' TERM\nexec httpd -f -p 8080 -h /www\n",
                        ["www/index.html"] = version,
                    },
                }
        );
        await service.Push(TestImage.HealthyWeb("v2"));
        var action = await service.WaitForStep("retire");
        await service.Patch(new { deployment_timeout = 1 });
        Assert.Equal(HttpStatusCode.Conflict, (await Cancel(action)).Status);
        await world.App.Kill();
        await world.App.Start();
        await service.WaitForDeployment();
        Assert.Equal("v2", await service.AskService());
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task So_many_deployments_go_on_at_a_time_and_a_persons_goes_before_a_pushs()
    {
        var environment = new Dictionary<string, string> { ["AUTODEPLOY_DEPLOYMENTS_AT_ONCE"] = "1" };
        await using var app = await AutoDeployProcess.Start(world.Docker.Host, environment: environment);
        var hook = (string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "image" }))["url"]!;
        var (first, second, third) = (await Service("first"), await Service("second"), await Service("third"));

        await TestImage.HealthyOnFile("v2").Push(world.QuietRegistry, first.Name, "latest");
        await Tell(first);
        await first.WaitForStep("replace");
        await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, second.Name, "latest");
        await Tell(second);
        await Place(second, 1);
        await third.Post("redeploy/");
        await Place(third, 1);
        await Place(second, 2);

        // a restart forgets nobody
        await app.Kill();
        await app.Start();
        await Place(third, 1);
        await Place(second, 2);
        Assert.Equal("replace", (string)(await first.ListActions())[0]["step"]!);

        await first.Touch("/tmp/healthy");
        foreach (var service in (TestService[])[first, second, third])
            Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.True(Began((await third.ListActions())[0]) <= Began((await second.ListActions())[0]));

        Task<TestService> Service(string what) => world.CreateRunningService(what, app: app);

        Task Tell(TestService service) =>
            app.Call(HttpMethod.Post, new Uri(hook).PathAndQuery, new { image = $"{world.Registry.Host}/{service.Name}:latest" });

        static DateTimeOffset Began(JsonNode action) =>
            DateTimeOffset.Parse((string)action["start_date"]!, System.Globalization.CultureInfo.InvariantCulture);
        static Task Place(TestService service, int place) =>
            Eventually.Until(
                async () => (int?)(await service.ListActions())[0]["waiting_place"] == place,
                $"{service.Name} is number {place}"
            );
    }

    private Task<(HttpStatusCode Status, JsonNode Body)> Cancel(JsonNode action) =>
        world.App.Send(HttpMethod.Post, (string)action["resource_uri"]! + "cancel/");
}
