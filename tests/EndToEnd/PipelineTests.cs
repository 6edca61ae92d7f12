using System.Net;
using System.Text;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>How pipelines and people without a webhook tell of new versions: announcements and triggers.</summary>
[Collection(TestEnvironment.GitCollectionName)]
public class PipelineTests(TestEnvironment environment)
{
    [Fact]
    public async Task An_announced_tag_is_deployed_wherever_the_image_is_used()
    {
        var service = await environment.CreateRunningService("announced");
        var other = await environment.CreateRunningService("other");
        await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "2.0");
        var organization = (string)(await environment.App.Get("/organization"))["results"]![0]!["id"]!;

        var status = await environment.App.Call(
            HttpMethod.Post,
            $"/organization/{organization}/container/deploy",
            new { image_name = service.Name, tag = "2.0" }
        );
        Assert.Equal((service.Uuid, "DEPLOYMENT_QUEUED"), ((string)status["id"]!, (string)status["state"]!));
        var told = Assert.Single(status["services"]!.AsArray())!;
        Assert.Equal(
            (service.Name, "DEPLOYMENT_QUEUED", "deploy"),
            ((string)told["name"]!, (string)told["state"]!, (string)told["verdict"]!)
        );

        await service.WaitForDeployment();
        Assert.Equal("v2", await service.AskService());
        Assert.Equal($"{environment.Registry.Host}/{service.Name}:2.0", (string)(await service.Get())["image_name"]!);
        Assert.Equal("DEPLOYED", (string)(await environment.App.Get($"/container/{service.Uuid}/status"))["state"]!);
        Assert.Empty((await environment.App.Get($"/api/app/v1/service/{other.Uuid}/verdict/"))["objects"]!.AsArray());

