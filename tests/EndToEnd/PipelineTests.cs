using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>How pipelines and people without a webhook tell of new versions: announcements and triggers.</summary>
[Collection(World.OfGit)]
public class PipelineTests(World world)
{
    [Fact]
    public async Task An_announced_tag_is_deployed_wherever_the_image_is_used()
    {
        var service = await world.Running("announced");
        var other = await world.Running("other");
        await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, service.Name, "2.0");
        var organization = (string)(await world.App.Get("/organization"))["results"]![0]!["id"]!;

        var status = await world.App.Call(HttpMethod.Post, $"/organization/{organization}/container/deploy", new { image_name = service.Name, tag = "2.0" });
        Assert.Equal((service.Uuid, "DEPLOYMENT_QUEUED"), ((string)status["id"]!, (string)status["state"]!));
        var told = Assert.Single(status["services"]!.AsArray())!;
        Assert.Equal((service.Name, "DEPLOYMENT_QUEUED", "deploy"), ((string)told["name"]!, (string)told["state"]!, (string)told["verdict"]!));

        await service.Deployed();
        Assert.Equal("v2", await service.Ask());
        Assert.Equal($"{world.Registry.Host}/{service.Name}:2.0", (string)(await service.Get())["image_name"]!);
        Assert.Equal("DEPLOYED", (string)(await world.App.Get($"/container/{service.Uuid}/status"))["state"]!);
        Assert.Empty((await world.App.Get($"/api/app/v1/service/{other.Uuid}/verdict/"))["objects"]!.AsArray());

