using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>What a push to a repository does to the services that follow it, and what it must not do.</summary>
[Collection(World.OfGit)]
public class GitPushTests(World world)
{
    [Fact]
    public async Task A_push_builds_and_replaces_the_container_and_says_so()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running();
        Assert.Equal("v1", await service.Ask());

        var commit = project.Version("v2");
        var action = await service.Deployed();

        Assert.Equal("v2", await service.Ask());
        Assert.Equal(commit, (string)action["commit"]!);
        var current = (await service.Get())["current_version"]!;
        Assert.Equal(commit, (string)current["commit"]!);
        Assert.Equal($"docker.io/autodeploy/{service.Name}:{commit[..12]}", (string)current["image"]!);

        var verdict = Assert.Single(await service.Verdicts(1))!;
        Assert.Equal(("deploy", "new"), ((string)verdict["verdict"]!, (string)verdict["reason"]!));
        Assert.Equal((project.Key, "refs/heads/main", commit, "ida"), (
            (string)verdict["push"]!["repository"]!, (string)verdict["push"]!["ref"]!, (string)verdict["push"]!["commit"]!, (string)verdict["push"]!["pusher"]!));

        var log = await service.Log(action);
        foreach (var part in (string[])["push of", commit[..12], "Building", "Step 1/", "COPY", "Built in", "is healthy", "Switched", "is gone"])
            Assert.Contains(part, log, StringComparison.Ordinal);

