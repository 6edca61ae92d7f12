using System.Net;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>What a person can do about deployments: cancel, retry, roll back; and what they do by themselves when a version does not keep well.</summary>
[Collection(World.OfSteering)]
public class SteeringTests(World world)
{
    [Fact]
    public async Task A_deployment_that_is_canceled_while_it_is_proven_leaves_the_old_one_serving()
    {
        var service = await world.Running("cancel", new { target_num_containers = 2 });
        var before = await service.Ids();
        var digest = await service.Push(TestImage.HealthyOnFile("v2"));
        var action = await service.At("replace");
        Assert.True((bool)action["can_be_canceled"]!);
        var progress = (await world.App.Get((string)action["resource_uri"]!))["progress"]!;
        Assert.Equal((0, 2), ((int)progress["containers_proven"]!, (int)progress["containers_wanted"]!));

        var (status, answer) = await Cancel(action);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal("admin", (string)answer["cancel_asked_by"]!);
        action = await service.Ended();
        Assert.Equal(("Canceled", "Canceled by admin."), ((string)action["state"]!, (string)action["result"]!));
        Assert.Equal(before, await service.Ids());
        Assert.Equal("v1", await service.Ask());
        Assert.Equal(HttpStatusCode.Conflict, (await Cancel(action)).Status);

        // it did not fail: told again, it is tried again
        await world.Tell(service.Name, "latest", digest);
        Assert.Equal("deploy", (string)(await service.Verdicts(2))[0]!["verdict"]!);
        await Cancel(await service.At("replace"));
        await service.Ended();

        await service.Push(TestImage.HealthyWeb("v3"));
        await service.Deployed(verdicts: 3);
        Assert.Equal("v3", await service.Ask());
    }

    [Fact]
    public async Task A_waiting_deployment_is_canceled_before_it_begins()
    {
        var service = await world.Running("waiting");
        await service.Push(TestImage.HealthyOnFile("v2"));
        await service.At("replace");
        await service.Push(TestImage.HealthyWeb("v3"));
        await service.Verdicts(2);

        var waiting = (await service.Actions())[0];
        Assert.Equal("Pending", (string)waiting["state"]!);
        await Cancel(waiting);
        Assert.Equal("Canceled", (string)(await service.Actions())[0]["state"]!);
        await service.Touch("/tmp/healthy");
        await service.Ended();
        Assert.Equal("v2", await service.Ask());
    }

    [Fact]
    public async Task A_cancel_that_was_accepted_while_the_engine_was_away_outlives_a_kill()
    {
        var service = await world.Running("promised", new { autorestart = "ALWAYS" });
        await service.Push(TestImage.HealthyOnFile("v2"));
        var action = await service.At("replace");
        await world.Docker.Kill();
        Assert.Equal(HttpStatusCode.Accepted, (await Cancel(action)).Status);
        await world.App.Kill();
        await world.Docker.StartAgain();
        await world.App.Start();

        Assert.Equal("Canceled", (string)(await service.Ended())["state"]!);
        Assert.Single(await service.Containers());
    }

    [Fact]
    public async Task What_failed_can_be_retried_for_the_same_version()
    {
        var service = await world.Running("retry");
        var digest = await service.Push(TestImage.NeedingEnvironment("v2", "COLOR"));
        var failed = await service.Judged();
        Assert.Equal(("Failed", true), ((string)failed["state"]!, (bool)failed["can_be_retried"]!));
        await service.Push(TestImage.Exiting("v3", "no"));
        await service.Judged(verdicts: 2);
        await service.Patch(new { container_envvars = new[] { new { key = "COLOR", value = "blue" } } });

        var (status, retried) = await world.App.Send(HttpMethod.Post, (string)failed["resource_uri"]! + "retry/");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.NotEqual((string)failed["uuid"]!, (string)retried["uuid"]!);
        var action = await service.Ended();
        Assert.Equal(("Success", digest), ((string)action["state"]!, (string)action["digest"]!));
        Assert.Equal("v2", await service.Ask());
        Assert.Equal(HttpStatusCode.Conflict, (await world.App.Send(HttpMethod.Post, (string)action["resource_uri"]! + "retry/")).Status);
    }

