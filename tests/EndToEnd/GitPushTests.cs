using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>What a push to a repository does to the services that follow it, and what it must not do.</summary>
[Collection(TestEnvironment.GitCollectionName)]
public class GitPushTests(TestEnvironment environment)
{
    [Fact]
    public async Task A_push_builds_and_replaces_the_container_and_says_so()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        Assert.Equal("v1", await service.AskService());

        var commit = project.CommitVersion("v2");
        var action = await service.WaitForDeployment();

        Assert.Equal("v2", await service.AskService());
        Assert.Equal(commit, (string)action["commit"]!);
        var current = (await service.Get())["current_version"]!;
        Assert.Equal(commit, (string)current["commit"]!);
        Assert.Equal($"docker.io/autodeploy/{service.Name}:{commit[..12]}", (string)current["image"]!);

        var verdict = Assert.Single(await service.WaitForVerdicts(1))!;
        Assert.Equal(("deploy", "new"), ((string)verdict["verdict"]!, (string)verdict["reason"]!));
        Assert.Equal(
            (project.Key, "refs/heads/main", commit, "ida"),
            (
                (string)verdict["push"]!["repository"]!,
                (string)verdict["push"]!["ref"]!,
                (string)verdict["push"]!["commit"]!,
                (string)verdict["push"]!["pusher"]!
            )
        );

        var log = await service.ReadLog(action);
        foreach (
            var part in (string[])["push of", commit[..12], "Building", "Step 1/", "COPY", "Built in", "is healthy", "Switched", "is gone"]
        )
            Assert.Contains(part, log, StringComparison.Ordinal);

