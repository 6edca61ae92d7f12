using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;
using static AutoDeploy.EndToEnd.Tests.TestService;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>
/// Pushes that are held: in a freeze, while a window is closed, until somebody approves them; and what lets them go, windows apart
/// (WindowTests).
/// </summary>
[Collection(TestEnvironment.SteeringCollectionName)]
public class HoldingTests(TestEnvironment environment)
{
    private const string Organization = "/api/app/v1/organization/default/";

    [Fact]
    public async Task Of_what_a_freeze_holds_the_newest_is_deployed_once_when_it_is_lifted_whatever_is_killed()
    {
        var service = await environment.CreateRunningService("freeze");
        await service.Patch(new { frozen = "audit" });
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForVerdicts(1);
        var digest = await service.Push(TestImage.HealthyWeb("v3"));
        var verdicts = await service.WaitForVerdicts(2);
        Assert.Equal([("held", "frozen"), ("skip", "superseded")], verdicts.Select(ReadJudgement));
        Assert.Contains("frozen: audit.", (string)verdicts[0]!["detail"]!, StringComparison.Ordinal);

        await environment.App.Kill();
        await environment.App.Start();
        var held = await service.Get();
        Assert.Null(held["available_version"]);
        Assert.Equal(
            (digest, "frozen", (string)verdicts[0]!["resource_uri"]!),
            ((string)held["held_version"]!["digest"]!, (string)held["held_version"]!["reason"]!, (string)held["held_version"]!["verdict"]!)
        );
        Assert.Equal("v1", await service.AskService());

        // told again it is held once
        await environment.SendDelivery(service.Name, "latest", digest);
        Assert.Equal(("skip", "current"), ReadJudgement((await service.WaitForVerdicts(3))[0]));

        await service.Patch(new { frozen = (string?)null });
        await environment.App.Kill();
        await environment.App.Start();
        await Eventually.Until(async () => (await service.ListActions()).Count == 2, "it is released");
        var action = await service.WaitForDeployment(3);
        Assert.Equal("v3", await service.AskService());
        Assert.Equal(2, (await service.ListActions()).Count);
        var verdict = await environment.App.Get((string)verdicts[0]!["resource_uri"]!);
        Assert.Equal(
            ("deploy", "new", (string)action["resource_uri"]!),
            ((string)verdict["verdict"]!, (string)verdict["reason"]!, (string)verdict["action"]!)
        );
        Assert.Null((await service.Get())["held_version"]);
        Assert.Equal(HttpStatusCode.Conflict, (await Approve(verdict)).Status);
    }

    [Fact]
    public async Task What_needs_an_approval_waits_for_it_and_then_for_the_window()
    {
        var closed = new
        {
            days = new[] { DateTimeOffset.UtcNow.AddDays(3).ToString("ddd", CultureInfo.InvariantCulture) },
            from = "00:00",
            to = "24:00",
            timezone = "UTC",
        };
        var service = await environment.CreateRunningService("approved");
        await service.Patch(new { approval = "required", deploy_windows = new[] { closed } });
        await service.Push(TestImage.HealthyWeb("v2"));
        var first = (await service.WaitForVerdicts(1))[0]!;
        await service.Push(TestImage.HealthyWeb("v3"));
        var second = (await service.WaitForVerdicts(2))[0]!;
        Assert.Equal(("held", "approval"), ReadJudgement(second));

        var (status, answer) = await Approve(first);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Something newer", (string)answer["error"]!, StringComparison.Ordinal);

        (status, answer) = await Approve(second);
        Assert.Equal(
            (HttpStatusCode.Accepted, ("held", "window"), "admin"),
            (status, ReadJudgement(answer), (string)answer["approved_by"]!)
        );
        Assert.NotNull(answer["approved_datetime"]);
        Assert.NotNull(answer["held_until"]);
        Assert.Equal("window", (string)(await service.Get())["held_version"]!["reason"]!);
        Assert.Contains("admin has approved it already", (string)(await Approve(second)).Body["error"]!, StringComparison.Ordinal);

        // the approval is not forgotten
        await environment.App.Kill();
        await environment.App.Start();
        await service.Patch(new { deploy_windows = Array.Empty<object>() });
        var action = await service.WaitForDeployment(2);
        Assert.EndsWith("approved by admin", (string)action["cause"]!["text"]!, StringComparison.Ordinal);
        Assert.Equal("v3", await service.AskService());

        // without anything else in its way an approval deploys at once
        await service.Push(TestImage.HealthyWeb("v4"));
        await Approve((await service.WaitForVerdicts(3))[0]!);
        await service.WaitForDeployment(3);
        Assert.Equal("v4", await service.AskService());
    }

