using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Git.Tests;

/// <summary>A test with a real git server, a repository <c>acme/shop</c> on it, and mirrors of its own.</summary>
public abstract class GenericGitSenderTests : IAsyncLifetime
{
    protected const string Repository = "acme/shop";

    protected static readonly CancellationToken None = CancellationToken.None;

    protected GitServer Server { get; private set; } = null!;

    protected GitClone Clone { get; private set; } = null!;

    protected IGit Git { get; private set; } = null!;

    protected string Data { get; } = Directory.CreateTempSubdirectory("autodeploy-mirrors-").FullName;

    protected GitRemote Remote => RemoteOf(Server.Url(Repository));

    public virtual async Task InitializeAsync()
    {
        Server = await GitServer.Start();
        Server.CreateRepository(Repository);
        Clone = Server.Clone(Repository);
        Git = NewGit();
    }

    public virtual async Task DisposeAsync()
    {
        Clone.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }

    /// <summary>One that remembers nothing, as after a restart of ours.</summary>
    protected IGit NewGit(Action<GitOptions>? configure = null)
    {
        var options = new GitOptions { Directory = Data };
        configure?.Invoke(options);
        return new GitMirrorClient(Options.Create(options), NullLogger<GitMirrorClient>.Instance, TimeProvider.System);
    }

    protected static GitRemote RemoteOf(string url, params GitCredential[] credentials) =>
        new("acme", RepositoryName.Parse(url), credentials);

    protected Task<GitCommit> Fetch(string? commit = null, string branch = "main") => Git.Fetch(Remote, branch, commit, None);

    protected static async Task<GitException> Fails(GitFault fault, Func<Task> work)
    {
        var e = await Assert.ThrowsAsync<GitException>(work);
        Assert.True(fault == e.Fault, $"{e.Fault}: {e.Message}");
        return e;
    }

    /// <summary>The mirrors that there are.</summary>
    protected string[] Mirrors() => Directory.GetDirectories(Path.Combine(Data, "mirrors"));

    /// <summary>The only mirror's objects of one kind.</summary>
    protected int Count(string kind) =>
        UnixTools
            .Run("git", "--git-dir=" + Assert.Single(Mirrors()), "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)")
            .Split('\n')
            .Count(line => line == kind);
}