        // the same again is no news
        await world.App.Call(HttpMethod.Post, $"/organization/{organization}/job/deploy", new { image_name = service.Name, tag = "2.0" });
        Assert.Equal("current", (string)(await service.Verdicts(2))[0]!["reason"]!);
    }

    [Fact]
    public async Task An_announcement_does_not_start_what_is_stopped_nor_move_what_is_off()
    {
        var stopped = await world.Running("announcestopped");
        await stopped.Post("stop/");
        await stopped.Ended();
        await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, stopped.Name, "2.0");
        var status = await world.App.Call(HttpMethod.Post, "/organization/default/container/deploy", new { image_name = $"any.host.test/{stopped.Name}", tag = "2.0" });
        Assert.Equal((stopped.Uuid, "STOPPED"), ((string)status["id"]!, (string)status["state"]!));
        await stopped.Skipped("stopped");
        Assert.Equal("2.0", (string)(await stopped.Get())["available_version"]!["tag"]!);
    }

    [Fact]
    public async Task A_person_deploys_a_tag_stops_restarts_and_goes_back()
    {
        var service = await world.Running("persons", new { autoredeploy = false });
        await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, service.Name, "2.0");
        await Do("deploy", new { image_tag = "2.0" }, "DEPLOYMENT_QUEUED");
        Assert.Equal("v2", await service.Ask());

        var before = await service.Ids();
        await Do("restart-service", null, "DEPLOYMENT_QUEUED");
        Assert.Equal("v2", await service.Ask());
        Assert.NotEqual(before, await service.Ids());

        await Do("deploy", new { image_tag = "latest" }, "DEPLOYMENT_QUEUED");
        Assert.Equal("v1", await service.Ask());
        await Do("deploy", new { image_tag = "" }, "DEPLOYMENT_QUEUED");
        await Do("stop", null, "STOP_QUEUED");
        Assert.Equal("Stopped", await service.State());
        Assert.Equal("STOPPED", (string)(await world.App.Get($"/container/{service.Uuid}/status"))["state"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await world.App.Send(HttpMethod.Post, $"/container/{service.Uuid}/stop")).Status);
        await Do("redeploy", null, "DEPLOYMENT_QUEUED");
        Assert.Equal("v1", await service.Ask());

        async Task Do(string verb, object? body, string state)
        {
            var status = await world.App.Call(HttpMethod.Post, $"/container/{service.Uuid}/{verb}", body);
            Assert.Equal(state, (string)status["state"]!);
            var action = await service.Ended();
            Assert.True((string)action["state"]! == "Success", action.ToJsonString());
        }
    }

    [Fact]
    public async Task A_trigger_redeploys_without_credentials_and_hands_its_body_over()
    {
        var service = await world.Running("triggered", new { autoredeploy = false });
        await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, service.Name, "latest");
        var trigger = await world.App.Call(HttpMethod.Post, $"/api/app/v1/service/{service.Uuid}/trigger/", new { name = "ci", pass_body = true });
        using var anybody = new HttpClient { BaseAddress = world.App.Http.BaseAddress };

        Assert.Equal(HttpStatusCode.Accepted, await Call("anything: at all"));
        var action = await service.Ended();
        Assert.Equal(("Success", "trigger"), ((string)action["state"]!, (string)action["cause"]!["kind"]!));
        Assert.DoesNotContain((string)trigger["uuid"]!, action.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("v2", await service.Ask());
        Assert.Equal("anything: at all", await world.Cli("exec", (await service.Ids()).Single(), "sh", "-c", "echo $DOCKERCLOUD_TRIGGER_BODY"));

        // a burst is one more at most
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.Accepted, await Call($"{i}"));
        await service.Ended();
        var redeploys = (await service.Actions()).Where(a => (string)a["action"]! == "Service Redeploy").ToList();
        Assert.InRange(redeploys.Count(a => (string)a["state"]! == "Success"), 2, 3);
        Assert.Equal("4", await world.Cli("exec", (await service.Ids()).Single(), "sh", "-c", "echo $DOCKERCLOUD_TRIGGER_BODY"));

        await service.Post("stop/");
        await service.Ended();
        Assert.Equal(HttpStatusCode.Conflict, await Call(""));
        Assert.Equal("Stopped", await service.State());
        await world.App.Call(HttpMethod.Delete, (string)trigger["resource_uri"]!);
        Assert.Equal(HttpStatusCode.NotFound, await Call(""));

        async Task<HttpStatusCode> Call(string body)
        {
            using var answer = await anybody.PostAsync((string)trigger["url"]!, new StringContent(body, Encoding.UTF8, "text/plain"));
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_trigger_scales_up()
    {
        var service = await world.Running("scaledup");
        var trigger = await world.App.Call(HttpMethod.Post, $"/api/app/v1/service/{service.Uuid}/trigger/", new { operation = "scaleup" });
        await world.App.Call(HttpMethod.Post, (string)trigger["url"]!);
        await service.Ended();
        Assert.Equal(2, (await service.Containers()).Count);
        Assert.Equal(2, (int)(await service.Get())["target_num_containers"]!);
    }

    [Fact]
    public async Task A_setting_that_is_changed_during_a_deployment_does_not_take_its_tag_back()
    {
        var service = await world.Running("patched", new { tag_policy = "any" });
        await service.Push(TestImage.HealthyOnFile("v2"), "2.0");
        await service.At("replace");
        await service.Patch(new { container_envvars = new[] { new { key = "A", value = "1" } } });
        await service.Touch("/tmp/healthy");
        await service.Deployed();

        var now = await service.Get();
        Assert.Equal($"{world.Registry.Host}/{service.Name}:2.0", (string)now["image_name"]!);
        Assert.False((bool)now["synchronized"]!);
        await service.Post("redeploy/");
        await service.At("replace");
        await service.Touch("/tmp/healthy");
        await service.Ended();
        Assert.Equal("v2", await service.Ask());
    }

    [Fact]
    public async Task Equal_pushes_in_a_moment_are_one_deployment_and_a_kill_meanwhile_loses_none()
    {
        var service = await world.Running("moment");
        var digest = await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, service.Name, "latest");
        for (var i = 0; i < 10; i++)
            await world.Tell(service.Name, "latest", digest);
        await world.App.Kill();
        await world.App.Start();

        var verdicts = await service.Verdicts(10);
        Assert.Single(verdicts, v => (string)v!["verdict"]! == "deploy");
        Assert.Equal(9, verdicts.Count(v => (string)v!["reason"]! == "current"));
        await service.Deployed(10);
        Assert.Equal("v2", await service.Ask());
    }

    [Fact]
    public async Task A_push_under_another_name_of_the_registry_is_heard()
    {
        var service = await world.Running("aliased");
        var alias = await world.App.Call(HttpMethod.Post, "/api/app/v1/hostalias/", new { alias = "registry.internal.test:5000", host = world.Registry.Host });
        try
        {
            var hook = new Uri((string)(await world.App.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "image" }))["url"]!).PathAndQuery;
            var digest = await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, service.Name, "latest");
            await world.App.Call(HttpMethod.Post, hook, new { image = $"registry.internal.test:5000/{service.Name}:latest", digest });
            await service.Deployed();
            Assert.Equal("v2", await service.Ask());
        }
        finally
        {
            await world.App.Call(HttpMethod.Delete, (string)alias["resource_uri"]!);
        }
    }

    [Fact]
    public async Task A_semver_policy_follows_what_fits_and_never_goes_down()
    {
        var service = await world.Running("versions", new { tag_policy = "any" });
        await TestImage.HealthyWeb("1.2.0").Push(world.QuietRegistry, service.Name, "1.2.0");
        await world.App.Call(HttpMethod.Post, $"/container/{service.Uuid}/deploy", new { image_tag = "1.2.0" });
        await service.Ended();
        await service.Patch(new { tag_policy = "semver:^1.2" });

        await service.Push(TestImage.HealthyWeb("1.3.0"), "1.3.0");
        await service.Deployed();
        Assert.Equal("1.3.0", await service.Ask());
        await service.Push(TestImage.HealthyWeb("1.2.9"), "1.2.9");
        Assert.Equal("tag", (string)(await service.Verdicts(2))[0]!["reason"]!);
        await service.Push(TestImage.HealthyWeb("2.0.0"), "2.0.0");
        Assert.Equal("tag", (string)(await service.Verdicts(3))[0]!["reason"]!);
        Assert.Equal("1.3.0", await service.Ask());
    }
}
