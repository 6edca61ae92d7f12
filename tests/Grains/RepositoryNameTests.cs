using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests;

public sealed class RepositoryNameTests
{
    [Theory]
    [InlineData("https://github.com/acme/shop", "github.com/acme/shop", "https://github.com/acme/shop")]
    [InlineData("https://github.com/acme/shop.git", "github.com/acme/shop", "https://github.com/acme/shop.git")]
    [InlineData("https://user:tok@GitHub.com:443/Acme/Shop.git/", "github.com/acme/shop", "https://github.com/Acme/Shop.git")]
    [InlineData("  https://tok@github.com/acme/shop  ", "github.com/acme/shop", "https://github.com/acme/shop")]
    [InlineData("HTTPS://github.com/acme/shop?x=1#y", "github.com/acme/shop", "https://github.com/acme/shop")]
    [InlineData("https://a@b:c@d@github.com/acme/shop", "github.com/acme/shop", "https://github.com/acme/shop")]
    [InlineData("http://git.acme.com/grp/sub/app.git", "git.acme.com/grp/sub/app", "http://git.acme.com/grp/sub/app.git")]
    [InlineData("http://git.acme.com:80/app", "git.acme.com/app", "http://git.acme.com/app")]
    [InlineData("https://git.acme.com:8443/grp/app", "git.acme.com:8443/grp/app", "https://git.acme.com:8443/grp/app")]
    [InlineData("ssh://git@git.acme.com:2222/grp/app.git", "git.acme.com/grp/app", "ssh://git@git.acme.com:2222/grp/app.git")]
    [InlineData("ssh://git@git.acme.com:22/grp/app.git", "git.acme.com/grp/app", "ssh://git@git.acme.com/grp/app.git")]
    [InlineData("ssh://git:word@git.acme.com/grp/app", "git.acme.com/grp/app", "ssh://git@git.acme.com/grp/app")]
    [InlineData("git@github.com:acme/shop.git", "github.com/acme/shop", "ssh://git@github.com/acme/shop.git")]
    [InlineData("github.com:acme/shop", "github.com/acme/shop", "ssh://github.com/acme/shop")]
    [InlineData("git@git.acme.com:2222/grp/app", "git.acme.com/grp/app", "ssh://git@git.acme.com:2222/grp/app")]
    [InlineData("git@git.acme.com:/grp/app.git", "git.acme.com/grp/app", "ssh://git@git.acme.com/grp/app.git")]
    [InlineData("git@[::1]:grp/app", "[::1]/grp/app", "ssh://git@[::1]/grp/app")]
    [InlineData("ssh://git@[::1]:2222/grp/app", "[::1]/grp/app", "ssh://git@[::1]:2222/grp/app")]
    [InlineData("git://git.acme.com/grp/app.git", "git.acme.com/grp/app", "git://git.acme.com/grp/app.git")]
    [InlineData("git://git.acme.com:9418/app", "git.acme.com/app", "git://git.acme.com/app")]
    [InlineData("ssh://git@ssh.github.com:443/acme/shop.git", "github.com/acme/shop", "ssh://git@ssh.github.com:443/acme/shop.git")]
    [InlineData("git@altssh.gitlab.com:443/acme/shop.git", "gitlab.com/acme/shop", "ssh://git@altssh.gitlab.com:443/acme/shop.git")]
    [InlineData(
        "git@altssh.bitbucket.org:443/acme/shop.git",
        "bitbucket.org/acme/shop",
        "ssh://git@altssh.bitbucket.org:443/acme/shop.git"
    )]
    [InlineData("https://www.github.com/acme/shop", "github.com/acme/shop", "https://www.github.com/acme/shop")]
    public void A_URL_has_a_key_and_is_kept_without_secrets(string text, string key, string url)
    {
        Assert.True(RepositoryName.TryParse(text, out var name, out var error), error);
        Assert.Equal(key, name.Key);
        Assert.Equal(url, name.Url);
        Assert.Equal(name, RepositoryName.Parse(name.Url));
    }

