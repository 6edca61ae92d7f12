using System.Text.Json;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>A repository of a test at the real git server, with a working clone; each push tells AutoDeploy through a real post-receive hook.</summary>
public sealed class GitProject : IDisposable
{
    private readonly World _world;
    private readonly string _path;

    private GitProject(World world, string path)
    {
        _world = world;
        _path = path;
        world.Git.CreateRepository(path);
        Clone = world.Git.Clone(path);
    }

    public string Url => _world.Git.Url(_path);

    public string Key => $"{_world.Git.Host}/{_path}";

    public GitClone Clone { get; }

    /// <summary>A repository with a Dockerfile and version v1 in its root, pushed; nobody was told, or it would be told of at any time in the test.</summary>
    public static GitProject Create(World world, string what = "shop")
    {
        var project = new GitProject(world, "acme/" + World.Name(what));
        project.Clone.Write("Dockerfile", project.Dockerfile());
        project.Clone.Write("README.md", "read me");
        project.Version("v1");
        world.Git.Hook(project._path, "post-receive", $$"""
            #!/bin/sh
            while read before after ref; do
              curl -sS --max-time 10 -o /dev/null -d "{\"repository\": \"{{project.Url}}\", \"ref\": \"$ref\", \"before\": \"$before\", \"after\": \"$after\", \"pusher\": \"ida\"}" {{world.GitHook}} || exit 1
            done
            """);
        return project;
    }

    /// <summary>Serves the files beside it.</summary>
    /// <param name="instructions">More of it, before the files are copied.</param>
    public string Dockerfile(string instructions = "") => $"FROM {_world.WebImage}\n{instructions}\nCOPY . /www/\n";

    /// <summary>Writes what the service shall answer, commits and pushes it; answers the commit.</summary>
    public string Version(string version, string? message = null, string directory = "") => Clone.Push(directory + "index.html", version, message);

    /// <summary>Creates a service that follows the repository, starts it and waits until it runs.</summary>
    /// <param name="repository">Members of git_repository besides url and branch.</param>
    /// <param name="settings">Members of the service.</param>
    public async Task<TestService> Running(object? repository = null, object? settings = null, string branch = "main")
    {
        var service = await Created(repository, settings, branch);
        await service.Post("start/");
        var action = await service.Ended();
        Assert.True(await service.State() == "Running", action.ToJsonString() + await service.Log(action));
        return service;
    }

    /// <summary>As <see cref="Running"/>, not started.</summary>
    public async Task<TestService> Created(object? repository = null, object? settings = null, string branch = "main")
    {
        var name = World.Name("git");
        var body = JsonSerializer.SerializeToNode(settings ?? new object())!.AsObject();
        var git = JsonSerializer.SerializeToNode(repository ?? new object())!.AsObject();
        git["url"] ??= Url;
        git["branch"] = branch;
        body["git_repository"] = git;
        body["name"] = name;
        body["autoredeploy"] ??= true;
        var created = await _world.App.Call(HttpMethod.Post, "/api/app/v1/service/", body);
        return new TestService(_world, (string)created["uuid"]!, name);
    }

    /// <summary>Tells of a push by hand, as a CI would.</summary>
    public Task Tell(string reference, string? after) => _world.App.Call(HttpMethod.Post, _world.GitHook.PathAndQuery, new { repository = Url, @ref = reference, after });

    public void Dispose() => Clone.Dispose();
}
