using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>What a push does to a service, and what it must not do.</summary>
[Collection(TestEnvironment.WaitingCollectionName)]
public class PushTests(TestEnvironment environment)
{
    [Fact]
    public async Task A_push_replaces_the_container_and_says_so()
    {
        var service = await environment.CreateRunningService("web");
        Assert.Equal("v1", await service.AskService());
        var before = await service.GetContainer();

        var digest = await service.Push(TestImage.HealthyWeb("v2"));
        var action = await service.WaitForDeployment();

        var answer = await service.AskService();
        Assert.True(
            answer == "v2",
            $"{answer}\n{action.ToJsonString()}\n{await service.ReadLog(action)}\n{await environment.Cli("ps", "-a")}"
        );
        var after = await service.GetContainer();
        Assert.NotEqual((string)before["Id"]!, (string)after["Id"]!);
        Assert.Equal($"/{service.Name}-1", (string)after["Names"]![0]!);
        Assert.Equal(digest, (string)after["Labels"]!["autodeploy.digest"]!);

        var seen = await service.Get();
        Assert.Equal(digest, (string)seen["current_version"]!["digest"]!);
        Assert.Equal("latest", (string)seen["current_version"]!["tag"]!);
        Assert.Equal("Running", (string)seen["state"]!);

        var verdict = Assert.Single(await service.WaitForVerdicts(1))!;
        Assert.Equal(("deploy", "new"), ((string)verdict["verdict"]!, (string)verdict["reason"]!));
        Assert.Equal((string)action["resource_uri"]!, (string)verdict["action"]!);

        Assert.Equal("Success", (string)action["state"]!);
        Assert.False((bool)action["is_user_action"]!);
        var log = await service.ReadLog(action);
        foreach (var part in (string[])["push of", digest, "Pulling", "Starting", "is healthy", "Switched", "is gone"])
            Assert.Contains(part, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_autoredeploy_off_a_push_only_shows_what_is_available()
    {
        var service = await environment.CreateRunningService("off", new { autoredeploy = false });
        var before = await service.ListContainerIds();
        var digest = await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForSkip("autoredeploy_off");
        Assert.Equal(before, await service.ListContainerIds());
        Assert.Equal(digest, (string)(await service.Get())["available_version"]!["digest"]!);

        await service.Patch(new { autoredeploy = true });
        await service.Push(TestImage.HealthyWeb("v3"));
        await service.WaitForDeployment(verdicts: 2);
        Assert.Equal("v3", await service.AskService());
        Assert.Null((await service.Get())["available_version"]);
    }

    [Fact]
    public async Task A_stopped_service_stays_stopped_until_a_person_starts_it()
    {
        var service = await environment.CreateRunningService("stopped");
        await service.Post("stop/");
        await service.WaitForEnd();
        Assert.Equal("Stopped", await service.GetState());

        var digest = await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForSkip("stopped");
        Assert.Equal("Stopped", await service.GetState());
        Assert.Equal("exited", (string)(await service.GetContainer())["State"]!);
        Assert.Equal(digest, (string)(await service.Get())["available_version"]!["digest"]!);

        await service.Post("start/");
        await service.WaitForEnd();
        Assert.Equal("v1", await service.AskService());
        await service.Post("redeploy/");
        await service.WaitForEnd();
        Assert.Equal("v2", await service.AskService());
    }

    [Fact]
    public async Task A_service_that_was_never_started_is_not_started_by_a_push()
    {
        var service = await environment.CreateService("never");
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForSkip("stopped");
        Assert.Equal("Not running", await service.GetState());
        Assert.Empty(await service.ListContainers());
    }

    [Fact]
    public async Task Another_tag_is_another_thing()
    {
        var service = await environment.CreateRunningService("tag");
        var before = await service.ListContainerIds();
        await service.Push(TestImage.HealthyWeb("v2"), tag: "2.0");
        Assert.Contains("\"2.0\"", await service.WaitForSkip("tag"), StringComparison.Ordinal);
        Assert.Equal(before, await service.ListContainerIds());
    }

    [Fact]
    public async Task With_the_policy_any_a_service_moves_to_every_tag()
    {
        var service = await environment.CreateRunningService("any", new { tag_policy = "any" });
        await service.Push(TestImage.HealthyWeb("v2"), tag: "2.0");
        await service.WaitForDeployment();
        Assert.Equal("v2", await service.AskService());
        Assert.Equal($"{environment.Registry.Host}/{service.Name}:2.0", (string)(await service.Get())["image_name"]!);
    }

    [Fact]
    public async Task A_push_that_is_told_before_the_tag_means_it_is_not_lost()
    {
        var service = await environment.CreateRunningService("early");
        var digest = await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "elsewhere");
        await environment.SendDelivery(service.Name, "latest", digest);
        await Eventually.Until(
            async () => (await service.ReadLog((await service.ListActions())[0])).Contains("Asking again.", StringComparison.Ordinal),
            "the tag is looked up again"
        );
        Assert.Equal(digest, await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "latest"));
        await service.WaitForDeployment();
        Assert.Equal("v2", await service.AskService());
        Assert.Equal(digest, (string)(await service.Get())["current_version"]!["digest"]!);
    }