    [Theory]
    [InlineData(null, "is empty")]
    [InlineData("  ", "is empty")]
    [InlineData("acme/shop", "has no host")]
    [InlineData("/srv/git/shop", "has no host")]
    [InlineData("./a:b", "has no host")]
    [InlineData("file:///srv/git/shop", "has the scheme \"file\"")]
    [InlineData("ext::sh -c x", "spaces")]
    [InlineData("ext::sh", "has no host")]
    [InlineData("-oProxyCommand=x:y/z", "begins with \"-\"")]
    [InlineData("ssh://-oProxyCommand=x/y/z", "has no host")]
    [InlineData("ssh://-x@host/y", "has a user")]
    [InlineData("ssh://a$b@host/y", "has a user")]
    [InlineData("https://github.com", "has no path")]
    [InlineData("https://github.com/", "has no path")]
    [InlineData("https://github.com/.git", "has no path")]
    [InlineData("https://github.com/a/../b", "has no path, or one with empty parts")]
    [InlineData("https://github.com/a//b", "has no path, or one with empty parts")]
    [InlineData("https://:443/a/b", "has no host")]
    [InlineData("https://host:0/a", "has a port")]
    [InlineData("https://host:65536/a", "has a port")]
    [InlineData("https://host:x/a", "has a port")]
    [InlineData("https://host/a b", "spaces")]
    [InlineData("https://host/a\nb", "spaces")]
    public void What_is_no_repository_is_told_without_its_userinfo(string? text, string expected)
    {
        Assert.False(RepositoryName.TryParse(text, out var name, out var error));
        Assert.Null(name);
        Assert.Contains(expected, error);
        Assert.False(RepositoryName.TryParse("https://user:s3cret@host:x/a", out _, out error));
        Assert.DoesNotContain("s3cret", error);
    }

    [Fact]
    public void A_path_too_long_is_refused() =>
        Assert.False(RepositoryName.TryParse("https://host/" + new string('a', 1024), out _, out _));

    [Theory]
    [InlineData("https://git.acme.com/grp/app", "ssh://git@ssh.acme.com:2222/Grp/App.git", true)]
    [InlineData("https://git.acme.com/scm/grp/app.git", "ssh://git@git.acme.com:7999/grp/app.git", true)]
    [InlineData("https://git.acme.com/grp/app", "https://git.acme.com/grp/other", false)]
    [InlineData("https://github.com/grp/app", "git@github.com:grp/app.git", true)]
    [InlineData("https://github.com/grp/app", "https://git.acme.com/grp/app", false)]
    [InlineData("https://git.acme.com/grp/app", "https://github.com/grp/app", false)]
    public void A_service_hears_of_pushes_under_its_hosts_other_names_but_not_under_public_ones(
        string service,
        string push,
        bool isHeard
    ) => Assert.Equal(isHeard, RepositoryName.Parse(service).IsSubscribedTo(RepositoryName.Parse(push).Source));

    [Theory]
    [InlineData("grp/app")]
    [InlineData("/Grp/App.git/")]
    public void A_path_without_a_host_is_whatever_repository_has_it(string path)
    {
        Assert.True(RepositoryName.Parse("https://git.acme.com/grp/app").IsSubscribedTo(RepositoryName.PathSource(path)));
        Assert.False(RepositoryName.Parse("https://git.acme.com/grp/app2").IsSubscribedTo(RepositoryName.PathSource(path)));
    }

    [Theory]
    [InlineData("main", true)]
    [InlineData("feature/x-1.0_é", true)]
    [InlineData("a@b", true)]
    [InlineData("@", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("-x", false)]
    [InlineData("/a", false)]
    [InlineData("a/", false)]
    [InlineData("a//b", false)]
    [InlineData(".a", false)]
    [InlineData("a/.b", false)]
    [InlineData("a.", false)]
    [InlineData("a..b", false)]
    [InlineData("a.lock", false)]
    [InlineData("a.lock/b", false)]
    [InlineData("a b", false)]
    [InlineData("a~b", false)]
    [InlineData("a^b", false)]
    [InlineData("a:b", false)]
    [InlineData("a?b", false)]
    [InlineData("a*b", false)]
    [InlineData("a[b", false)]
    [InlineData("a\\b", false)]
    [InlineData("a@{b", false)]
    [InlineData("a\tb", false)]
    public void A_branch_has_a_name_that_git_takes(string? name, bool isBranch) => Assert.Equal(isBranch, GitRefs.IsBranch(name));

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef01234567", true)]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789ABCDEF0123456789abcdef01234567", false)]
    [InlineData("0123456789abcdef0123456789abcdef0123456", false)]
    [InlineData("HEAD", false)]
    [InlineData(null, false)]
    public void A_commit_is_a_full_id(string? id, bool isCommit) => Assert.Equal(isCommit, GitRefs.IsCommit(id));
}