        var labels = await environment.Cli(
            "image",
            "inspect",
            "--format",
            "{{json .Config.Labels}}",
            $"autodeploy/{service.Name}:{commit[..12]}"
        );
        Assert.Contains($"\"org.opencontainers.image.revision\":\"{commit}\"", labels, StringComparison.Ordinal);
        Assert.Contains($"\"org.opencontainers.image.source\":\"{project.Url}\"", labels, StringComparison.Ordinal);
        Assert.Contains("\"org.opencontainers.image.created\":\"20", labels, StringComparison.Ordinal);
        Assert.Equal(commit, (string)(await service.GetContainer())["Labels"]!["autodeploy.commit"]!);
    }

    [Fact]
    public async Task A_push_that_only_changes_what_is_excluded_does_nothing_and_the_next_one_does()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService(
            settings: new
            {
                deployment_restrictions = new[]
                {
                    new
                    {
                        mode = "EXCLUDE",
                        type = "PATH",
                        value = "README.md",
                    },
                },
            }
        );
        var before = await service.ListContainerIds();

        project.Clone.Push("README.md", "more to read");
        Assert.Contains("README.md", await service.WaitForSkip("restricted"), StringComparison.Ordinal);
        Assert.Equal(before, await service.ListContainerIds());

        project.CommitVersion("v2");
        await service.WaitForDeployment(verdicts: 2);
        Assert.Equal("v2", await service.AskService());
    }

    [Fact]
    public async Task In_a_mono_repository_exactly_the_services_whose_files_changed_are_deployed()
    {
        using var project = GitProject.Create(environment, "mono");
        string[] parts = ["api", "web", "mail", "jobs", "docs"];
        foreach (var part in parts)
        {
            project.Clone.Write($"{part}/Dockerfile", project.WriteDockerfile());
            project.Clone.Write($"{part}/index.html", part + " v1");
        }

        project.Clone.Commit("Parts");
        project.Clone.Push();
        var services = new Dictionary<string, TestService>();
        foreach (var part in parts)
            services[part] = await project.CreateRunningService(
                new { root_path = "/" + part },
                new
                {
                    deployment_restrictions = new[]
                    {
                        new
                        {
                            mode = "MATCH",
                            type = "PATH",
                            value = part + "/",
                        },
                    },
                }
            );

        project.Clone.Write("api/index.html", "api v2");
        project.Clone.Write("mail/new file with spaces und Umlaut ü.txt", "x");
        project.Clone.Rename("docs/index.html", "web/moved.html");
        project.Clone.Commit("Change three of them, one by what is moved away");
        project.Clone.Push();

        foreach (var part in (string[])["api", "mail", "web", "docs"])
            await services[part].WaitForDeployment();
        await services["jobs"].WaitForSkip("restricted");
        Assert.Equal("api v2", await services["api"].AskService());
    }

    [Fact]
    public async Task What_is_changed_and_changed_back_in_one_push_changed_nothing()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService(
            settings: new
            {
                deployment_restrictions = new[]
                {
                    new
                    {
                        mode = "MATCH",
                        type = "PATH",
                        value = "index.html",
                    },
                },
            }
        );
        project.Clone.Write("index.html", "v2");
        project.Clone.Commit("Change");
        project.Clone.Write("index.html", "v1");
        project.Clone.Write("other.txt", "x");
        project.Clone.Commit("Change back");
        project.Clone.Push();
        await service.WaitForSkip("restricted");
    }

    [Fact]
    public async Task A_push_that_was_skipped_counts_in_the_next_one()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService(
            settings: new
            {
                deployment_restrictions = new[]
                {
                    new
                    {
                        mode = "MATCH",
                        type = "PATH",
                        value = "index.html",
                    },
                },
            }
        );
        project.CommitVersion("v2", "Change [skip ci]");
        Assert.Contains("[skip ci]", await service.WaitForSkip("skip_marker"), StringComparison.Ordinal);

        project.Clone.Push("README.md", "more");
        await service.WaitForDeployment(verdicts: 2);
        Assert.Equal("v2", await service.AskService());
    }

    [Fact]
    public async Task A_forced_push_is_deployed_and_going_back_is_not()
    {
        using var project = GitProject.Create(environment);
        var first = project.Clone.Head;
        project.CommitVersion("v2");
        var service = await project.CreateRunningService();
        Assert.Equal("v2", await service.AskService());

        project.Clone.Reset(first);
        project.Clone.Write("index.html", "v3");
        project.Clone.Commit("Another way");
        project.Clone.Push(force: true);
        await service.WaitForDeployment();
        Assert.Equal("v3", await service.AskService());

        // an ancestor of what runs: a person who wants it back says so
        project.Clone.Reset(first);
        project.Clone.Push(force: true);
        Assert.Equal("older", (string)(await service.WaitForVerdicts(2))[0]!["reason"]!);
        Assert.Equal("v3", await service.AskService());
    }

    [Fact]
    public async Task Only_the_services_of_a_branch_hear_of_it_also_of_a_new_and_a_deleted_one()
    {
        using var project = GitProject.Create(environment);
        var main = await project.CreateRunningService();
        project.Clone.CreateBranch("feature/x");
        project.CommitVersion("x1");
        var feature = await project.CreateRunningService(branch: "feature/x");
        Assert.Equal("x1", await feature.AskService());

        project.CommitVersion("x2");
        await feature.WaitForDeployment();
        Assert.Equal("x2", await feature.AskService());

        project.Clone.Switch("main");
        project.Clone.DeleteBranch("feature/x");
        Assert.Equal("deleted", (string)(await feature.WaitForVerdicts(2))[0]!["reason"]!);
        Assert.Equal("x2", await feature.AskService());

        // there again, as a new branch
        project.Clone.Switch("feature/x");
        project.CommitVersion("x3");
        await feature.WaitForDeployment(verdicts: 3);
        Assert.Equal("x3", await feature.AskService());
        Assert.Empty((await environment.App.Get($"/api/app/v1/service/{main.Uuid}/verdict/"))["objects"]!.AsArray());
    }

    [Fact]
    public async Task A_push_of_300_commits_is_one_push()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService(
            settings: new
            {
                deployment_restrictions = new[]
                {
                    new
                    {
                        mode = "MATCH",
                        type = "PATH",
                        value = "first.txt",
                    },
                },
            }
        );
        project.Clone.Write("first.txt", "only the first of them changes this");
        project.Clone.Commit("First");
        for (var i = 0; i < 299; i++)
            project.Clone.Commit($"Empty {i}");
        project.Clone.Push();
        await service.WaitForDeployment();
        Assert.Equal(project.Clone.Head, (string)(await service.Get())["current_version"]!["commit"]!);
    }

    [Fact]
    public async Task Off_and_stopped_services_only_learn_what_is_available()
    {
        using var project = GitProject.Create(environment);
        var off = await project.CreateRunningService(settings: new { autoredeploy = false });
        var stopped = await project.CreateRunningService();
        await stopped.Post("stop/");
        await stopped.WaitForEnd();

        var commit = project.CommitVersion("v2");
        await off.WaitForSkip("autoredeploy_off");
        await stopped.WaitForSkip("stopped");
        foreach (var service in (TestService[])[off, stopped])
            Assert.Equal(commit, (string)(await service.Get())["available_version"]!["commit"]!);
        Assert.Equal("v1", await off.AskService());
        Assert.Equal("Stopped", await stopped.GetState());

        await off.Post("redeploy/");
        Assert.Equal("Success", (string)(await off.WaitForEnd())["state"]!);
        Assert.Equal("v2", await off.AskService());
        Assert.Null((await off.Get())["available_version"]);
    }

    [Fact]
    public async Task A_tag_is_nobodys_push()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        project.Clone.Tag("v1.0", "a release");
        project.CommitVersion("v2");
        await service.WaitForDeployment();
        Assert.Single(await service.WaitForVerdicts(1));
    }

    [Fact]
    public async Task Two_pushes_in_a_second_end_with_the_newest_and_two_deployments_at_most()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        project.CommitVersion("v2");
        project.CommitVersion("v3");
        await service.WaitForJudgement(verdicts: 2);
        Assert.Equal("v3", await service.AskService());
        var redeploys = (await service.ListActions()).Where(a => (string)a["action"]! == "Service Redeploy").ToList();
        Assert.InRange(redeploys.Count, 1, 2);
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task A_push_while_another_one_is_being_built_stops_that_build()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        project.Clone.Write("Dockerfile", project.WriteDockerfile("RUN echo begun; sleep 300"));
        project.CommitVersion("v2");
        var first = await Eventually.UntilFound(async () =>
            (await service.ListActions()).FirstOrDefault(a => (string)a["action"]! == "Service Redeploy")
        );
        await Eventually.Until(async () => (await service.ReadLog(first)).Contains("  begun", StringComparison.Ordinal));

        project.Clone.Write("Dockerfile", project.WriteDockerfile());
        project.CommitVersion("v3");
        await service.WaitForDeployment(verdicts: 2);
        Assert.Equal("v3", await service.AskService());
        var stopped = await environment.App.Get((string)first["resource_uri"]!);
        Assert.Equal("Canceled", (string)stopped["state"]!);
        Assert.Contains("newer", (string)stopped["result"]!, StringComparison.Ordinal);
        await Eventually.Until(async () =>
            !(await environment.Cli("ps", "-a", "--no-trunc", "--format", "{{.Command}}")).Contains("sleep 300", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_same_push_told_again_is_not_deployed_again()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        var commit = project.CommitVersion("v2");
        await service.WaitForDeployment();
        await project.SendDelivery("refs/heads/main", commit);
        await project.SendDelivery("refs/heads/main", null);
        var verdicts = await service.WaitForVerdicts(3);
        Assert.Equal(["current", "current", "new"], verdicts.Select(v => (string)v!["reason"]!));
    }
}
