using System.Text.Json;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>
/// A repository of a test at the real git server, with a working clone; each push tells AutoDeploy through a real post-receive hook.
/// </summary>
public sealed class GitProject : IDisposable
{
    private readonly TestEnvironment _testEnvironment;
    private readonly string _path;

    private GitProject(TestEnvironment environment, string path)
    {
        _testEnvironment = environment;
        _path = path;
        environment.Git.CreateRepository(path);
        Clone = environment.Git.Clone(path);
    }

    public string Url => _testEnvironment.Git.Url(_path);

    public string Key => $"{_testEnvironment.Git.Host}/{_path}";

    public GitClone Clone { get; }

    /// <summary>
    /// A repository with a Dockerfile and version v1 in its root, pushed; nobody was told, or it would be told of at any time in the test.
    /// </summary>
    public static GitProject Create(TestEnvironment environment, string what = "shop")
    {
        var project = new GitProject(environment, "acme/" + TestEnvironment.CreateName(what));
        project.Clone.Write("Dockerfile", project.WriteDockerfile());
        project.Clone.Write("README.md", "read me");
        project.CommitVersion("v1");
        environment.Git.Hook(
            project._path,
            "post-receive",
            $$"""
            #!/bin/sh
            while read before after ref; do
              curl -sS --max-time 10 -o /dev/null -d "{\"repository\": \"{{project.Url}}\", \"ref\": \"$ref\", \"before\": \"$before\",
                \"after\": \"$after\", \"pusher\": \"ida\"}" {{environment.GitHook}} || exit 1
            done
            """
        );
        return project;
    }

    /// <summary>Serves the files beside it.</summary>
    /// <param name="instructions">More of it, before the files are copied.</param>
    public string WriteDockerfile(string instructions = "") => $"FROM {_testEnvironment.WebImage}\n{instructions}\nCOPY . /www/\n";

    /// <summary>Writes what the service shall answer, commits and pushes it; answers the commit.</summary>
    public string CommitVersion(string version, string? message = null, string directory = "") =>
        Clone.Push(directory + "index.html", version, message);

    /// <summary>Creates a service that follows the repository, starts it and waits until it runs.</summary>
    /// <param name="repository">Members of git_repository besides url and branch.</param>
    /// <param name="settings">Members of the service.</param>
    public async Task<TestService> CreateRunningService(object? repository = null, object? settings = null, string branch = "main")
    {
        var service = await CreateService(repository, settings, branch);
        await service.Post("start/");
        var action = await service.WaitForEnd();
        Assert.True(await service.GetState() == "Running", action.ToJsonString() + await service.ReadLog(action));
        return service;
    }

    /// <summary>As <see cref="CreateRunningService"/>, not started.</summary>
    public async Task<TestService> CreateService(object? repository = null, object? settings = null, string branch = "main")
    {
        var name = TestEnvironment.CreateName("git");
        var body = JsonSerializer.SerializeToNode(settings ?? new object())!.AsObject();
        var git = JsonSerializer.SerializeToNode(repository ?? new object())!.AsObject();
        git["url"] ??= Url;
        git["branch"] = branch;
        body["git_repository"] = git;
        body["name"] = name;
        body["autoredeploy"] ??= true;
        var created = await _testEnvironment.App.Call(HttpMethod.Post, "/api/app/v1/service/", body);
        return new TestService(_testEnvironment, (string)created["uuid"]!, name);
    }

    /// <summary>Tells of a push by hand, as a CI would.</summary>
    public Task SendDelivery(string reference, string? after) =>
        _testEnvironment.App.Call(
            HttpMethod.Post,
            _testEnvironment.GitHook.PathAndQuery,
            new
            {
                repository = Url,
                @ref = reference,
                after,
            }
        );

    public void Dispose() => Clone.Dispose();
}