        // the same again is no news
        await environment.App.Call(
            HttpMethod.Post,
            $"/organization/{organization}/job/deploy",
            new { image_name = service.Name, tag = "2.0" }
        );
        Assert.Equal("current", (string)(await service.WaitForVerdicts(2))[0]!["reason"]!);
    }

    [Fact]
    public async Task An_announcement_does_not_start_what_is_stopped_nor_move_what_is_off()
    {
        var stopped = await environment.CreateRunningService("announcestopped");
        await stopped.Post("stop/");
        await stopped.WaitForEnd();
        await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, stopped.Name, "2.0");
        var status = await environment.App.Call(
            HttpMethod.Post,
            "/organization/default/container/deploy",
            new { image_name = $"any.host.test/{stopped.Name}", tag = "2.0" }
        );
        Assert.Equal((stopped.Uuid, "STOPPED"), ((string)status["id"]!, (string)status["state"]!));
        await stopped.WaitForSkip("stopped");
        Assert.Equal("2.0", (string)(await stopped.Get())["available_version"]!["tag"]!);
    }

    [Fact]
    public async Task A_person_deploys_a_tag_stops_restarts_and_goes_back()
    {
        var service = await environment.CreateRunningService("persons", new { autoredeploy = false });
        await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "2.0");
        await Do("deploy", new { image_tag = "2.0" }, "DEPLOYMENT_QUEUED");
        Assert.Equal("v2", await service.AskService());

        var before = await service.ListContainerIds();
        await Do("restart-service", null, "DEPLOYMENT_QUEUED");
        Assert.Equal("v2", await service.AskService());
        Assert.NotEqual(before, await service.ListContainerIds());

        await Do("deploy", new { image_tag = "latest" }, "DEPLOYMENT_QUEUED");
        Assert.Equal("v1", await service.AskService());
        await Do("deploy", new { image_tag = "" }, "DEPLOYMENT_QUEUED");
        await Do("stop", null, "STOP_QUEUED");
        Assert.Equal("Stopped", await service.GetState());
        Assert.Equal("STOPPED", (string)(await environment.App.Get($"/container/{service.Uuid}/status"))["state"]!);
        Assert.Equal(HttpStatusCode.Conflict, (await environment.App.Send(HttpMethod.Post, $"/container/{service.Uuid}/stop")).Status);
        await Do("redeploy", null, "DEPLOYMENT_QUEUED");
        Assert.Equal("v1", await service.AskService());

        async Task Do(string verb, object? body, string state)
        {
            var status = await environment.App.Call(HttpMethod.Post, $"/container/{service.Uuid}/{verb}", body);
            Assert.Equal(state, (string)status["state"]!);
            var action = await service.WaitForEnd();
            Assert.True((string)action["state"]! == "Success", action.ToJsonString());
        }
    }

    [Fact]
    public async Task A_trigger_redeploys_without_credentials_and_hands_its_body_over()
    {
        var service = await environment.CreateRunningService("triggered", new { autoredeploy = false });
        await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "latest");
        var trigger = await environment.App.Call(
            HttpMethod.Post,
            $"/api/app/v1/service/{service.Uuid}/trigger/",
            new { name = "ci", pass_body = true }
        );
        using var anybody = new HttpClient { BaseAddress = environment.App.Http.BaseAddress };

        Assert.Equal(HttpStatusCode.Accepted, await Call("anything: at all"));
        var action = await service.WaitForEnd();
        Assert.Equal(("Success", "trigger"), ((string)action["state"]!, (string)action["cause"]!["kind"]!));
        Assert.DoesNotContain((string)trigger["uuid"]!, action.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("v2", await service.AskService());
        Assert.Equal(
            "anything: at all",
            await environment.Cli("exec", (await service.ListContainerIds()).Single(), "sh", "-c", "echo $DOCKERCLOUD_TRIGGER_BODY")
        );

        // a burst is one more at most
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.Accepted, await Call($"{i}"));
        await service.WaitForEnd();
        var redeploys = (await service.ListActions()).Where(a => (string)a["action"]! == "Service Redeploy").ToList();
        Assert.InRange(redeploys.Count(a => (string)a["state"]! == "Success"), 2, 3);
        Assert.Equal(
            "4",
            await environment.Cli("exec", (await service.ListContainerIds()).Single(), "sh", "-c", "echo $DOCKERCLOUD_TRIGGER_BODY")
        );

        await service.Post("stop/");
        await service.WaitForEnd();
        Assert.Equal(HttpStatusCode.Conflict, await Call(""));
        Assert.Equal("Stopped", await service.GetState());
        await environment.App.Call(HttpMethod.Delete, (string)trigger["resource_uri"]!);
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
        var service = await environment.CreateRunningService("scaledup");
        var trigger = await environment.App.Call(
            HttpMethod.Post,
            $"/api/app/v1/service/{service.Uuid}/trigger/",
            new { operation = "scaleup" }
        );
        await environment.App.Call(HttpMethod.Post, (string)trigger["url"]!);
        await service.WaitForEnd();
        Assert.Equal(2, (await service.ListContainers()).Count);
        Assert.Equal(2, (int)(await service.Get())["target_num_containers"]!);
    }

    [Fact]
    public async Task A_setting_that_is_changed_during_a_deployment_does_not_take_its_tag_back()
    {
        var service = await environment.CreateRunningService("patched", new { tag_policy = "any" });
        await service.Push(TestImage.HealthyOnFile("v2"), "2.0");
        await service.WaitForStep("replace");
        await service.Patch(new { container_envvars = new[] { new { key = "A", value = "1" } } });
        await service.Touch("/tmp/healthy");
        await service.WaitForDeployment();

        var now = await service.Get();
        Assert.Equal($"{environment.Registry.Host}/{service.Name}:2.0", (string)now["image_name"]!);
        Assert.False((bool)now["synchronized"]!);
        await service.Post("redeploy/");
        await service.WaitForStep("replace");
        await service.Touch("/tmp/healthy");
        await service.WaitForEnd();
        Assert.Equal("v2", await service.AskService());
    }

    [Fact]
    public async Task Equal_pushes_in_a_moment_are_one_deployment_and_a_kill_meanwhile_loses_none()
    {
        var service = await environment.CreateRunningService("moment");
        var digest = await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "latest");
        for (var i = 0; i < 10; i++)
            await environment.SendDelivery(service.Name, "latest", digest);
        await environment.App.Kill();
        await environment.App.Start();

        var verdicts = await service.WaitForVerdicts(10);
        Assert.Single(verdicts, v => (string)v!["verdict"]! == "deploy");
        Assert.Equal(9, verdicts.Count(v => (string)v!["reason"]! == "current"));
        await service.WaitForDeployment(10);
        Assert.Equal("v2", await service.AskService());
    }

    [Fact]
    public async Task A_push_under_another_name_of_the_registry_is_heard()
    {
        var service = await environment.CreateRunningService("aliased");
        var alias = await environment.App.Call(
            HttpMethod.Post,
            "/api/app/v1/hostalias/",
            new { alias = "registry.internal.test:5000", host = environment.Registry.Host }
        );
        try
        {
            var hook = new Uri(
                (string)(await environment.App.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "image" }))["url"]!
            ).PathAndQuery;
            var digest = await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "latest");
            await environment.App.Call(HttpMethod.Post, hook, new { image = $"registry.internal.test:5000/{service.Name}:latest", digest });
            await service.WaitForDeployment();
            Assert.Equal("v2", await service.AskService());
        }
        finally
        {
            await environment.App.Call(HttpMethod.Delete, (string)alias["resource_uri"]!);
        }
    }

    [Fact]
    public async Task A_semver_policy_follows_what_fits_and_never_goes_down()
    {
        var service = await environment.CreateRunningService("versions", new { tag_policy = "any" });
        await TestImage.HealthyWeb("1.2.0").Push(environment.QuietRegistry, service.Name, "1.2.0");
        await environment.App.Call(HttpMethod.Post, $"/container/{service.Uuid}/deploy", new { image_tag = "1.2.0" });
        await service.WaitForEnd();
        await service.Patch(new { tag_policy = "semver:^1.2" });

        await service.Push(TestImage.HealthyWeb("1.3.0"), "1.3.0");
        await service.WaitForDeployment();
        Assert.Equal("1.3.0", await service.AskService());
        await service.Push(TestImage.HealthyWeb("1.2.9"), "1.2.9");
        Assert.Equal("tag", (string)(await service.WaitForVerdicts(2))[0]!["reason"]!);
        await service.Push(TestImage.HealthyWeb("2.0.0"), "2.0.0");
        Assert.Equal("tag", (string)(await service.WaitForVerdicts(3))[0]!["reason"]!);
        Assert.Equal("1.3.0", await service.AskService());
    }
}