    [Fact]
    public async Task Rolled_back_it_runs_the_version_before_until_something_newer_comes()
    {
        var service = await world.Running("back");
        Assert.Equal(HttpStatusCode.Conflict, (await service.TryPost("rollback/")).Status);
        var first = (string)(await service.Get())["current_version"]!["digest"]!;
        var second = await service.Push(TestImage.HealthyWeb("v2"));
        await service.Deployed();
        var third = await service.Push(TestImage.HealthyWeb("v3"));
        await service.Deployed(verdicts: 2);

        await service.Post("rollback/");
        var action = await service.Ended();
        Assert.Equal(("Success", second, true), ((string)action["state"]!, (string)action["digest"]!, (bool)action["is_rollback"]!));
        Assert.DoesNotContain("Pulling", await service.Log(action), StringComparison.Ordinal);
        Assert.Equal("v2", await service.Ask());
        Assert.Equal(third, (string)(await service.Get())["rolled_back_from"]!["digest"]!);

        // back is back, not to and fro
        await service.Post("rollback/");
        Assert.Equal(first, (string)(await service.Ended())["digest"]!);
        Assert.Equal("v1", await service.Ask());

        await world.Tell(service.Name, "latest", third);
        await world.Tell(service.Name, "latest", second);
        Assert.Equal(["rolled_back", "rolled_back"], (await service.Verdicts(4)).Take(2).Select(v => (string)v!["reason"]!));
        Assert.Equal("v1", await service.Ask());

        await service.Push(TestImage.HealthyWeb("v4"));
        await service.Deployed(verdicts: 5);
        Assert.Equal("v4", await service.Ask());
        Assert.Null((await service.Get())["rolled_back_from"]);
    }

