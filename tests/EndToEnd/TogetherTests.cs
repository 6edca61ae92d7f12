using System.Globalization;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>
/// Services that get the same push: those that are linked have an order, those of a deploy group succeed or go back together.
/// </summary>
[Collection(TestEnvironment.SteeringCollectionName)]
public class TogetherTests(TestEnvironment environment)
{
    [Fact]
    public async Task A_service_is_deployed_after_those_that_it_is_linked_to_and_a_circle_has_no_order()
    {
        using var project = GitProject.Create(environment, "order");
        var back = await project.CreateRunningService();
        var front = await project.CreateRunningService(
            settings: new { linked_to_service = new[] { new { to_service = back.Uuid, name = "back" } } }
        );
        var left = await project.CreateRunningService();
        var right = await project.CreateRunningService(
            settings: new { linked_to_service = new[] { new { to_service = left.Uuid, name = "left" } } }
        );
        await left.Patch(new { linked_to_service = new[] { new { to_service = right.Uuid, name = "right" } } });

        project.CommitVersion("v2");
        foreach (var service in (TestService[])[back, front, left, right])
            await service.WaitForDeployment();
        Assert.True(await Said(back, "Switched:") < await Said(front, "Redeploy of"));
        Assert.Contains($"Waiting for {back.Name}", await front.ReadLog(await Last(front)), StringComparison.Ordinal);
        Assert.DoesNotContain("Waiting for", await left.ReadLog(await Last(left)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_one_of_a_group_fails_those_that_serve_already_go_back()
    {
        var name = TestEnvironment.CreateName("team");
        var (first, second) = (await Member(name), await Member(name));
        var before = (await first.ListContainerIds(), await second.ListContainerIds());
        await TestImage.HealthyOnFile("v2").Push(environment.QuietRegistry, name, "latest");
        await environment.SendDelivery(name, "latest", null);
        await Healthy(first);
        await first.WaitForStep("group");
        Assert.Equal("v2", await first.AskService());

        await second.WaitForStep("replace");
        await second.Run(2);
        await environment.Cli("exec", "-d", await second.WaitForNewContainer(before.Item2), "sh", "-c", "kill $(pidof httpd)");
        Assert.Contains("exited with code 1", (string)(await second.WaitForJudgement())["result"]!, StringComparison.Ordinal);
        var action = await first.WaitForJudgement();
        Assert.Equal(("Failed", true), ((string)action["state"]!, (bool)action["rolled_back"]!));
        Assert.Contains($"{second.Name} of the deploy group", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal(before.Item1, await first.ListContainerIds());
        Assert.Equal(before.Item2, await second.ListContainerIds());
        Assert.Equal(("v1", "v1"), (await first.AskService(), await second.AskService()));
    }

    [Fact]
    public async Task A_group_waits_over_a_kill_and_one_that_is_canceled_takes_the_others_back()
    {
        var name = TestEnvironment.CreateName("pair");
        var (first, second) = (await Member(name), await Member(name));
        await TestImage.HealthyOnFile("v2").Push(environment.QuietRegistry, name, "latest");
        await environment.SendDelivery(name, "latest", null);
        await Healthy(first);
        await first.WaitForStep("group");
        await second.WaitForStep("replace");
        await environment.App.Kill();
        await environment.App.Start();
        await Eventually.Until(
            async () => (await first.ReadLog(await Last(first))).Contains("Taken up again", StringComparison.Ordinal),
            "it goes on"
        );
        Assert.Equal("group", (string)(await Last(first))["step"]!);

        await environment.App.Call(HttpMethod.Post, (string)(await Last(second))["resource_uri"]! + "cancel/");
        Assert.Equal("Canceled", (string)(await second.WaitForEnd())["state"]!);
        Assert.Equal(("Failed", true), ((string)(await first.WaitForEnd())["state"]!, (bool)(await Last(first))["rolled_back"]!));
        Assert.Equal(("v1", "v1"), (await first.AskService(), await second.AskService()));

        // it was not the version's fault
        await environment.SendDelivery(name, "latest", null);
        await Healthy(first);
        await Healthy(second);
        await first.WaitForDeployment(verdicts: 2);
        await second.WaitForDeployment(verdicts: 2);
        Assert.Equal(("v2", "v2"), (await first.AskService(), await second.AskService()));
    }

    /// <summary>Runs v1 of an image, in the deploy group of that name.</summary>
    private async Task<TestService> Member(string image)
    {
        await TestImage.HealthyWeb("v1").Push(environment.QuietRegistry, image, "latest");
        var name = TestEnvironment.CreateName(image);
        var created = await environment.App.Call(
            HttpMethod.Post,
            "/api/app/v1/service/?start=true",
            new
            {
                name,
                image = $"{environment.Registry.Host}/{image}:latest",
                autoredeploy = true,
                deploy_group = image,
            }
        );
        var service = new TestService(environment, (string)created["uuid"]!, name);
        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        return service;
    }

    /// <summary>Has the new container of a deployment be healthy, when it runs.</summary>
    private static async Task Healthy(TestService service)
    {
        await service.WaitForStep("replace");
        await service.Touch("/tmp/healthy");
    }

    private static async Task<JsonNode> Last(TestService service) => (await service.ListActions())[0];

    /// <summary>When the log of its newest action said something.</summary>
    private static async Task<DateTimeOffset> Said(TestService service, string what)
    {
        var line = (await service.ReadLog(await Last(service))).Split('\n').First(line => line.Contains(what, StringComparison.Ordinal));
        return DateTimeOffset.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
