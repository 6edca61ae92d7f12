using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>What becomes of a pushed commit is told to its git host.</summary>
[Collection(TestEnvironment.GitCollectionName)]
public class CommitStatusTests(TestEnvironment environment)
{
    [Fact]
    public async Task A_push_is_pending_and_then_a_success_and_a_commit_that_cannot_be_built_is_a_failure()
    {
        await using var receiver = await HttpReceiver.Start(_ => 201);
        using var project = GitProject.Create(environment);
        var service = await project.CreateRunningService();
        var host = await environment.App.Call(
            HttpMethod.Post,
            "/api/app/v1/githost/",
            new
            {
                host = environment.Git.Host,
                password = "a-token",
                commit_statuses = "github",
                api_url = $"http://127.0.0.1:{receiver.Port}",
            }
        );

        var good = project.CommitVersion("v2");
        await service.WaitForDeployment();
        project.Clone.Write("Dockerfile", project.WriteDockerfile("RUN exit 3"));
        var bad = project.CommitVersion("v3");
        await service.WaitForJudgement(verdicts: 2);

        await Eventually.Until(() => States(bad).Contains("failure"), "the failure is told");
        Assert.Equal(["pending", "success"], States(good));
        Assert.Equal(["pending", "failure"], States(bad));
        Assert.Equal("Waits to be deployed.", (string)receiver.Taken[0].Json["description"]!);
        var told = receiver.Taken;
        var repository = project.Key[(project.Key.IndexOf('/', StringComparison.Ordinal) + 1)..];
        Assert.All(told, r => Assert.StartsWith($"/repos/{repository}/statuses/", r.Path, StringComparison.Ordinal));
        Assert.All(
            told,
            r => Assert.Equal(("Bearer a-token", $"autodeploy/{service.Name}"), (r.Headers["Authorization"], (string)r.Json["context"]!))
        );
        Assert.Equal("v2", await service.AskService());
        await environment.App.Call(HttpMethod.Delete, (string)host["resource_uri"]!);

        IEnumerable<string> States(string commit) =>
            receiver
                .Taken.Where(r => r.Path.EndsWith("/" + commit, StringComparison.Ordinal))
                .Select(r => (string)r.Json["state"]!)
                .Distinct();
    }
}
