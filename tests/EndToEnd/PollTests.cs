using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Registries that call nobody, and are asked.</summary>
[Collection(TestEnvironment.WaitingCollectionName)]
public class PollTests(TestEnvironment environment)
{
    [Fact]
    public async Task A_registry_that_does_not_call_is_asked()
    {
        var service = await environment.CreateRunningService("polled", new { poll_seconds = 30 });
        var digest = await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "latest");
        await Eventually.Until(
            async () => (string?)(await service.Get())["current_version"]!["digest"] == digest,
            "the new version is found",
            TimeSpan.FromSeconds(90)
        );
        Assert.Equal("v2", await service.AskService());
        var verdict = (JsonNode)(await service.WaitForVerdicts(1))[0]!;
        Assert.Equal(("poll", digest), ((string)verdict["push"]!["sender"]!, (string)verdict["push"]!["digest"]!));
    }

    [Fact]
    public async Task What_is_pushed_to_a_polled_registry_while_we_are_down_is_found_once()
    {
        var service = await environment.CreateRunningService("downpolled", new { tag_policy = "any" });
        // not before it runs, or the first version may be found too
        await service.Patch(new { poll_seconds = 30 });
        // when this is found, all tags have been seen
        await Found(await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "latest"), 1);

        await environment.App.Kill();
        var whileDown = await TestImage.HealthyWeb("v3").Push(environment.QuietRegistry, service.Name, "3.0");
        await environment.App.Start();
        await Found(whileDown, 2);
        Assert.Equal("v3", await service.AskService());

        // and a restart alone finds nothing, or it would be found before this
        await environment.App.Kill();
        await environment.App.Start();
        await Found(await TestImage.HealthyWeb("v4").Push(environment.QuietRegistry, service.Name, "4.0"), 3);

        async Task Found(string digest, int verdicts)
        {
            await Eventually.Until(
                async () => (string?)(await service.Get())["current_version"]!["digest"] == digest,
                "the new version is found",
                TimeSpan.FromSeconds(90)
            );
            Assert.Equal(verdicts, (await service.WaitForVerdicts(verdicts)).Count);
        }
    }
}
