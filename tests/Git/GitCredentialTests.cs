using AutoDeploy.Ports;
using AutoDeploy.Testing;

namespace AutoDeploy.Git.Tests;

public sealed class GitCredentialTests : GenericGitSenderTests
{
    private const string Secret = "s3cret/w%rd$'\"`\\&";

    [Fact]
    public async Task A_private_repository_wants_the_right_password()
    {
        var commit = Clone.Push("a", "1");
        Server.Password = Secret;
        Server.Username = "x-access-token";

        var e = await Fails(GitFault.Unauthorized, () => Fetch());
        Assert.Equal(
            $"The repository {Server.Host}/acme/shop could not be read: {Server.Host} wants credentials; set them for the host "
                + $"{Server.Host}.",
            e.Message
        );
        e = await Fails(GitFault.Unauthorized, () => Fetch(new GitCredential { Host = Server.Host, Password = "wr0ng-word" }));
        Assert.Equal(
            $"The repository {Server.Host}/acme/shop could not be read: the server refused the credentials for {Server.Host}.",
            e.Message
        );
        Assert.DoesNotContain("wr0ng-word", e.ToString());
        e = await Fails(
            GitFault.Unauthorized,
            () =>
                Fetch(
                    new GitCredential { Host = "127.0.0.1:1", Password = Secret },
                    new GitCredential { Host = "localhost", Password = Secret }
                )
        );
        Assert.Contains("wants credentials", e.Message);

        Assert.Equal(commit, await Fetch(new GitCredential { Host = Server.Host, Password = Secret }));
        Assert.Equal(commit, await Fetch(new GitCredential { Host = "127.0.0.1", Password = Secret }));
        Assert.Equal(
            commit,
            await Fetch(
                new GitCredential { Host = "127.0.0.1", Password = "other" },
                new GitCredential { Host = Server.Host, Password = Secret }
            )
        );
        Server.Username = "ada";
        Assert.Equal(
            commit,
            await Fetch(
                new GitCredential
                {
                    Host = "127.0.0.1",
                    Username = "ada",
                    Password = Secret,
                }
            )
        );

        foreach (var file in Directory.GetFiles(Data, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(Secret, await File.ReadAllTextAsync(file));
    }

    [Fact]
    public void That_a_password_is_not_sent_over_http_is_told()
    {
        var remote = RemoteOf(
            "http://git.acme.com/acme/shop",
            new GitCredential
            {
                Host = "git.acme.com",
                Path = "acme",
                Password = Secret,
            }
        );
        using var access = GitAccess.Open(remote, new SshKeyDirectory(Data));
        Assert.Null(access.Credential);
        Assert.Empty(access.Environment);

        var e = GitErrorTranslator.From(
            access,
            new GitResult(128, [], "fatal: could not read Username for 'http://git.acme.com': terminal prompts disabled", false)
        );
        Assert.Equal(
            "The repository git.acme.com/acme/shop could not be read: the credentials for git.acme.com/acme are not sent over "
                + "http; use the repository's https URL, "
                + "or set their `scheme` to \"http\" if the password may travel in clear.",
            e.Message
        );

        var plain = remote with { Credentials = [remote.Credentials[0] with { Scheme = "http" }] };
        using var open = GitAccess.Open(plain, new SshKeyDirectory(Data));
        Assert.Contains(Secret, open.Environment.Values);
    }

    [Fact]
    public async Task A_password_is_not_shown_to_a_server_that_ours_sends_us_on_to()
    {
        Clone.Push("a", "1");
        await using var other = await GitServer.Start(password: "something");
        other.CreateRepository(Repository);
        var shown = new List<string>();
        other.Before = context =>
        {
            lock (shown)
                shown.Add(context.Request.Headers.Authorization.ToString());
            return Task.FromResult(false);
        };
        Server.Before = context =>
        {
            context.Response.Redirect($"http://{other.Host}{context.Request.Path}{context.Request.QueryString}");
            return Task.FromResult(true);
        };
        var e = await Assert.ThrowsAsync<GitException>(() => Fetch(new GitCredential { Host = Server.Host, Password = Secret }));
        Assert.Equal(GitFault.Unauthorized, e.Fault);
        Assert.Contains(other.Host, e.Message);
        Assert.NotEmpty(shown);
        Assert.All(shown, Assert.Empty);
    }

    [Fact]
    public async Task What_one_organization_has_read_another_may_not()
    {
        var commit = Clone.Push("a", "1");
        Server.Password = Secret;
        await Fetch(new GitCredential { Host = Server.Host, Password = Secret });
        var stranger = Remote with { Organization = "other" };
        await Fails(GitFault.Unauthorized, () => Git.Fetch(stranger, "main", commit, None));
    }

    [Fact]
    public async Task Over_ssh_a_key_opens_it_when_the_server_is_who_it_should_be()
    {
        var commit = Clone.Push("a", "1");
        await using var ssh = await SshServer.Start(Server);
        var right = new GitCredential
        {
            Host = "127.0.0.1",
            PrivateKey = ssh.PrivateKey,
            KnownHosts = ssh.KnownHosts,
        };
        var url = ssh.Url(Repository);

        var none = await Fails(GitFault.Unauthorized, () => Over());
        Assert.Contains("it wants a private key; set one for the host 127.0.0.1", none.Message);
        await Fails(GitFault.Unauthorized, () => Over(new GitCredential { Host = "127.0.0.1", Password = "no key" }));
        var unknown = await Fails(GitFault.Unauthorized, () => Over(right with { KnownHosts = "" }));
        Assert.Contains("known_hosts", unknown.Message);
        var false_ = await Fails(GitFault.Unauthorized, () => Over(right with { KnownHosts = ssh.CreateWrongKnownHosts() }));
        Assert.Contains("the server is not known by its key; set the right known_hosts for the host 127.0.0.1", false_.Message);
        var strange = await Fails(GitFault.Unauthorized, () => Over(right with { PrivateKey = ssh.CreateWrongPrivateKey() }));
        Assert.Contains("the server refused the credentials for 127.0.0.1", strange.Message);
        var broken = await Fails(GitFault.Unauthorized, () => Over(right with { PrivateKey = "not a key" }));
        Assert.DoesNotContain("not a key", broken.ToString());

        Assert.Equal(commit, (await Over(right)).Id);
        Assert.Equal(
            commit,
            (
                await Over(
                    right with
                    {
                        Host = ssh.Host,
                        PrivateKey = ssh.PrivateKey.Replace("\n", "\r\n", StringComparison.Ordinal).Trim(),
                    }
                )
            ).Id
        );
        await Fails(
            GitFault.NotFound,
            () => Git.Fetch(RemoteOf(url.Replace("shop", "none", StringComparison.Ordinal), right), "main", null, None)
        );
        Assert.Empty(Keys());

        Task<GitCommit> Over(params GitCredential[] credentials) => Git.Fetch(RemoteOf(url, credentials), "main", null, None);

        string[] Keys() =>
            Directory
                .GetDirectories("/dev/shm", "autodeploy-git-*")
                .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
                .Where(file => File.ReadAllText(file).Contains(ssh.PrivateKey.Split('\n')[2], StringComparison.Ordinal))
                .ToArray();
    }

    [Fact]
    public void A_private_key_is_readable_by_us_alone_and_does_not_outlive_its_use_or_a_crash()
    {
        var files = new SshKeyDirectory(Data).Write("key", "host");
        Assert.Equal("key\n", File.ReadAllText(files.Key));
        Assert.Equal("600\n700\n", UnixTools.Run("stat", "--format=%a", files.Key, Path.GetDirectoryName(files.Key)!));

        using (var next = new SshKeyDirectory(Data).Write("key", "host")) // what the first had was left by a crash
        {
            Assert.False(File.Exists(files.Key));
            Assert.True(File.Exists(next.Key));
            files = next;
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(files.Key)));
    }

    private async Task<string> Fetch(params GitCredential[] credentials) =>
        (await Git.Fetch(RemoteOf(Server.Url(Repository), credentials), "main", null, None)).Id;
}