        var labels = await world.Cli("image", "inspect", "--format", "{{json .Config.Labels}}", $"autodeploy/{service.Name}:{commit[..12]}");
        Assert.Contains($"\"org.opencontainers.image.revision\":\"{commit}\"", labels, StringComparison.Ordinal);
        Assert.Contains($"\"org.opencontainers.image.source\":\"{project.Url}\"", labels, StringComparison.Ordinal);
        Assert.Contains("\"org.opencontainers.image.created\":\"20", labels, StringComparison.Ordinal);
        Assert.Equal(commit, (string)(await service.Container())["Labels"]!["autodeploy.commit"]!);
    }

    [Fact]
    public async Task A_push_that_only_changes_what_is_excluded_does_nothing_and_the_next_one_does()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running(settings: new { deployment_restrictions = new[] { new { mode = "EXCLUDE", type = "PATH", value = "README.md" } } });
        var before = await service.Ids();

        project.Clone.Push("README.md", "more to read");
        Assert.Contains("README.md", await service.Skipped("restricted"), StringComparison.Ordinal);
        Assert.Equal(before, await service.Ids());

        project.Version("v2");
        await service.Deployed(verdicts: 2);
        Assert.Equal("v2", await service.Ask());
    }

    [Fact]
    public async Task In_a_mono_repository_exactly_the_services_whose_files_changed_are_deployed()
    {
        using var project = GitProject.Create(world, "mono");
        string[] parts = ["api", "web", "mail", "jobs", "docs"];
        foreach (var part in parts)
        {
            project.Clone.Write($"{part}/Dockerfile", project.Dockerfile());
            project.Clone.Write($"{part}/index.html", part + " v1");
        }

        project.Clone.Commit("Parts");
        project.Clone.Push();
        var services = new Dictionary<string, TestService>();
        foreach (var part in parts)
            services[part] = await project.Running(new { root_path = "/" + part },
                new { deployment_restrictions = new[] { new { mode = "MATCH", type = "PATH", value = part + "/" } } });

        project.Clone.Write("api/index.html", "api v2");
        project.Clone.Write("mail/new file with spaces und Umlaut ü.txt", "x");
        project.Clone.Rename("docs/index.html", "web/moved.html");
        project.Clone.Commit("Change three of them, one by what is moved away");
        project.Clone.Push();

        foreach (var part in (string[])["api", "mail", "web", "docs"])
            await services[part].Deployed();
        await services["jobs"].Skipped("restricted");
        Assert.Equal("api v2", await services["api"].Ask());
    }

    [Fact]
    public async Task What_is_changed_and_changed_back_in_one_push_changed_nothing()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running(settings: new { deployment_restrictions = new[] { new { mode = "MATCH", type = "PATH", value = "index.html" } } });
        project.Clone.Write("index.html", "v2");
        project.Clone.Commit("Change");
        project.Clone.Write("index.html", "v1");
        project.Clone.Write("other.txt", "x");
        project.Clone.Commit("Change back");
        project.Clone.Push();
        await service.Skipped("restricted");
    }

    [Fact]
    public async Task A_push_that_was_skipped_counts_in_the_next_one()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running(settings: new { deployment_restrictions = new[] { new { mode = "MATCH", type = "PATH", value = "index.html" } } });
        project.Version("v2", "Change [skip ci]");
        Assert.Contains("[skip ci]", await service.Skipped("skip_marker"), StringComparison.Ordinal);

        project.Clone.Push("README.md", "more");
        await service.Deployed(verdicts: 2);
        Assert.Equal("v2", await service.Ask());
    }

    [Fact]
    public async Task A_forced_push_is_deployed_and_going_back_is_not()
    {
        using var project = GitProject.Create(world);
        var first = project.Clone.Head;
        project.Version("v2");
        var service = await project.Running();
        Assert.Equal("v2", await service.Ask());

        project.Clone.Reset(first);
        project.Clone.Write("index.html", "v3");
        project.Clone.Commit("Another way");
        project.Clone.Push(force: true);
        await service.Deployed();
        Assert.Equal("v3", await service.Ask());

        // an ancestor of what runs: a person who wants it back says so
        project.Clone.Reset(first);
        project.Clone.Push(force: true);
        Assert.Equal("older", (string)(await service.Verdicts(2))[0]!["reason"]!);
        Assert.Equal("v3", await service.Ask());
    }

    [Fact]
    public async Task Only_the_services_of_a_branch_hear_of_it_also_of_a_new_and_a_deleted_one()
    {
        using var project = GitProject.Create(world);
        var main = await project.Running();
        project.Clone.CreateBranch("feature/x");
        project.Version("x1");
        var feature = await project.Running(branch: "feature/x");
        Assert.Equal("x1", await feature.Ask());

        project.Version("x2");
        await feature.Deployed();
        Assert.Equal("x2", await feature.Ask());

        project.Clone.Switch("main");
        project.Clone.DeleteBranch("feature/x");
        Assert.Equal("deleted", (string)(await feature.Verdicts(2))[0]!["reason"]!);
        Assert.Equal("x2", await feature.Ask());

        // there again, as a new branch
        project.Clone.Switch("feature/x");
        project.Version("x3");
        await feature.Deployed(verdicts: 3);
        Assert.Equal("x3", await feature.Ask());
        Assert.Empty((await world.App.Get($"/api/app/v1/service/{main.Uuid}/verdict/"))["objects"]!.AsArray());
    }

    [Fact]
    public async Task A_push_of_300_commits_is_one_push()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running(settings: new { deployment_restrictions = new[] { new { mode = "MATCH", type = "PATH", value = "first.txt" } } });
        project.Clone.Write("first.txt", "only the first of them changes this");
        project.Clone.Commit("First");
        for (var i = 0; i < 299; i++)
            project.Clone.Commit($"Empty {i}");
        project.Clone.Push();
        await service.Deployed();
        Assert.Equal(project.Clone.Head, (string)(await service.Get())["current_version"]!["commit"]!);
    }

    [Fact]
    public async Task Off_and_stopped_services_only_learn_what_is_available()
    {
        using var project = GitProject.Create(world);
        var off = await project.Running(settings: new { autoredeploy = false });
        var stopped = await project.Running();
        await stopped.Post("stop/");
        await stopped.Ended();

        var commit = project.Version("v2");
        await off.Skipped("autoredeploy_off");
        await stopped.Skipped("stopped");
        foreach (var service in (TestService[])[off, stopped])
            Assert.Equal(commit, (string)(await service.Get())["available_version"]!["commit"]!);
        Assert.Equal("v1", await off.Ask());
        Assert.Equal("Stopped", await stopped.State());

        await off.Post("redeploy/");
        Assert.Equal("Success", (string)(await off.Ended())["state"]!);
        Assert.Equal("v2", await off.Ask());
        Assert.Null((await off.Get())["available_version"]);
    }

    [Fact]
    public async Task A_tag_is_nobodys_push()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running();
        project.Clone.Tag("v1.0", "a release");
        project.Version("v2");
        await service.Deployed();
        Assert.Single(await service.Verdicts(1));
    }

    [Fact]
    public async Task Two_pushes_in_a_second_end_with_the_newest_and_two_deployments_at_most()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running();
        project.Version("v2");
        project.Version("v3");
        await service.Judged(verdicts: 2);
        Assert.Equal("v3", await service.Ask());
        var redeploys = (await service.Actions()).Where(a => (string)a["action"]! == "Service Redeploy").ToList();
        Assert.InRange(redeploys.Count, 1, 2);
        Assert.Single(await service.Containers());
    }

    [Fact]
    public async Task A_push_while_another_one_is_being_built_stops_that_build()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running();
        project.Clone.Write("Dockerfile", project.Dockerfile("RUN echo begun; sleep 300"));
        project.Version("v2");
        var first = await Wait.For(async () => (await service.Actions()).FirstOrDefault(a => (string)a["action"]! == "Service Redeploy"));
        await Wait.Until(async () => (await service.Log(first)).Contains("  begun", StringComparison.Ordinal));

        project.Clone.Write("Dockerfile", project.Dockerfile());
        project.Version("v3");
        await service.Deployed(verdicts: 2);
        Assert.Equal("v3", await service.Ask());
        var stopped = await world.App.Get((string)first["resource_uri"]!);
        Assert.Equal("Canceled", (string)stopped["state"]!);
        Assert.Contains("newer", (string)stopped["result"]!, StringComparison.Ordinal);
        await Wait.Until(async () => !(await world.Cli("ps", "-a", "--no-trunc", "--format", "{{.Command}}")).Contains("sleep 300", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_push_told_again_is_not_deployed_again()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running();
        var commit = project.Version("v2");
        await service.Deployed();
        await project.Tell("refs/heads/main", commit);
        await project.Tell("refs/heads/main", null);
        var verdicts = await service.Verdicts(3);
        Assert.Equal(["current", "current", "new"], verdicts.Select(v => (string)v!["reason"]!));
    }
}
