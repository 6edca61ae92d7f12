using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>How versions are built from a repository, and what happens when they cannot be.</summary>
[Collection(TestEnvironment.GitCollectionName)]
public class GitBuildTests(TestEnvironment environment)
{
    [Fact]
    public async Task A_failing_build_leaves_the_old_version_and_shows_the_failing_line()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        var before = await service.ListContainerIds();
        project.Clone.Write("Dockerfile", project.WriteDockerfile("RUN echo all is lost && exit 7"));
        var commit = project.CommitVersion("v2");

        var action = await service.WaitForJudgement();
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.Contains("non-zero code: 7", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Contains("  all is lost", await service.ReadLog(action), StringComparison.Ordinal);
        Assert.Equal(before, await service.ListContainerIds());
        Assert.Equal("v1", await service.AskService());

        // what failed is not tried again by itself; what comes after it is
        await project.SendDelivery("refs/heads/main", commit);
        Assert.Equal("failed_before", (string)(await service.WaitForVerdicts(2))[0]!["reason"]!);
        project.Clone.Write("Dockerfile", project.WriteDockerfile());
        project.CommitVersion("v3");
        await service.WaitForDeployment(verdicts: 3);
        Assert.Equal("v3", await service.AskService());
    }

    [Theory]
    [InlineData("Dockerfil: no such instruction", "BUILDIT now\n", "BUILDIT")]
    [InlineData("no Dockerfile", null, "Dockerfile")]
    public async Task A_commit_that_cannot_be_built_is_said_so(string what, string? dockerfile, string part)
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        if (dockerfile is null)
            project.Clone.Remove("Dockerfile");
        else
            project.Clone.Write("Dockerfile", dockerfile);
        project.CommitVersion(what);
        var action = await service.WaitForJudgement();
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.Contains(part, (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal("v1", await service.AskService());
    }

    [Fact]
    public async Task A_new_version_that_is_not_healthy_is_taken_back_and_its_image_goes()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        project.Clone.Write(
            "Dockerfile",
            project.WriteDockerfile("HEALTHCHECK --interval=100ms --retries=2 CMD echo out of sorts; exit 1")
        );
        var commit = project.CommitVersion("v2");
        var action = await service.WaitForJudgement();
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.Contains("out of sorts", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal("v1", await service.AskService());
        Assert.DoesNotContain(commit[..12], await environment.Cli("images", $"autodeploy/{service.Name}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Dockerfile_arguments_target_and_dockerignore_are_obeyed()
    {
        using var project = GitProject.Create(environment);
        project.Clone.Write("api/index.html", "api");
        project.Clone.Write("api/secret.txt", "not for the image");
        project.Clone.Write("api/.dockerignore", "secret.*\n");
        project.Clone.Write(
            "docker/api.Dockerfile",
            $"FROM {environment.WebImage} AS first\nARG WHO\nCOPY . /www/\nRUN echo \"hello $WHO\" > /www/hello\nFROM first AS "
                + "second\nRUN echo second > /www/index.html\n"
        );
        project.Clone.Commit("A Dockerfile elsewhere");
        project.Clone.Push();
        var service = await project.CreateRunningService(
            new
            {
                root_path = "api",
                dockerfile_path = "/docker/api.Dockerfile",
                build_args = new { WHO = "ida" },
                target = "first",
            }
        );
        Assert.Equal("api", await service.AskService());
        var id = (string)(await service.GetContainer())["Id"]!;
        Assert.Equal("hello ida", await environment.Cli("exec", id, "cat", "/www/hello"));
        Assert.DoesNotContain("secret", await environment.Cli("exec", id, "ls", "-a", "/www"), StringComparison.Ordinal);

        // how it is built has changed: the running one is no longer what is set
        var changed = await service.Patch(
            new
            {
                git_repository = new
                {
                    url = project.Url,
                    branch = "main",
                    root_path = "api",
                    dockerfile_path = "/docker/api.Dockerfile",
                },
            }
        );
        Assert.False((bool)changed["synchronized"]!);
        await service.Post("redeploy/");
        await service.WaitForEnd();
        Assert.Equal("second", await service.AskService());
        Assert.True((bool)(await service.Get())["synchronized"]!);
    }

    [Fact]
    public async Task A_link_that_leaves_the_context_is_refused_by_name()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        project.Clone.Link("passwords", "../../etc/passwd");
        project.CommitVersion("v2");
        var action = await service.WaitForJudgement();
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.Contains("passwords", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal("v1", await service.AskService());
    }

    [Fact]
    public async Task The_same_commit_is_built_once_for_two_services_and_each_has_its_name_for_it()
    {
        using var project = GitProject.Create(environment);
        var one = await project.CreateRunningService();
        var two = await project.CreateRunningService();
        Assert.Contains("built before", await service(two), StringComparison.Ordinal);

        project.Clone.Write("Dockerfile", project.WriteDockerfile("RUN cat /proc/sys/kernel/random/uuid > /built"));
        var commit = project.CommitVersion("v2");
        await one.WaitForDeployment();
        await two.WaitForDeployment();
        Assert.Equal(await Built(one), await Built(two));

        // the one's name goes with it, the other's stays
        await one.Terminate();
        await one.WaitForEnd();
        Assert.Equal("", await environment.Cli("images", "-q", $"autodeploy/{one.Name}"));
        Assert.NotEqual("", await environment.Cli("images", "-q", $"autodeploy/{two.Name}:{commit[..12]}"));

        async Task<string> service(TestService it) => await it.ReadLog((await it.ListActions())[0]);
        async Task<string> Built(TestService it) =>
            await environment.Cli("exec", (string)(await it.GetContainer())["Id"]!, "cat", "/built");
    }

    [Fact]
    public async Task Images_of_the_last_three_versions_are_kept()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        for (var i = 2; i <= 5; i++)
        {
            project.CommitVersion($"v{i}");
            await service.WaitForDeployment(verdicts: i - 1);
        }

        var tags = (await environment.Cli("images", "--format", "{{.Tag}}", $"autodeploy/{service.Name}")).Split('\n');
        var commits = project.Clone.Git("rev-list", "-3", "HEAD").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(c => c[..12]);
        Assert.Equal(commits.Order(StringComparer.Ordinal), tags.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_given_commit_can_be_deployed_also_an_older_one()
    {
        using var project = GitProject.Create(environment);
        var first = project.Clone.Head;
        var service = await project.CreateRunningService();
        project.CommitVersion("v2");
        await service.WaitForDeployment();

        var (status, answer) = await Deploy(service, first);
        Assert.Equal(202, status);
        Assert.Equal((service.Uuid, "DEPLOYMENT_QUEUED"), ((string)answer["id"]!, (string)answer["state"]!));
        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("v1", await service.AskService());
        Assert.Equal(first, (string)(await service.Get())["current_version"]!["commit"]!);

        var (_, wrong) = await Deploy(service, new string('9', 40));
        Assert.Equal("DEPLOYMENT_QUEUED", (string)wrong["state"]!);
        var action = await service.WaitForEnd();
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.Contains("999999999999", (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal("v1", await service.AskService());
    }

    [Fact]
    public async Task A_redeploy_builds_what_runs_anew()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        await service.Post("redeploy/");
        var action = await service.WaitForEnd();
        Assert.Equal("Success", (string)action["state"]!);
        Assert.Contains("Step 1/", await service.ReadLog(action), StringComparison.Ordinal);
        Assert.Equal("v1", await service.AskService());
    }

    [Fact]
    public async Task An_image_that_somebody_removed_is_built_again_to_start()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        await service.Post("stop/");
        await service.WaitForEnd();
        foreach (var id in await service.ListContainerIds())
            await environment.Cli("rm", id);
        await environment.Cli("rmi", "-f", (string)(await service.Get())["current_version"]!["digest"]!);
        await service.Post("start/");
        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("v1", await service.AskService());
    }

    [Fact]
    public async Task A_kill_during_the_build_ends_with_the_new_version()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        project.Clone.Write("Dockerfile", project.WriteDockerfile("RUN echo begun; sleep 3"));
        project.CommitVersion("v2");
        var action = await Eventually.UntilFound(async () =>
            (await service.ListActions()).FirstOrDefault(a => (string)a["action"]! == "Service Redeploy")
        );
        await Eventually.Until(async () => (await service.ReadLog(action)).Contains("  begun", StringComparison.Ordinal));
        await environment.App.Kill();
        await environment.App.Start();

        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("v2", await service.AskService());
        Assert.Single(await service.ListContainers());
        Assert.Equal(2, (await service.ListActions()).Count);
    }

    private async Task<(int Status, JsonNode Body)> Deploy(TestService service, string commit)
    {
        var (status, body) = await environment.App.Send(
            HttpMethod.Post,
            $"/application/{service.Uuid}/deploy",
            new { git_commit_id = commit }
        );
        return ((int)status, body);
    }
}
