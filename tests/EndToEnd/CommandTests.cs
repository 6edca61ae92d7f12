using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Commands that a service has run around its deployments.</summary>
[Collection(TestEnvironment.SteeringCollectionName)]
public sealed class CommandTests(TestEnvironment environment) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("autodeploy-test-").FullName;

    private string Written => File.Exists(Path.Combine(_folder, "log")) ? File.ReadAllText(Path.Combine(_folder, "log")).Trim() : "";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Commands_run_once_each_in_the_new_image_before_and_after_it_takes_over()
    {
        var service = await Running(
            "cat /www/index.html >> /shared/log; echo \" pre $COLOR\" >> /shared/log; echo migrating",
            "echo post >> /shared/log"
        );
        Assert.Equal("v1 pre blue\npost", Written);

        await service.Push(TestImage.HealthyWeb("v2"));
        var action = await service.WaitForDeployment();
        Assert.Equal("v1 pre blue\npost\nv2 pre blue\npost", Written);
        Assert.Contains("| migrating", await service.ReadLog(action), StringComparison.Ordinal);
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task When_the_command_before_fails_the_old_version_is_untouched()
    {
        var service = await Running("grep -q v1 /www/index.html || { echo no table; exit 7; }");
        var before = await service.ListContainerIds();
        await service.Push(TestImage.HealthyWeb("v2"));
        var action = await service.WaitForJudgement();
        Assert.Equal(("Failed", "pre_deploy exited with code 7."), ((string)action["state"]!, (string)action["result"]!));
        Assert.Contains("| no table", await service.ReadLog(action), StringComparison.Ordinal);
        Assert.Equal(before, await service.ListContainerIds());
        Assert.Equal("v1", await service.AskService());
    }

    [Fact]
    public async Task When_the_command_after_fails_the_new_version_stays_and_it_is_said()
    {
        var service = await Running("true", "grep -q v1 /www/index.html || exit 8");
        await service.Push(TestImage.HealthyWeb("v2"));
        var action = await service.WaitForJudgement();
        Assert.Equal("Success", (string)action["state"]!);
        Assert.Contains("post_deploy exited with code 8. The new version stays.", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal("v2", await service.AskService());
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task Killed_while_a_command_runs_it_is_not_run_twice()
    {
        var service = await Running(
            "echo begun >> /shared/log; while grep -q v2 /www/index.html && [ ! -f /shared/go ]; do sleep 0.1; done; echo ended "
                + ">> /shared/log"
        );
        await service.Push(TestImage.HealthyWeb("v2"));
        await Eventually.Until(() => Written == "begun\nended\nbegun", "the command runs");
        await environment.App.Kill();
        await environment.App.Start();
        await Eventually.Until(
            async () => (await service.ReadLog((await service.ListActions())[0])).Contains("Taken up again", StringComparison.Ordinal),
            "it goes on"
        );
        await File.WriteAllTextAsync(Path.Combine(_folder, "go"), "");
        await service.WaitForDeployment();
        Assert.Equal("begun\nended\nbegun\nended", Written);
        Assert.Equal("v2", await service.AskService());
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task A_command_that_the_engine_takes_along_when_it_goes_is_run_again()
    {
        var service = await Running(
            "echo begun >> /shared/log; while grep -q v2 /www/index.html && [ ! -f /shared/go ]; do sleep 0.1; done; echo ended "
                + ">> /shared/log",
            "echo post >> /shared/log",
            new { stop_timeout = 1 }
        );
        await using var last = await environment.KeepRunning(3);
        await service.Push(TestImage.HealthyWeb("v2"));
        await Eventually.Until(() => Written == "begun\nended\npost\nbegun", "the command runs");
        await environment.Docker.Stop();
        await Eventually.Until(
            async () => (await service.ReadLog((await service.ListActions())[0])).Contains("Waiting for it", StringComparison.Ordinal),
            "it is waited for"
        );
        await environment.Docker.StartAgain();
        await File.WriteAllTextAsync(Path.Combine(_folder, "go"), "");
        await service.WaitForDeployment();
        Assert.Equal("begun\nended\npost\nbegun\nbegun\nended\npost", Written);
        Assert.Equal("v2", await service.AskService());
        Assert.Single(await service.ListContainers());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_command_that_does_not_end_is_ended(bool canceled)
    {
        var service = await Running("grep -q v1 /www/index.html || sleep 3600");
        if (!canceled)
            await service.Patch(new { command_timeout = 3 });
        await service.Push(TestImage.HealthyWeb("v2"));
        if (canceled)
            await environment.App.Call(HttpMethod.Post, (string)(await service.WaitForStep("pre_deploy"))["resource_uri"]! + "cancel/");
        var action = await service.WaitForJudgement();
        Assert.Equal(
            canceled ? ("Canceled", "Canceled by admin.") : ("Failed", "pre_deploy did not end within 3 s."),
            ((string)action["state"]!, (string)action["result"]!)
        );
        Assert.Equal("v1", await service.AskService());
        Assert.Single(await service.ListContainers());
    }

    private Task<TestService> Running(string before, string after = "", object? more = null)
    {
        var settings = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        settings["pre_deploy"] = $"/bin/sh -c '{before}'";
        settings["post_deploy"] = after.Length == 0 ? "" : $"/bin/sh -c '{after}'";
        settings["container_envvars"] = new System.Text.Json.Nodes.JsonArray(
            new System.Text.Json.Nodes.JsonObject { ["key"] = "COLOR", ["value"] = "blue" }
        );
        settings["bindings"] = new System.Text.Json.Nodes.JsonArray(
            new System.Text.Json.Nodes.JsonObject
            {
                ["host_path"] = _folder,
                ["container_path"] = "/shared",
                ["rewritable"] = true,
            }
        );
        return environment.CreateRunningService("command", settings);
    }
}