    [Fact]
    public async Task In_a_freeze_a_person_stops_starts_and_scales_and_deploys_by_force_alone()
    {
        var service = await environment.CreateRunningService("forced");
        await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForDeployment();
        var trigger = (string)
            (await environment.App.Call(HttpMethod.Post, $"/api/app/v1/service/{service.Uuid}/trigger/", new { }))["url"]!;
        await environment.App.Call(HttpMethod.Patch, Organization, new { frozen = "Black Friday" });
        try
        {
            await service.Push(TestImage.HealthyWeb("v3"));
            Assert.Equal(("held", "frozen"), ReadJudgement((await service.WaitForVerdicts(2))[0]));

            foreach (
                var path in (string[])
                    [
                        $"/api/app/v1/service/{service.Uuid}/redeploy/",
                        $"/api/app/v1/service/{service.Uuid}/rollback/",
                        $"/container/{service.Uuid}/redeploy",
                    ]
            )
            {
                var (status, answer) = await environment.App.Send(HttpMethod.Post, path);
                Assert.Equal(HttpStatusCode.Conflict, status);
                Assert.Contains(
                    "Black Friday. Repeat it with ?force=true",
                    answer.ToJsonString(System.Text.Json.JsonSerializerOptions.Default),
                    StringComparison.Ordinal
                );
            }

            Assert.Equal(HttpStatusCode.Conflict, (await environment.App.Send(HttpMethod.Post, trigger)).Status);

            // what runs may be brought up and down, and what is held goes with it
            await service.Post("stop/");
            await service.WaitForEnd();
            await Eventually.Until(
                async () => ReadJudgement((await service.WaitForVerdicts(2))[0]) == ("skip", "stopped"),
                "it is held no more"
            );
            await Eventually.Until(
                async () =>
                    await service.Get() is { } stopped && stopped["held_version"] is null && stopped["available_version"] is not null,
                "it is available, not held"
            );
            await service.Post("start/");
            await service.WaitForEnd();
            await service.Patch(new { target_num_containers = 2 });
            await service.Post("scale/");
            Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
            Assert.Equal("v2", await service.AskService());

            var digest = await service.Push(TestImage.HealthyWeb("v4"));
            Assert.Equal("held", ReadJudgement((await service.WaitForVerdicts(3))[0]).Verdict);
            await service.Post("redeploy/?force=true");
            var action = await service.WaitForEnd();
            Assert.Equal(
                ("Success", "asked for by admin (forced)", digest),
                ((string)action["state"]!, (string)action["cause"]!["text"]!, (string)action["digest"]!)
            );
            Assert.Contains("Forced. The organization is frozen: Black Friday.", await service.ReadLog(action), StringComparison.Ordinal);

            // what was held runs now
            await Eventually.Until(
                async () => ReadJudgement((await service.WaitForVerdicts(3))[0]) == ("skip", "current"),
                "it is held no more"
            );
            Assert.Equal("v4", await service.AskService());

            await service.Push(TestImage.HealthyWeb("v5"));
            await service.WaitForVerdicts(4);
        }
        finally
        {
            await environment.App.Call(HttpMethod.Patch, Organization, new { frozen = (string?)null });
        }

        await Eventually.Until(
            async () => ReadJudgement((await service.WaitForVerdicts(4))[0]) == ("deploy", "new"),
            "the organization's freeze lets it go"
        );
        await service.WaitForDeployment(4);
        Assert.Equal("v5", await service.AskService());
    }

    [Fact]
    public async Task Of_a_repository_the_newest_commit_is_held_in_whatever_order_they_are_told()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        await service.Patch(new { frozen = "audit" });
        var second = project.CommitVersion("v2");
        await service.WaitForVerdicts(1);
        var third = project.CommitVersion("v3");
        await service.WaitForVerdicts(2);
        await project.SendDelivery("refs/heads/main", second);
        Assert.Equal(
            [("skip", "older"), ("held", "frozen"), ("skip", "superseded")],
            (await service.WaitForVerdicts(3)).Select(ReadJudgement)
        );
        Assert.Equal(third, (string)(await service.Get())["held_version"]!["commit"]!);

        await service.Patch(new { frozen = (string?)null });
        await service.WaitForDeployment(3);
        Assert.Equal("v3", await service.AskService());
        Assert.Equal(2, (await service.ListActions()).Count);
    }

    [Fact]
    public async Task What_is_held_is_let_go_without_a_deployment_when_it_would_not_be_deployed_any_more()
    {
        var service = await environment.CreateRunningService("off");
        await service.Patch(new { frozen = "audit" });
        var digest = await service.Push(TestImage.HealthyWeb("v2"));
        await service.WaitForVerdicts(1);
        await service.Patch(new { autoredeploy = false });
        await service.WaitForSkip("autoredeploy_off");
        Assert.Equal(digest, (string)(await service.Get())["available_version"]!["digest"]!);

        await service.Patch(new { autoredeploy = true });
        await service.Push(TestImage.HealthyWeb("v3"));
        Assert.Equal("held", ReadJudgement((await service.WaitForVerdicts(2))[0]).Verdict);
        await service.Terminate();
        await service.WaitForEnd();
        await Eventually.Until(async () => ReadJudgement((await service.WaitForVerdicts(2))[0]) == ("skip", "stopped"), "nothing is held");
    }

    private Task<(HttpStatusCode Status, JsonNode Body)> Approve(JsonNode verdict) =>
        environment.App.Send(HttpMethod.Post, (string)verdict["resource_uri"]! + "approve/");
}