    [Fact]
    public async Task A_push_that_is_told_of_after_a_newer_one_does_not_take_its_place()
    {
        var service = await environment.CreateRunningService("late");
        var older = await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "latest");
        await service.Push(TestImage.HealthyWeb("v3"));
        await service.WaitForDeployment();
        await environment.SendDelivery(service.Name, "latest", older);
        var action = await service.WaitForDeployment(verdicts: 2);
        Assert.Contains("is what runs already; nothing was done", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal("v3", await service.AskService());
    }

    [Fact]
    public async Task A_deleted_tag_changes_nothing()
    {
        var service = await environment.CreateRunningService("deleted");
        var digest = (string)(await service.Get())["current_version"]!["digest"]!;
        await environment.Registry.Delete(service.Name, digest);
        await service.WaitForSkip("deleted");
        Assert.Equal("v1", await service.AskService());
    }

    [Fact]
    public async Task The_same_notification_ten_times_is_one_deployment()
    {
        var service = await environment.CreateRunningService("ten");
        var digest = await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForDeployment();

        // other deliveries of the same news; the registry's own was the first
        for (var i = 0; i < 10; i++)
            await environment.SendDelivery(service.Name, "latest", digest);
        var verdicts = await service.WaitForVerdicts(11);
        Assert.Equal(10, verdicts.Count(v => (string)v!["reason"]! == "current"));

        // and the very same delivery, again and again
        var id = Guid.NewGuid().ToString();
        for (var i = 0; i < 10; i++)
            await environment.SendDelivery(service.Name, "latest", digest, id);
        Assert.Equal(12, (await service.WaitForVerdicts(12)).Count);
        Assert.Equal(2, (await service.ListActions()).Count);
    }

    [Fact]
    public async Task Five_pushes_during_a_deployment_are_at_most_one_more_and_the_newest()
    {
        var service = await environment.CreateRunningService("five");
        await service.Push(TestImage.HealthyOnFile("v2"));
        var action = await Eventually.UntilFound(async () =>
            (await service.ListActions()).FirstOrDefault(a => (string)a["state"]! == "In progress")
        );
        await service.Run(2);

        for (var version = 3; version <= 7; version++)
        {
            await service.Push(TestImage.HealthyWeb($"v{version}"));
            await service.WaitForVerdicts(version - 1);
        }

        var proving = (await service.ListContainers()).Single(c =>
            ((string)c["Labels"]!["autodeploy.deployment"]!) == (string)action["uuid"]!
        );
        await environment.Cli("exec", (string)proving["Id"]!, "touch", "/tmp/healthy");
        await service.WaitForEnd();

        Assert.Equal("v7", await service.AskService());
        var states = (await service.ListActions()).Select(a => (string)a["state"]!).ToList();
        // the last one is the start
        Assert.Equal(["Success", "Canceled", "Canceled", "Canceled", "Canceled", "Success", "Success"], states);
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task Docker_hub_tells_no_digest_and_the_repeats_of_one_push_are_one_deployment()
    {
        // a Docker Hub that this machine cannot reach: what is told is recorded and judged, and the deployment says what is wrong
        var url = new Uri(
            (string)(await environment.App.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "dockerhub" }))["url"]!
        ).PathAndQuery;
        var created = await environment.App.Call(
            HttpMethod.Post,
            "/api/app/v1/service/",
            new
            {
                name = TestEnvironment.CreateName("hub"),
                image = "acme/hub-test",
                autoredeploy = true,
            }
        );
        var service = new TestService(environment, (string)created["uuid"]!, (string)created["name"]!);
        var body = new { push_data = new { tag = "latest", pushed_at = 1760000000.5 }, repository = new { repo_name = "acme/hub-test" } };
        for (var i = 0; i < 6; i++)
            await environment.App.Call(HttpMethod.Post, url, body);
        await service.WaitForSkip("stopped");
    }
}
