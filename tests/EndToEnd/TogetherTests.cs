using System.Globalization;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Services that get the same push: those that are linked have an order, those of a deploy group succeed or go back together.</summary>
[Collection(World.OfSteering)]
public class TogetherTests(World world)
{
    [Fact]
    public async Task A_service_is_deployed_after_those_that_it_is_linked_to_and_a_circle_has_no_order()
    {
        using var project = GitProject.Create(world, "order");
        var back = await project.Running();
        var front = await project.Running(settings: new { linked_to_service = new[] { new { to_service = back.Uuid, name = "back" } } });
        var left = await project.Running();
        var right = await project.Running(settings: new { linked_to_service = new[] { new { to_service = left.Uuid, name = "left" } } });
        await left.Patch(new { linked_to_service = new[] { new { to_service = right.Uuid, name = "right" } } });

        project.Version("v2");
        foreach (var service in (TestService[])[back, front, left, right])
            await service.Deployed();
        Assert.True(await Said(back, "Switched:") < await Said(front, "Redeploy of"));
        Assert.Contains($"Waiting for {back.Name}", await front.Log(await Last(front)), StringComparison.Ordinal);
        Assert.DoesNotContain("Waiting for", await left.Log(await Last(left)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_one_of_a_group_fails_those_that_serve_already_go_back()
    {
        var name = World.Name("team");
        var (first, second) = (await Member(name), await Member(name));
        var before = (await first.Ids(), await second.Ids());
        await TestImage.HealthyOnFile("v2").Push(world.QuietRegistry, name, "latest");
        await world.Tell(name, "latest", null);
        await Healthy(first);
        await first.At("group");
        Assert.Equal("v2", await first.Ask());

        await second.At("replace");
        await second.Run(2);
        await world.Cli("exec", "-d", await second.Fresh(before.Item2), "sh", "-c", "kill $(pidof httpd)");
        Assert.Contains("exited with code 1", (string)(await second.Judged())["result"]!, StringComparison.Ordinal);
        var action = await first.Judged();
        Assert.Equal(("Failed", true), ((string)action["state"]!, (bool)action["rolled_back"]!));
        Assert.Contains($"{second.Name} of the deploy group", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal(before.Item1, await first.Ids());
        Assert.Equal(before.Item2, await second.Ids());
        Assert.Equal(("v1", "v1"), (await first.Ask(), await second.Ask()));
    }

    [Fact]
    public async Task A_group_waits_over_a_kill_and_one_that_is_canceled_takes_the_others_back()
    {
        var name = World.Name("pair");
        var (first, second) = (await Member(name), await Member(name));
        await TestImage.HealthyOnFile("v2").Push(world.QuietRegistry, name, "latest");
        await world.Tell(name, "latest", null);
        await Healthy(first);
        await first.At("group");
        await second.At("replace");
        await world.App.Kill();
        await world.App.Start();
        await Wait.Until(async () => (await first.Log(await Last(first))).Contains("Taken up again", StringComparison.Ordinal), "it goes on");
        Assert.Equal("group", (string)(await Last(first))["step"]!);

        await world.App.Call(HttpMethod.Post, (string)(await Last(second))["resource_uri"]! + "cancel/");
        Assert.Equal("Canceled", (string)(await second.Ended())["state"]!);
        Assert.Equal(("Failed", true), ((string)(await first.Ended())["state"]!, (bool)(await Last(first))["rolled_back"]!));
        Assert.Equal(("v1", "v1"), (await first.Ask(), await second.Ask()));

        // it was not the version's fault
        await world.Tell(name, "latest", null);
        await Healthy(first);
        await Healthy(second);
        await first.Deployed(verdicts: 2);
        await second.Deployed(verdicts: 2);
        Assert.Equal(("v2", "v2"), (await first.Ask(), await second.Ask()));
    }

    /// <summary>Runs v1 of an image, in the deploy group of that name.</summary>
    private async Task<TestService> Member(string image)
    {
        await TestImage.HealthyWeb("v1").Push(world.QuietRegistry, image, "latest");
        var name = World.Name(image);
        var created = await world.App.Call(HttpMethod.Post, "/api/app/v1/service/?start=true", new
        {
            name,
            image = $"{world.Registry.Host}/{image}:latest",
            autoredeploy = true,
            deploy_group = image,
        });
        var service = new TestService(world, (string)created["uuid"]!, name);
        Assert.Equal("Success", (string)(await service.Ended())["state"]!);
        return service;
    }

    /// <summary>Has the new container of a deployment be healthy, when it runs.</summary>
    private static async Task Healthy(TestService service)
    {
        await service.At("replace");
        await service.Touch("/tmp/healthy");
    }

    private static async Task<JsonNode> Last(TestService service) => (await service.Actions())[0];

    /// <summary>When the log of its newest action said something.</summary>
    private static async Task<DateTimeOffset> Said(TestService service, string what)
    {
        var line = (await service.Log(await Last(service))).Split('\n').First(line => line.Contains(what, StringComparison.Ordinal));
        return DateTimeOffset.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
