using AutoDeploy.Testing;

namespace AutoDeploy.Git.Tests;

/// <summary>That the git servers of the tests are what git itself takes for servers.</summary>
public sealed class GitServerTests
{
    [Fact]
    public async Task What_is_pushed_over_http_runs_the_hook_and_can_be_cloned()
    {
        await using var git = await GitServer.Start(password: "tok");
        git.CreateRepository("acme/shop");
        var heard = Path.Combine(git.Folder, "heard");
        git.Hook("acme/shop", "post-receive", $"#!/bin/sh\ncat > {heard}\n");
        using var clone = git.Clone("acme/shop");
        clone.Write("api/a.cs", "one");
        var first = clone.Commit("first");
        var url = git.Url("acme/shop").Replace("http://", "http://anybody:tok@", StringComparison.Ordinal);

        await Task.Run(() => clone.Git("push", "--quiet", url, "HEAD:refs/heads/main"));
        Assert.Equal($"{new string('0', 40)} {first} refs/heads/main\n", await File.ReadAllTextAsync(heard));

        clone.Push("api/b.cs", new string('b', 1_000_000));
        Assert.Contains($"{first} {clone.Head} refs/heads/main", await File.ReadAllTextAsync(heard));
        var refs = await Task.Run(() => clone.Git("ls-remote", url));
        Assert.Contains($"{clone.Head}\trefs/heads/main", refs);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.Run(() => clone.Git("ls-remote", git.Url("acme/shop"))));
        await git.Stop();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.Run(() => clone.Git("ls-remote", url)));
        await git.StartAgain();
        Assert.Equal(refs, await Task.Run(() => clone.Git("ls-remote", url)));
    }

    [Fact]
    public async Task Over_ssh_the_key_of_the_server_opens_it()
    {
        await using var git = await GitServer.Start();
        git.CreateRepository("acme/shop");
        using var clone = git.Clone("acme/shop");
        var commit = clone.Push("a", "a");
        await using var ssh = await SshServer.Start(git);
        var files = Directory.CreateTempSubdirectory("autodeploy-key-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(files, "known_hosts"), ssh.KnownHosts);
            await File.WriteAllTextAsync(Path.Combine(files, "key"), ssh.PrivateKey);
            UnixTools.Run("chmod", "600", Path.Combine(files, "key"));
            var command =
                $"ssh -F none -i {files}/key -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile={files}/known_hosts";
            Assert.Contains($"{commit}\trefs/heads/main", clone.Git("-c", "core.sshCommand=" + command, "ls-remote", ssh.Url("acme/shop")));
        }
        finally
        {
            Directory.Delete(files, recursive: true);
        }
    }
}
