using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>What a push does to a service, and what it must not do.</summary>
[Collection(World.OfWaiting)]
public class PushTests(World world)
{
    [Fact]
    public async Task A_push_replaces_the_container_and_says_so()
    {
        var service = await world.Running("web");
        Assert.Equal("v1", await service.Ask());
        var before = await service.Container();

        var digest = await service.Push(TestImage.HealthyWeb("v2"));
        var action = await service.Deployed();

        var answer = await service.Ask();
        Assert.True(answer == "v2", $"{answer}\n{action.ToJsonString()}\n{await service.Log(action)}\n{await world.Cli("ps", "-a")}");
        var after = await service.Container();
        Assert.NotEqual((string)before["Id"]!, (string)after["Id"]!);
        Assert.Equal($"/{service.Name}-1", (string)after["Names"]![0]!);
        Assert.Equal(digest, (string)after["Labels"]!["autodeploy.digest"]!);

        var seen = await service.Get();
        Assert.Equal(digest, (string)seen["current_version"]!["digest"]!);
        Assert.Equal("latest", (string)seen["current_version"]!["tag"]!);
        Assert.Equal("Running", (string)seen["state"]!);

        var verdict = Assert.Single(await service.Verdicts(1))!;
        Assert.Equal(("deploy", "new"), ((string)verdict["verdict"]!, (string)verdict["reason"]!));
        Assert.Equal((string)action["resource_uri"]!, (string)verdict["action"]!);

        Assert.Equal("Success", (string)action["state"]!);
        Assert.False((bool)action["is_user_action"]!);
        var log = await service.Log(action);
        foreach (var part in (string[])["push of", digest, "Pulling", "Starting", "is healthy", "Switched", "is gone"])
            Assert.Contains(part, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_autoredeploy_off_a_push_only_shows_what_is_available()
    {
        var service = await world.Running("off", new { autoredeploy = false });
        var before = await service.Ids();
        var digest = await service.Push(TestImage.HealthyWeb("v2"));
        await service.Skipped("autoredeploy_off");
        Assert.Equal(before, await service.Ids());
        Assert.Equal(digest, (string)(await service.Get())["available_version"]!["digest"]!);

        await service.Patch(new { autoredeploy = true });
        await service.Push(TestImage.HealthyWeb("v3"));
        await service.Deployed(verdicts: 2);
        Assert.Equal("v3", await service.Ask());
        Assert.Null((await service.Get())["available_version"]);
    }

    [Fact]
    public async Task A_stopped_service_stays_stopped_until_a_person_starts_it()
    {
        var service = await world.Running("stopped");
        await service.Post("stop/");
        await service.Ended();
        Assert.Equal("Stopped", await service.State());

        var digest = await service.Push(TestImage.HealthyWeb("v2"));
        await service.Skipped("stopped");
        Assert.Equal("Stopped", await service.State());
        Assert.Equal("exited", (string)(await service.Container())["State"]!);
        Assert.Equal(digest, (string)(await service.Get())["available_version"]!["digest"]!);

        await service.Post("start/");
        await service.Ended();
        Assert.Equal("v1", await service.Ask());
        await service.Post("redeploy/");
        await service.Ended();
        Assert.Equal("v2", await service.Ask());
    }

    [Fact]
    public async Task A_service_that_was_never_started_is_not_started_by_a_push()
    {
        var service = await world.Created("never");
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.Skipped("stopped");
        Assert.Equal("Not running", await service.State());
        Assert.Empty(await service.Containers());
    }

    [Fact]
    public async Task Another_tag_is_another_thing()
    {
        var service = await world.Running("tag");
        var before = await service.Ids();
        await service.Push(TestImage.HealthyWeb("v2"), tag: "2.0");
        Assert.Contains("\"2.0\"", await service.Skipped("tag"), StringComparison.Ordinal);
        Assert.Equal(before, await service.Ids());
    }

    [Fact]
    public async Task With_the_policy_any_a_service_moves_to_every_tag()
    {
        var service = await world.Running("any", new { tag_policy = "any" });
        await service.Push(TestImage.HealthyWeb("v2"), tag: "2.0");
        await service.Deployed();
        Assert.Equal("v2", await service.Ask());
        Assert.Equal($"{world.Registry.Host}/{service.Name}:2.0", (string)(await service.Get())["image_name"]!);
    }

    [Fact]
    public async Task A_push_that_is_told_before_the_tag_means_it_is_not_lost()
    {
        var service = await world.Running("early");
        var digest = await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, service.Name, "elsewhere");
        await world.Tell(service.Name, "latest", digest);
        await Wait.Until(async () => (await service.Log((await service.Actions())[0])).Contains("Asking again.", StringComparison.Ordinal), "the tag is looked up again");
        Assert.Equal(digest, await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, service.Name, "latest"));
        await service.Deployed();
        Assert.Equal("v2", await service.Ask());
        Assert.Equal(digest, (string)(await service.Get())["current_version"]!["digest"]!);
    }

