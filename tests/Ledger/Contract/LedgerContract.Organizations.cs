using AutoDeploy.Events;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_hook_is_found_by_its_key_and_by_its_uuid()
    {
        var hook = Hook();
        var bare = Hook("another key") with
        {
            Secret = null,
            ServiceAccount = "push@acme.iam.gserviceaccount.com",
            Audience = "https://deploy.acme.com",
        };
        await Ledger.AddHook(hook, Never);
        await Ledger.AddHook(bare, Never);

        Assert.Equal(hook, await Ledger.FindHook(hook.Key, Never));
        Assert.Equal(hook, await Ledger.FindHook(hook.Uuid, Never));
        Assert.Equal(bare, await Ledger.FindHook(bare.Key, Never));
        Assert.Null(await Ledger.FindHook(hook.Key + "x", Never));
        Assert.Null(await Ledger.FindHook("", Never));
        Assert.Null(await Ledger.FindHook(Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task Two_hooks_never_have_one_key()
    {
        await Ledger.AddHook(Hook(), Never);

        var exception = await Assert.ThrowsAsync<LedgerException>(() => Ledger.AddHook(Hook(), Never));

        Assert.DoesNotContain(Hook().Key, exception.ToString());
    }

    [Fact]
    public async Task A_removed_hook_is_found_no_longer()
    {
        var hook = Hook();
        await Ledger.AddHook(hook, Never);
        Assert.NotNull(await Ledger.FindHook(hook.Key, Never));

        Assert.True(await Ledger.RemoveHook(hook.Uuid, Never));
        Assert.False(await Ledger.RemoveHook(hook.Uuid, Never));

        Assert.Null(await Ledger.FindHook(hook.Key, Never));
    }

    [Fact]
    public async Task Hooks_of_an_organization_come_page_by_page_the_newest_first()
    {
        Hook[] hooks = [.. Enumerable.Range(0, 5).Select(i => Hook($"key {i}") with { Created = Noon.AddSeconds(i / 2) })];
        foreach (var hook in hooks)
            await Ledger.AddHook(hook, Never);
        await Ledger.AddHook(Hook("key of another") with { Organization = "other" }, Never);

        var (first, second) = (await Ledger.ListHooks("default", 3, 0, Never), await Ledger.ListHooks("default", 3, 3, Never));

        Assert.Equal((5, 5), (first.Total, second.Total));
        Assert.Equal(hooks.Reverse(), first.Items.Concat(second.Items));
    }

    [Fact]
    public async Task A_registry_is_found_by_its_uuid_and_by_its_host()
    {
        var registryAccount = Registry();

        Assert.True(await Ledger.PutRegistry(registryAccount, Never));

        Assert.Equal(registryAccount, await Ledger.FindRegistry(registryAccount.Uuid, Never));
        Assert.Equal(registryAccount, await Ledger.FindRegistry("default", In(registryAccount.Host), Never));
        Assert.Null(await Ledger.FindRegistry("other", In(registryAccount.Host), Never));
        Assert.Null(await Ledger.FindRegistry("default", In("docker.io"), Never));
        Assert.Null(await Ledger.FindRegistry(Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task A_registry_is_changed_by_its_uuid()
    {
        var registryAccount = Registry();
        await Ledger.PutRegistry(registryAccount, Never);
        var changed = registryAccount with { Host = "docker.io", Username = "ida", Password = "new", TokenHost = "auth.acme.com:8443" };

        Assert.True(await Ledger.PutRegistry(changed, Never));

        Assert.Equal(changed, await Ledger.FindRegistry(registryAccount.Uuid, Never));
        Assert.Null(await Ledger.FindRegistry("default", In(registryAccount.Host), Never));

        var without = changed with { TokenHost = null };
        Assert.True(await Ledger.PutRegistry(without, Never));
        Assert.Equal(without, await Ledger.FindRegistry(registryAccount.Uuid, Never));
    }

    [Fact]
    public async Task A_host_has_one_registry_in_an_organization()
    {
        var (registryAccount, other) = (Registry(), Registry("docker.io"));
        await Ledger.PutRegistry(registryAccount, Never);
        await Ledger.PutRegistry(other, Never);

        Assert.False(await Ledger.PutRegistry(Registry(), Never));
        Assert.False(await Ledger.PutRegistry(other with { Host = registryAccount.Host }, Never));
        Assert.True(await Ledger.PutRegistry(Registry() with { Organization = "other" }, Never));

        Assert.Equal(registryAccount, await Ledger.FindRegistry("default", In(registryAccount.Host), Never));
        Assert.Equal(other, await Ledger.FindRegistry(other.Uuid, Never));
    }

    [Fact]
    public async Task Of_a_hosts_registries_the_one_with_the_longest_path_is_for_an_image()
    {
        var (all, acme, team) = (Registry(), Registry() with { Path = "acme" }, Registry() with { Path = "acme/team" });
        foreach (var registryAccount in (RegistryAccount[])[team, all, acme])
            Assert.True(await Ledger.PutRegistry(registryAccount, Never));
        Assert.False(await Ledger.PutRegistry(Registry() with { Path = "acme" }, Never));
        Assert.False(await Ledger.PutRegistry(team with { Path = "acme" }, Never));
        await Reopen();

        foreach (
            var (path, registryAccount) in ((string, RegistryAccount)[])
                [
                    ("acme/team/api", team),
                    ("acme/team", team),
                    ("acme/api", acme),
                    ("acme/teams/api", acme),
                    ("acme2/api", all),
                    ("api", all),
                ]
        )
            Assert.Equal(registryAccount, await Ledger.FindRegistry("default", In(all.Host, path), Never));
        await Ledger.RemoveRegistry(all.Uuid, Never);
        Assert.Null(await Ledger.FindRegistry("default", In(all.Host, "acme2/api"), Never));
    }

    [Fact]
    public async Task Git_hosts_credentials_can_be_for_a_path_and_for_http()
    {
        var (all, acme) = (GitHost(), GitHost());
        acme = acme with { Credential = acme.Credential with { Path = "acme", Scheme = "http" } };
        foreach (var host in new[] { all, acme })
            Assert.True(await Ledger.PutGitHost(host, Never));
        Assert.False(await Ledger.PutGitHost(GitHost() with { Credential = acme.Credential }, Never));
        await Reopen();

        foreach (var host in new[] { all, acme })
            Assert.Equal(host, await Ledger.FindGitHost(host.Uuid, Never));
        var changed = acme with { Credential = acme.Credential with { Path = "acme/team", Scheme = "https" } };
        Assert.True(await Ledger.PutGitHost(changed, Never));
        Assert.Equal(changed, await Ledger.FindGitHost(acme.Uuid, Never));
    }

    [Fact]
    public async Task A_registry_does_not_pass_to_another_organization()
    {
        var registryAccount = Registry();
        await Ledger.PutRegistry(registryAccount, Never);

        Assert.False(await Ledger.PutRegistry(registryAccount with { Organization = "other", Password = "new" }, Never));

        Assert.Equal(registryAccount, await Ledger.FindRegistry(registryAccount.Uuid, Never));
    }

    [Fact]
    public async Task Registries_of_an_organization_come_page_by_page_and_can_be_removed()
    {
        RegistryAccount[] registries =
        [
            .. Enumerable.Range(0, 5).Select(i => Registry($"r{i}.acme.com") with { Created = Noon.AddSeconds(i / 2) }),
        ];
        foreach (var registryAccount in registries)
            await Ledger.PutRegistry(registryAccount, Never);
        await Ledger.PutRegistry(Registry() with { Organization = "other" }, Never);

        var (first, second) = (await Ledger.ListRegistries("default", 3, 0, Never), await Ledger.ListRegistries("default", 3, 3, Never));
        Assert.Equal((5, 5), (first.Total, second.Total));
        Assert.Equal(registries.Reverse(), first.Items.Concat(second.Items));

        Assert.True(await Ledger.RemoveRegistry(registries[0].Uuid, Never));
        Assert.False(await Ledger.RemoveRegistry(registries[0].Uuid, Never));
        Assert.Null(await Ledger.FindRegistry(registries[0].Uuid, Never));
        Assert.Equal(4, (await Ledger.ListRegistries("default", 3, 0, Never)).Total);
    }

    [Fact]
    public async Task A_git_hosts_credentials_are_found_as_they_were()
    {
        var full = GitHost();
        var token = GitHost("github.com") with
        {
            Credential = new GitCredential { Host = "github.com", Password = "token" },
            ApiUrl = null,
        };
        var key = GitHost("gitlab.com") with
        {
            Credential = new GitCredential
            {
                Host = "gitlab.com",
                PrivateKey = "key",
                KnownHosts = "*",
            },
            CommitStatuses = null,
        };
        foreach (var host in new[] { full, token, key })
            Assert.True(await Ledger.PutGitHost(host, Never));
        await Reopen();

        foreach (var host in new[] { full, token, key })
            Assert.Equal(host, await Ledger.FindGitHost(host.Uuid, Never));
        Assert.Null(await Ledger.FindGitHost(Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task A_git_hosts_credentials_are_changed_by_their_uuid()
    {
        var host = GitHost();
        await Ledger.PutGitHost(host, Never);
        var changed = host with
        {
            Credential = new GitCredential
            {
                Host = "github.com",
                Username = "ida",
                Password = "new",
            },
        };

        Assert.True(await Ledger.PutGitHost(changed, Never));
        Assert.Equal(changed, await Ledger.FindGitHost(host.Uuid, Never));

        // and back: what was taken away can come again
        Assert.True(await Ledger.PutGitHost(host, Never));
        Assert.Equal(host, await Ledger.FindGitHost(host.Uuid, Never));
        Assert.Equal(1, (await Ledger.ListGitHosts("default", 10, 0, Never)).Total);
    }

    [Fact]
    public async Task A_git_host_with_commit_statuses_begins_with_what_happens_from_now_on_and_keeps_its_place()
    {
        await NewService();
        var (host, silent) = (GitHost(), GitHost("github.com") with { CommitStatuses = null });
        foreach (var each in new[] { host, silent })
            await Ledger.PutGitHost(each, Never);
        Assert.Equal([host.Uuid], await Ledger.ListStatusGitHosts(Never));
        Assert.Null(await Ledger.FindCursor(silent.Uuid, Never));
        var begun = new EventCursor { ConsumerId = host.Uuid, Position = await Last() };
        Assert.Equal(begun, await Ledger.FindCursor(host.Uuid, Never));

        // changed, it is tried again at once, from where it was
        await Ledger.MoveCursor(begun with { Position = 77, Attempts = 2, FailingSince = Noon, Due = Noon, GivenUp = 3 }, Never);
        Assert.False(await Ledger.PutGitHost(GitHost() with { Uuid = Guid.NewGuid() }, Never));
        await Ledger.PutGitHost(host, Never);
        Assert.Equal(begun with { Position = 77, GivenUp = 3 }, await Ledger.FindCursor(host.Uuid, Never));

        await Ledger.PutGitHost(host with { CommitStatuses = null }, Never);
        Assert.Null(await Ledger.FindCursor(host.Uuid, Never));
        await Ledger.PutGitHost(host, Never);
        Assert.Equal(begun, await Ledger.FindCursor(host.Uuid, Never));
        await Ledger.RemoveGitHost(host.Uuid, Never);
        Assert.Null(await Ledger.FindCursor(host.Uuid, Never));
        Assert.Empty(await Ledger.ListStatusGitHosts(Never));
    }

    [Fact]
    public async Task A_git_host_has_one_set_of_credentials_in_an_organization()
    {
        var (host, other) = (GitHost(), GitHost("github.com"));
        await Ledger.PutGitHost(host, Never);
        await Ledger.PutGitHost(other, Never);

        Assert.False(await Ledger.PutGitHost(GitHost(), Never));
        Assert.False(await Ledger.PutGitHost(other with { Credential = other.Credential with { Host = host.Host } }, Never));
        Assert.True(await Ledger.PutGitHost(GitHost() with { Organization = "other" }, Never));

        Assert.Equal(host, await Ledger.FindGitHost(host.Uuid, Never));
        Assert.Equal(other, await Ledger.FindGitHost(other.Uuid, Never));
    }

    [Fact]
    public async Task A_git_hosts_credentials_do_not_pass_to_another_organization()
    {
        var host = GitHost();
        await Ledger.PutGitHost(host, Never);

        Assert.False(await Ledger.PutGitHost(host with { Organization = "other" }, Never));

        Assert.Equal(host, await Ledger.FindGitHost(host.Uuid, Never));
    }

    [Fact]
    public async Task Git_hosts_of_an_organization_come_page_by_page_and_can_be_removed()
    {
        GitHost[] hosts = [.. Enumerable.Range(0, 5).Select(i => GitHost($"g{i}.acme.com") with { Created = Noon.AddSeconds(i / 2) })];
        foreach (var host in hosts)
            await Ledger.PutGitHost(host, Never);
        await Ledger.PutGitHost(GitHost() with { Organization = "other" }, Never);

        var (first, second) = (await Ledger.ListGitHosts("default", 3, 0, Never), await Ledger.ListGitHosts("default", 3, 3, Never));
        Assert.Equal((5, 5), (first.Total, second.Total));
        Assert.Equal(hosts.Reverse(), first.Items.Concat(second.Items));

        Assert.True(await Ledger.RemoveGitHost(hosts[0].Uuid, Never));
        Assert.False(await Ledger.RemoveGitHost(hosts[0].Uuid, Never));
        Assert.Null(await Ledger.FindGitHost(hosts[0].Uuid, Never));
        Assert.Equal(4, (await Ledger.ListGitHosts("default", 3, 0, Never)).Total);
    }

    [Fact]
    public async Task A_setting_keeps_the_value_that_it_got_first()
    {
        Assert.Null(await Ledger.GetSetting("name", Never));

        Assert.Equal("välue", await Ledger.InitSetting("name", "välue", Never));
        Assert.Equal("välue", await Ledger.InitSetting("name", "other", Never));
        await Reopen();

        Assert.Equal("välue", await Ledger.GetSetting("name", Never));
        Assert.Null(await Ledger.GetSetting("Name", Never));
    }

    [Fact]
    public async Task Callers_that_set_a_setting_at_once_all_get_the_value_that_holds()
    {
        var values = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() => Ledger.InitSetting("name", $"{i}", Never))));

        Assert.Equal([await Ledger.GetSetting("name", Never)], values.Distinct());
    }

    private static ImageName In(string host, string path = "acme/api") => new() { Host = host, Path = path };
}
