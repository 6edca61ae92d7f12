using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Repositories that are private, away, or without what a push names.</summary>
[Collection(TestEnvironment.GitCollectionName)]
public class GitAccessTests(TestEnvironment environment)
{
    private const string Token = "tok-3b1f9d0a77";

    [Fact]
    public async Task A_private_repository_is_read_with_its_hosts_token_and_a_wrong_one_is_said_so_without_it()
    {
        await using var git = await GitServer.Start(Token);
        git.CreateRepository("acme/secret");
        using var clone = git.Clone("acme/secret");
        clone.Write("Dockerfile", $"FROM {environment.WebImage}\nCOPY . /www/\n");
        clone.Push("index.html", "v1");
        var host = await environment.App.Call(
            HttpMethod.Post,
            "/api/app/v1/githost/",
            new { host = git.Host, password = "wrong-" + Token }
        );
        try
        {
            var created = await environment.App.Call(
                HttpMethod.Post,
                "/api/app/v1/service/",
                new
                {
                    name = TestEnvironment.CreateName("secret"),
                    autoredeploy = true,
                    git_repository = new { url = git.Url("acme/secret"), branch = "main" },
                }
            );
            var service = new TestService(environment, (string)created["uuid"]!, (string)created["name"]!);
            await service.Post("start/");
            var failed = await service.WaitForEnd();
            Assert.Equal("Failed", (string)failed["state"]!);
            Assert.Contains($"{git.Host}/acme/secret", (string)failed["result"]!, StringComparison.Ordinal);

            await environment.App.Call(HttpMethod.Patch, (string)host["resource_uri"]!, new { password = Token });
            await service.Post("start/");
            Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
            Assert.Equal("v1", await service.AskService());

            var commit = clone.Push("index.html", "v2");
            await environment.App.Call(
                HttpMethod.Post,
                environment.GitHook.PathAndQuery,
                new
                {
                    repository = git.Url("acme/secret"),
                    @ref = "main",
                    after = commit,
                }
            );
            var action = await service.WaitForDeployment();
            Assert.Equal("v2", await service.AskService());

            Assert.DoesNotContain(
                Token,
                failed.ToJsonString() + await service.ReadLog(failed) + await service.ReadLog(action),
                StringComparison.Ordinal
            );
            Assert.DoesNotContain(Token, environment.App.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(Token, (await service.Get()).ToJsonString(), StringComparison.Ordinal);
        }
        finally
        {
            await environment.App.Call(HttpMethod.Delete, (string)host["resource_uri"]!);
        }
    }

    [Fact]
    public async Task A_repository_is_read_through_ssh_with_its_hosts_key()
    {
        await using var ssh = await SshServer.Start(environment.Git);
        environment.Git.CreateRepository("acme/sshshop");
        using var clone = environment.Git.Clone("acme/sshshop");
        clone.Write("Dockerfile", $"FROM {environment.WebImage}\nCOPY . /www/\n");
        clone.Push("index.html", "v1");
        var host = await environment.App.Call(
            HttpMethod.Post,
            "/api/app/v1/githost/",
            new
            {
                host = ssh.Host,
                ssh_private_key = ssh.PrivateKey,
                known_hosts = ssh.KnownHosts,
            }
        );
        try
        {
            var created = await environment.App.Call(
                HttpMethod.Post,
                "/api/app/v1/service/?start=true",
                new
                {
                    name = TestEnvironment.CreateName("ssh"),
                    autoredeploy = true,
                    git_repository = new { url = ssh.Url("acme/sshshop"), branch = "main" },
                }
            );
            var service = new TestService(environment, (string)created["uuid"]!, (string)created["name"]!);
            var started = await service.WaitForEnd();
            Assert.True((string)started["state"]! == "Success", started.ToJsonString());

            var commit = clone.Push("index.html", "v2");
            await environment.App.Call(
                HttpMethod.Post,
                environment.GitHook.PathAndQuery,
                new
                {
                    repository = ssh.Url("acme/sshshop"),
                    @ref = "main",
                    after = commit,
                }
            );
            await service.WaitForDeployment();
            Assert.Equal("v2", await service.AskService());
        }
        finally
        {
            await environment.App.Call(HttpMethod.Delete, (string)host["resource_uri"]!);
        }
    }

    [Fact]
    public async Task A_commit_that_is_not_there_is_waited_for_and_then_said_so()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        var missing = new string('8', 40);
        await project.SendDelivery("refs/heads/main", missing);

        // what comes meanwhile is not held up by it
        project.CommitVersion("v2");
        await service.WaitForDeployment();
        Assert.Equal("v2", await service.AskService());

        await Eventually.Until(
            async () => (await environment.App.Get($"/api/app/v1/service/{service.Uuid}/verdict/"))["objects"]!.AsArray().Count == 2,
            "the missing commit has its verdict",
            TimeSpan.FromMinutes(2)
        );
        var action = await service.WaitForEnd();
        Assert.Equal(("Failed", missing), ((string)action["state"]!, (string)action["commit"]!));
        Assert.Contains(missing[..12], (string)action["result"]!, StringComparison.Ordinal);
        Assert.Contains(project.Key, (string)action["result"]!, StringComparison.Ordinal);
        Assert.Equal("v2", await service.AskService());
    }

    [Fact]
    public async Task A_commit_that_comes_a_moment_later_than_its_push_is_deployed()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        project.Clone.Write("index.html", "v2");
        var commit = project.Clone.Commit("Told before it is there");
        await project.SendDelivery("refs/heads/main", commit);
        await Eventually.Until(() => environment.App.Output.Contains($"at {commit[..12]}) cannot be read yet", StringComparison.Ordinal));
        project.Clone.Git("push", "--quiet", "origin", "HEAD:refs/heads/main");
        await service.WaitForDeployment(verdicts: 1);
        Assert.Equal("v2", await service.AskService());
    }

    [Fact]
    public async Task A_git_server_that_is_away_for_a_moment_is_waited_for()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        project.Clone.Write("index.html", "v2");
        var commit = project.Clone.Commit("v2");
        project.Clone.Git("push", "--quiet", "origin", "HEAD:refs/heads/main");
        await service.WaitForDeployment();
        project.Clone.Write("index.html", "v3");
        commit = project.Clone.Commit("v3");
        await environment.Git.Stop();
        try
        {
            await project.SendDelivery("refs/heads/main", commit);
            await Eventually.Until(() =>
                environment.App.Output.Contains($"at {commit[..12]}) cannot be read yet", StringComparison.Ordinal)
            );
        }
        finally
        {
            await environment.Git.StartAgain();
        }

        project.Clone.Push();
        await service.WaitForJudgement(verdicts: 2);
        Assert.Equal("v3", await service.AskService());
    }

    [Fact]
    public async Task A_push_by_another_name_of_the_host_finds_the_services_of_its_path()
    {
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        project.Clone.Write("index.html", "v2");
        var commit = project.Clone.Commit("v2");
        File.Delete(Path.Combine(environment.Git.PathOf(new Uri(project.Url).AbsolutePath[1..^4]), "hooks", "post-receive"));
        project.Clone.Push();
        var path = new Uri(project.Url).AbsolutePath;
        await environment.App.Call(
            HttpMethod.Post,
            environment.GitHook.PathAndQuery,
            new
            {
                repository = $"ssh://git@git.acme.test:2222{path}",
                @ref = "refs/heads/main",
                after = commit,
            }
        );
        await service.WaitForDeployment();
        Assert.Equal("v2", await service.AskService());
    }
}
