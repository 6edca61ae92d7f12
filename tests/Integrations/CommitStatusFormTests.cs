using AutoDeploy.Deployments;
using AutoDeploy.Integrations.Statuses;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Statuses;

namespace AutoDeploy.Integrations.Tests;

/// <summary>Where git hosts have their API when nothing is set: a token goes nowhere else.</summary>
public class CommitStatusFormTests
{
    [Theory]
    [InlineData(GitHostKind.GitHub, "github.com", null, "https://api.github.com/repos/acme/shop/statuses/c0ffee")]
    [InlineData(GitHostKind.GitHub, "git.acme.com", null, "https://git.acme.com/api/v3/repos/acme/shop/statuses/c0ffee")]
    [InlineData(GitHostKind.GitLab, "gitlab.com", null, "https://gitlab.com/api/v4/projects/acme%2Fshop/statuses/c0ffee")]
    [InlineData(
        GitHostKind.GitLab,
        "gitlab.com",
        "https://gitlab.com/api/v4/",
        "https://gitlab.com/api/v4/projects/acme%2Fshop/statuses/c0ffee"
    )]
    [InlineData(GitHostKind.Gitea, "git.acme.com:3000", null, "https://git.acme.com:3000/api/v1/repos/acme/shop/statuses/c0ffee")]
    [InlineData(
        GitHostKind.Gitea,
        "[2001:db8::1]:3000",
        "http://[2001:db8::1]:3000",
        "http://[2001:db8::1]:3000/api/v1/repos/acme/shop/statuses/c0ffee"
    )]
    [InlineData(
        GitHostKind.Gitea,
        "git.acme.com",
        "https://git.acme.com/tea",
        "https://git.acme.com/tea/api/v1/repos/acme/shop/statuses/c0ffee"
    )]
    [InlineData(
        GitHostKind.Bitbucket,
        "bitbucket.org",
        null,
        "https://api.bitbucket.org/2.0/repositories/acme/shop/commit/c0ffee/statuses/build"
    )]
    public void Each_host_has_its_place(GitHostKind kind, string host, string? apiUrl, string url) =>
        Assert.Equal(url, Form(kind, host, apiUrl, $"https://{host}/acme/shop.git")!.Url.AbsoluteUri);

    [Fact]
    public void A_url_without_an_owner_is_nobodys_repository() =>
        Assert.Null(Form(GitHostKind.GitHub, "git.acme.com", null, "https://git.acme.com/shop.git"));

    [Fact]
    public void What_is_in_a_path_stays_in_it() =>
        Assert.Equal(
            "https://git.acme.com/api/v1/repos/acme%20%231/shop%25/statuses/c0ffee",
            Form(GitHostKind.Gitea, "git.acme.com", null, "ssh://git@git.acme.com/acme%20%231/shop%25.git")!.Url.AbsoluteUri
        );

    [Theory]
    [InlineData(null)]
    [InlineData("http://builder:8080/api/audit/v1/action/x/")]
    public void Bitbucket_gets_a_url_that_it_takes(string? link) =>
        Assert.Equal(
            "https://bitbucket.org/acme/shop/commits/c0ffee",
            (string)Form(GitHostKind.Bitbucket, "bitbucket.org", null, "git@bitbucket.org:acme/shop.git", link)!.Body["url"]!
        );

    [Fact]
    public void The_token_is_not_in_the_forms_text() =>
        Assert.DoesNotContain(
            "t0ken",
            Form(GitHostKind.GitHub, "github.com", null, "https://github.com/acme/shop")!.ToString(),
            StringComparison.Ordinal
        );

    private static CommitStatusRequest? Form(GitHostKind kind, string host, string? apiUrl, string repository, string? link = null)
    {
        var gitHost = new GitHost
        {
            Uuid = Guid.NewGuid(),
            Organization = OrganizationNames.Default,
            Credential = new GitCredential { Host = host, Password = "t0ken" },
            CommitStatuses = kind,
            ApiUrl = apiUrl is null ? null : new Uri(apiUrl),
            Created = DateTimeOffset.UnixEpoch,
        };
        var status = new CommitStatus
        {
            Repository = RepositoryName.Parse(repository),
            Commit = "c0ffee",
            Name = "autodeploy/web",
            State = DeploymentState.Pending,
            Description = "Waits to be deployed.",
            Link = link is null ? null : new Uri(link),
        };
        return kind switch
        {
            GitHostKind.GitHub => GitHubStatusRequest.CreateRequest(gitHost, status),
            GitHostKind.GitLab => GitLabStatusRequest.CreateRequest(gitHost, status),
            GitHostKind.Gitea => GiteaStatusRequest.CreateRequest(gitHost, status),
            _ => BitbucketStatusRequest.CreateRequest(gitHost, status),
        };
    }
}
