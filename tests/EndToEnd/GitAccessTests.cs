using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Repositories that are private, away, or without what a push names.</summary>
[Collection(World.OfGit)]
public class GitAccessTests(World world)
{
    private const string Token = "tok-3b1f9d0a77";

    [Fact]
    public async Task A_private_repository_is_read_with_its_hosts_token_and_a_wrong_one_is_said_so_without_it()
    {
        await using var git = await GitServer.Start(Token);
        git.CreateRepository("acme/secret");
        using var clone = git.Clone("acme/secret");
        clone.Write("Dockerfile", $"FROM {world.WebImage}\nCOPY . /www/\n");
        clone.Push("index.html", "v1");
        var host = await world.App.Call(HttpMethod.Post, "/api/app/v1/githost/", new { host = git.Host, password = "wrong-" + Token });
        try
        {
            var created = await world.App.Call(HttpMethod.Post, "/api/app/v1/service/", new
            {
                name = World.Name("secret"),
                autoredeploy = true,
                git_repository = new { url = git.Url("acme/secret"), branch = "main" },
            });
            var service = new TestService(world, (string)created["uuid"]!, (string)created["name"]!);
            await service.Post("start/");
            var failed = await service.Ended();
            Assert.Equal("Failed", (string)failed["state"]!);
            Assert.Contains($"{git.Host}/acme/secret", (string)failed["result"]!, StringComparison.Ordinal);

            await world.App.Call(HttpMethod.Patch, (string)host["resource_uri"]!, new { password = Token });
            await service.Post("start/");
            Assert.Equal("Success", (string)(await service.Ended())["state"]!);
            Assert.Equal("v1", await service.Ask());

            var commit = clone.Push("index.html", "v2");
            await world.App.Call(HttpMethod.Post, world.GitHook.PathAndQuery, new { repository = git.Url("acme/secret"), @ref = "main", after = commit });
            var action = await service.Deployed();
            Assert.Equal("v2", await service.Ask());

            Assert.DoesNotContain(Token, failed.ToJsonString() + await service.Log(failed) + await service.Log(action), StringComparison.Ordinal);
            Assert.DoesNotContain(Token, world.App.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(Token, (await service.Get()).ToJsonString(), StringComparison.Ordinal);
        }
        finally
        {
            await world.App.Call(HttpMethod.Delete, (string)host["resource_uri"]!);
        }
    }

    [Fact]
    public async Task A_repository_is_read_through_ssh_with_its_hosts_key()
    {
        await using var ssh = await SshServer.Start(world.Git);
        world.Git.CreateRepository("acme/sshshop");
        using var clone = world.Git.Clone("acme/sshshop");
        clone.Write("Dockerfile", $"FROM {world.WebImage}\nCOPY . /www/\n");
        clone.Push("index.html", "v1");
        var host = await world.App.Call(HttpMethod.Post, "/api/app/v1/githost/", new { host = ssh.Host, ssh_private_key = ssh.PrivateKey, known_hosts = ssh.KnownHosts });
        try
        {
            var created = await world.App.Call(HttpMethod.Post, "/api/app/v1/service/?start=true", new
            {
                name = World.Name("ssh"),
                autoredeploy = true,
                git_repository = new { url = ssh.Url("acme/sshshop"), branch = "main" },
            });
            var service = new TestService(world, (string)created["uuid"]!, (string)created["name"]!);
            var started = await service.Ended();
            Assert.True((string)started["state"]! == "Success", started.ToJsonString());

            var commit = clone.Push("index.html", "v2");
            await world.App.Call(HttpMethod.Post, world.GitHook.PathAndQuery, new { repository = ssh.Url("acme/sshshop"), @ref = "main", after = commit });
            await service.Deployed();
            Assert.Equal("v2", await service.Ask());
        }
        finally
        {
            await world.App.Call(HttpMethod.Delete, (string)host["resource_uri"]!);
        }
    }

    [Fact]
    public async Task A_commit_that_is_not_there_is_waited_for_and_then_said_so()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running();
        var missing = new string('8', 40);
        await project.Tell("refs/heads/main", missing);

        // what comes meanwhile is not held up by it
        project.Version("v2");
        await service.Deployed();
        Assert.Equal("v2", await service.Ask());

        await Wait.Until(
            async () => (await world.App.Get($"/api/app/v1/service/{service.Uuid}/verdict/"))["objects"]!.AsArray().Count == 2,
            "the missing commit has its verdict", TimeSpan.FromMinutes(2));
        var action = await service.Ended();
        Assert.Equal(("Failed", missing), ((string)action["state"]!, (string)action["commit"]!));
        Assert.Contains(missing[..12], (string)action["result"]!, StringComparison.Ordinal);
        Assert.Contains(project.Key, (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal("v2", await service.Ask());
    }

    [Fact]
    public async Task A_commit_that_comes_a_moment_later_than_its_push_is_deployed()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running();
        project.Clone.Write("index.html", "v2");
        var commit = project.Clone.Commit("Told before it is there");
        await project.Tell("refs/heads/main", commit);
        await Wait.Until(() => world.App.Output.Contains($"at {commit[..12]}) cannot be read yet", StringComparison.Ordinal));
        project.Clone.Git("push", "--quiet", "origin", "HEAD:refs/heads/main");
        await service.Deployed(verdicts: 1);
        Assert.Equal("v2", await service.Ask());
    }

    [Fact]
    public async Task A_git_server_that_is_away_for_a_moment_is_waited_for()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running();
        project.Clone.Write("index.html", "v2");
        var commit = project.Clone.Commit("v2");
        project.Clone.Git("push", "--quiet", "origin", "HEAD:refs/heads/main");
        await service.Deployed();
        project.Clone.Write("index.html", "v3");
        commit = project.Clone.Commit("v3");
        await world.Git.Stop();
        try
        {
            await project.Tell("refs/heads/main", commit);
            await Wait.Until(() => world.App.Output.Contains($"at {commit[..12]}) cannot be read yet", StringComparison.Ordinal));
        }
        finally
        {
            await world.Git.StartAgain();
        }

        project.Clone.Push();
        await service.Judged(verdicts: 2);
        Assert.Equal("v3", await service.Ask());
    }

    [Fact]
    public async Task A_push_by_another_name_of_the_host_finds_the_services_of_its_path()
    {
        using var project = GitProject.Create(world);
        var service = await project.Running();
        project.Clone.Write("index.html", "v2");
        var commit = project.Clone.Commit("v2");
        File.Delete(Path.Combine(world.Git.PathOf(new Uri(project.Url).AbsolutePath[1..^4]), "hooks", "post-receive"));
        project.Clone.Push();
        var path = new Uri(project.Url).AbsolutePath;
        await world.App.Call(HttpMethod.Post, world.GitHook.PathAndQuery, new { repository = $"ssh://git@git.acme.test:2222{path}", @ref = "refs/heads/main", after = commit });
        await service.Deployed();
        Assert.Equal("v2", await service.Ask());
    }
}