    [Fact]
    public async Task A_rollback_goes_to_what_an_action_or_a_digest_names()
    {
        var service = await world.Running("named");
        var start = (await service.Actions())[0];
        var second = await service.Push(TestImage.HealthyWeb("v2"));
        await service.Deployed();

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
            Assert.Equal("Success", (string)(await service.Ended())["state"]!);
            return await service.Ask();
        }
    }

    [Fact]
    public async Task A_service_of_a_repository_goes_back_without_a_build()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running();
        var second = project.Version("v2");
        await service.Deployed();

        await service.Post("rollback/");
        var action = await service.Ended();
        Assert.Equal("Success", (string)action["state"]!);
        Assert.DoesNotContain("Building", await service.Log(action), StringComparison.Ordinal);
        Assert.Equal("v1", await service.Ask());

        await project.Tell("refs/heads/main", second);
        Assert.Equal("rolled_back", (string)(await service.Verdicts(2))[0]!["reason"]!);
        project.Version("v3");
        await service.Deployed(verdicts: 3);
        Assert.Equal("v3", await service.Ask());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_that_ends_while_it_bakes_is_taken_back(bool killed)
    {
        var service = await world.Running("bake", new { bake_seconds = 3600 });
        var before = await service.Ids();
        var digest = await service.Push(TestImage.HealthyWeb("v2"));
        await service.At("bake");
        await Wait.Until(async () => (await service.Log((await service.Actions())[0])).Contains("keep well", StringComparison.Ordinal), "it bakes");
        Assert.Equal("v2", await service.Ask());
        if (killed)
        {
            await world.App.Kill();
            await world.App.Start();
            await Wait.Until(async () => (await service.Log((await service.Actions())[0])).Contains(" s more.", StringComparison.Ordinal), "it goes on");
        }

        await world.Cli("exec", "-d", await service.Fresh(before), "sh", "-c", "kill $(pidof httpd)");
        var action = await service.Ended();
        Assert.Equal(("Failed", true), ((string)action["state"]!, (bool)action["rolled_back"]!));
        Assert.Contains("exited with code 1", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal(before, await service.Ids());
        Assert.Equal("v1", await service.Ask());
        await world.Tell(service.Name, "latest", digest);
        Assert.Equal("failed_before", (string)(await service.Verdicts(2))[0]!["reason"]!);
    }

    [Fact]
    public async Task A_version_that_keeps_well_stays_and_a_newer_one_need_not_wait_for_that()
    {
        var service = await world.Running("kept", new { bake_seconds = 3600 });
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.At("bake");
        await service.Push(TestImage.HealthyWeb("v3"));
        await service.Verdicts(2);
        await Wait.Until(async () => (string)(await service.Actions())[1]["state"]! == "Success", "the bake is over");
        await service.At("bake");
        await service.Patch(new { bake_seconds = 1 });
        await Cancel((await service.Actions())[0]);
        Assert.Equal("Canceled", (string)(await service.Ended())["state"]!);
        Assert.Equal("v2", await service.Ask());

        await service.Push(TestImage.HealthyWeb("v4"));
        await service.Deployed(verdicts: 3);
        Assert.Equal("v4", await service.Ask());
        Assert.Single(await service.Containers());
    }

    [Fact]
    public async Task A_deployment_that_takes_too_long_fails()
    {
        var service = await world.Running("slow");
        await service.Patch(new { prove_timeout = 1 });
        var before = await service.Ids();
        await service.Push(TestImage.HealthyOnFile("v2"));
        var action = await service.Judged();
        Assert.Contains("within 1 s", (string)action["result"]!, StringComparison.Ordinal);

        await service.Patch(new { prove_timeout = (int?)null, deployment_timeout = 1 });
        await service.Push(TestImage.HealthyOnFile("v3"));
        action = await service.Judged(verdicts: 2);
        Assert.Contains("not through within 1 s", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal(before, await service.Ids());
        Assert.Equal("v1", await service.Ask());
    }

    [Fact]
    public async Task When_the_old_containers_go_there_is_no_way_back_whatever_the_time()
    {
        var service = await world.Running("late", new { stop_timeout = 10 }, version => TestImage.HealthyWeb(version) with
        {
            Files = new Dictionary<string, string> { ["start"] = "trap '' TERM\nexec httpd -f -p 8080 -h /www\n", ["www/index.html"] = version },
        });
        await service.Push(TestImage.HealthyWeb("v2"));
        var action = await service.At("retire");
        await service.Patch(new { deployment_timeout = 1 });
        Assert.Equal(HttpStatusCode.Conflict, (await Cancel(action)).Status);
        await world.App.Kill();
        await world.App.Start();
        await service.Deployed();
        Assert.Equal("v2", await service.Ask());
        Assert.Single(await service.Containers());
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
        await first.At("replace");
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
        Assert.Equal("replace", (string)(await first.Actions())[0]["step"]!);

        await first.Touch("/tmp/healthy");
        foreach (var service in (TestService[])[first, second, third])
            Assert.Equal("Success", (string)(await service.Ended())["state"]!);
        Assert.True(Began((await third.Actions())[0]) <= Began((await second.Actions())[0]));

        Task<TestService> Service(string what) => world.Running(what, app: app);

        Task Tell(TestService service) =>
            app.Call(HttpMethod.Post, new Uri(hook).PathAndQuery, new { image = $"{world.Registry.Host}/{service.Name}:latest" });

        static DateTimeOffset Began(JsonNode action) => DateTimeOffset.Parse((string)action["start_date"]!, System.Globalization.CultureInfo.InvariantCulture);
        static Task Place(TestService service, int place) => Wait.Until(
            async () => (int?)(await service.Actions())[0]["waiting_place"] == place, $"{service.Name} is number {place}");
    }

    private Task<(HttpStatusCode Status, JsonNode Body)> Cancel(JsonNode action) =>
        world.App.Send(HttpMethod.Post, (string)action["resource_uri"]! + "cancel/");
}