    [Fact]
    public async Task A_push_that_is_told_of_after_a_newer_one_does_not_take_its_place()
    {
        var service = await world.Running("late");
        var older = await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, service.Name, "latest");
        await service.Push(TestImage.HealthyWeb("v3"));
        await service.Deployed();
        await world.Tell(service.Name, "latest", older);
        var action = await service.Deployed(verdicts: 2);
        Assert.Contains("is what runs already; nothing was done", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal("v3", await service.Ask());
    }

    [Fact]
    public async Task A_deleted_tag_changes_nothing()
    {
        var service = await world.Running("deleted");
        var digest = (string)(await service.Get())["current_version"]!["digest"]!;
        await world.Registry.Delete(service.Name, digest);
        await service.Skipped("deleted");
        Assert.Equal("v1", await service.Ask());
    }

    [Fact]
    public async Task The_same_notification_ten_times_is_one_deployment()
    {
        var service = await world.Running("ten");
        var digest = await service.Push(TestImage.HealthyWeb("v2"));
        await service.Deployed();

        // other deliveries of the same news; the registry's own was the first
        for (var i = 0; i < 10; i++)
            await world.Tell(service.Name, "latest", digest);
        var verdicts = await service.Verdicts(11);
        Assert.Equal(10, verdicts.Count(v => (string)v!["reason"]! == "current"));

        // and the very same delivery, again and again
        var id = Guid.NewGuid().ToString();
        for (var i = 0; i < 10; i++)
            await world.Tell(service.Name, "latest", digest, id);
        Assert.Equal(12, (await service.Verdicts(12)).Count);
        Assert.Equal(2, (await service.Actions()).Count);
    }

    [Fact]
    public async Task Five_pushes_during_a_deployment_are_at_most_one_more_and_the_newest()
    {
        var service = await world.Running("five");
        await service.Push(TestImage.HealthyOnFile("v2"));
        var action = await Wait.For(async () => (await service.Actions()).FirstOrDefault(a => (string)a["state"]! == "In progress"));
        await service.Run(2);

        for (var version = 3; version <= 7; version++)
        {
            await service.Push(TestImage.HealthyWeb($"v{version}"));
            await service.Verdicts(version - 1);
        }

        var proving = (await service.Containers()).Single(c => ((string)c["Labels"]!["autodeploy.deployment"]!) == (string)action["uuid"]!);
        await world.Cli("exec", (string)proving["Id"]!, "touch", "/tmp/healthy");
        await service.Ended();

        Assert.Equal("v7", await service.Ask());
        var states = (await service.Actions()).Select(a => (string)a["state"]!).ToList();
        Assert.Equal(["Success", "Canceled", "Canceled", "Canceled", "Canceled", "Success", "Success"], states); // the last one is the start
        Assert.Single(await service.Containers());
    }

    [Fact]
    public async Task Docker_hub_tells_no_digest_and_the_repeats_of_one_push_are_one_deployment()
    {
        // a Docker Hub that this machine cannot reach: what is told is recorded and judged, and the deployment says what is wrong
        var url = new Uri((string)(await world.App.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "dockerhub" }))["url"]!).PathAndQuery;
        var created = await world.App.Call(HttpMethod.Post, "/api/app/v1/service/", new { name = World.Name("hub"), image = "acme/hub-test", autoredeploy = true });
        var service = new TestService(world, (string)created["uuid"]!, (string)created["name"]!);
        var body = new { push_data = new { tag = "latest", pushed_at = 1760000000.5 }, repository = new { repo_name = "acme/hub-test" } };
        for (var i = 0; i < 6; i++)
            await world.App.Call(HttpMethod.Post, url, body);
        await service.Skipped("stopped");
    }
}
