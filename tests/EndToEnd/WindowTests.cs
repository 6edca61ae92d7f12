using System.Globalization;
using AutoDeploy.Testing;
using static AutoDeploy.EndToEnd.Tests.TestService;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Windows in which pushes are deployed: they open with a minute.</summary>
[Collection(TestEnvironment.WaitingCollectionName)]
public class WindowTests(TestEnvironment environment)
{
    [Fact]
    public async Task A_window_that_opens_lets_go_of_what_it_held()
    {
        var service = await environment.CreateRunningService("opening");
        // in 20 s at least
        var opening = DateTimeOffset.UtcNow.AddSeconds(80);
        var window = new
        {
            from = opening.ToString("HH:mm", CultureInfo.InvariantCulture),
            to = opening.AddHours(1).ToString("HH:mm", CultureInfo.InvariantCulture),
        };
        await service.Patch(new { deploy_windows = new[] { window } });
        await service.Push(TestImage.HealthyWeb("v2"));
        var verdict = (await service.WaitForVerdicts(1))[0]!;
        Assert.Equal(("held", "window"), ReadJudgement(verdict));

        await Eventually.Until(
            async () => ReadJudgement((await service.WaitForVerdicts(1))[0]).Verdict == "deploy",
            "the window opens",
            TimeSpan.FromMinutes(4)
        );
        Assert.True(DateTimeOffset.UtcNow >= DateTimeOffset.Parse((string)verdict["held_until"]!, CultureInfo.InvariantCulture));
        await service.WaitForDeployment();
        Assert.Equal("v2", await service.AskService());
    }
}
