using AutoDeploy.Deployments.Images;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests;

/// <summary>How far credentials go.</summary>
public sealed class CredentialScopeTests
{
    [Theory]
    [InlineData("", "acme/shop", true)]
    [InlineData("acme", "acme/shop", true)]
    [InlineData("acme", "acme", true)]
    [InlineData("acme", "acme2/shop", false)]
    [InlineData("acme/shop", "acme", false)]
    [InlineData("acme/sh", "acme/shop", false)]
    public void A_prefix_covers_whole_parts_of_a_path(string prefix, string path, bool covers) =>
        Assert.Equal(covers, PathPrefix.Covers(prefix, path));

    [Theory]
    [InlineData("https://git.acme.com/acme/shop", "all")]
    [InlineData("https://git.acme.com:8443/acme/shop", "port")]
    [InlineData("https://git.acme.com/team/shop", "team")]
    [InlineData("https://git.acme.com:8443/team/shop", "team")]
    [InlineData("https://git.acme.com/team/api/x", "api")]
    [InlineData("https://git.acme.com/Team/API/x", "api")]
    [InlineData("http://git.acme.com/acme/shop", null)]
    [InlineData("http://git.acme.com:8443/acme/shop", null)]
    [InlineData("http://git.acme.com/plain/shop", "plain")]
    [InlineData("https://git.acme.com/plain/shop", "plain")]
    [InlineData("git://git.acme.com/plain/shop", null)]
    [InlineData("ssh://git@git.acme.com/team/shop", "key")]
    [InlineData("https://git.acme.com.evil.org/acme/shop", null)]
    [InlineData("http://127.0.0.1:3000/acme/shop", "loopback")]
    public void A_repository_gets_the_nearest_credentials_that_may_travel_so(string url, string? expected)
    {
        GitCredential[] all =
        [
            Password("all"),
            Password("port") with
            {
                Host = "git.acme.com:8443",
            },
            Password("team") with
            {
                Path = "team",
            },
            Password("api") with
            {
                Path = "team/api",
            },
            Password("plain") with
            {
                Path = "plain",
                Scheme = "http",
            },
            new GitCredential { Host = "git.acme.com", PrivateKey = "key" },
            Password("loopback") with
            {
                Host = "127.0.0.1",
            },
        ];
        var found = GitCredentials.Find(all, RepositoryName.Parse(url));
        Assert.Equal(expected, found?.Password ?? found?.PrivateKey);
    }

    [Fact]
    public void What_is_withheld_from_http_is_known()
    {
        GitCredential[] all = [Password("all")];
        Assert.Equal(all[0], GitCredentials.Withheld(all, RepositoryName.Parse("http://git.acme.com/acme/shop")));
        Assert.Null(GitCredentials.Withheld(all, RepositoryName.Parse("https://git.acme.com/acme/shop")));
        Assert.Null(GitCredentials.Withheld(all, RepositoryName.Parse("http://other.acme.com/acme/shop")));
    }

    [Theory]
    [InlineData("https://github.com/acme/shop", "https://github.com/acme/lib.git", true)]
    [InlineData("https://github.com/acme/shop", "git@github.com:Acme/lib", true)]
    [InlineData("https://github.com/acme/shop", "https://github.com/acme/shop", true)]
    [InlineData("https://github.com/acme/shop", "https://github.com/acme2/lib", false)]
    [InlineData("https://github.com/acme/shop", "https://github.com/other/lib", false)]
    [InlineData("https://github.com/acme/shop", "https://gitlab.com/acme/lib", false)]
    [InlineData("https://github.com/acme/shop", "https://github.com:8443/acme/lib", false)]
    [InlineData("https://gitlab.com/acme/team/shop", "https://gitlab.com/acme/team/deep/lib", true)]
    [InlineData("https://gitlab.com/acme/team/shop", "https://gitlab.com/acme/lib", false)]
    [InlineData("https://git.acme.com/shop", "https://git.acme.com/lib", false)]
    [InlineData("https://git.acme.com/shop", "https://git.acme.com/shop.git", true)]
    [InlineData("https://github.com/acme/shop", "https://github.com/allowed/lib", true)]
    [InlineData("https://github.com/acme/shop", "https://gitlab.com/one/repo", true)]
    [InlineData("https://github.com/acme/shop", "https://gitlab.com/one/repo2", false)]
    public void Submodules_come_from_the_same_owner_or_from_what_the_service_allows(string own, string other, bool mayBe)
    {
        var source = new GitSource
        {
            Url = own,
            Branch = "main",
            SubmodulePaths = ["github.com/allowed", "gitlab.com/one/repo"],
        };
        var objection = SubmoduleRules.Objection(source, "vendor/lib", RepositoryName.Parse(other));
        Assert.Equal(mayBe, objection is null);
    }

    [Fact]
    public void What_a_submodule_is_refused_for_is_told_with_how_to_allow_it() =>
        Assert.Equal(
            "The submodule \"vendor/lib\" of the repository github.com/acme/shop is the repository github.com/other/lib, which "
                + "is not below github.com/acme; "
                + "to allow it, name it or what it is below in `submodule_paths` of the service's `git_repository`.",
            SubmoduleRules.Objection(
                new GitSource { Url = "https://github.com/acme/shop", Branch = "main" },
                "vendor/lib",
                RepositoryName.Parse("https://github.com/other/lib")
            )
        );

    [Theory]
    [InlineData("", "hub")]
    [InlineData("reg.acme.com", "reg hub")]
    [InlineData("reg.acme.com/team", "team hub")]
    [InlineData("reg.acme.com/team/x", "team hub")]
    [InlineData("reg.acme.com/other", "reg hub")]
    [InlineData("docker.io/acme", "acme")]
    [InlineData("docker.io/acme reg.acme.com/team", "acme team")]
    [InlineData("public.ecr.aws", "hub")]
    public void A_build_gets_the_registries_that_the_service_names_and_its_own_images(string named, string expected)
    {
        RegistryAccount[] all =
        [
            Of("docker.io", "", "hub"),
            Of("docker.io", "acme", "acme"),
            Of("reg.acme.com", "", "reg"),
            Of("reg.acme.com", "team", "team"),
            Of("secret.acme.com", "", "secret"),
        ];
        var source = new GitSource
        {
            Url = "https://github.com/acme/shop",
            Branch = "main",
            BuildRegistries = [.. named.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        };

        var given = BuildCredentials.From(ImageName.Parse("autodeploy/shop"), source, all).Given;

        Assert.Equal(expected, string.Join(' ', given.Select(credential => credential.Username)));
    }

    [Fact]
    public async Task A_build_that_fails_for_want_of_credentials_says_how_to_give_them()
    {
        var credentials = BuildCredentials.From(
            ImageName.Parse("autodeploy/shop"),
            new GitSource { Url = "https://github.com/acme/shop", Branch = "main" },
            [Of("reg.acme.com", "", "reg")]
        );

        var e = await Assert.ThrowsAsync<EngineException>(() => Fails("The build failed: pull access denied for reg.acme.com/base."));
        Assert.Equal(
            "The build failed: pull access denied for reg.acme.com/base. The build did not get the credentials for reg.acme.com; "
                + "to allow that, name it in `build_registries` of the service's `git_repository`.",
            e.Message
        );
        Assert.Equal("The build failed: no.", (await Assert.ThrowsAsync<EngineException>(() => Fails("The build failed: no."))).Message);

        Task<int> Fails(string message) => credentials.Explain<int>(() => throw new EngineException(EngineFault.Refused, message));
    }

    private static GitCredential Password(string password) => new() { Host = "git.acme.com", Password = password };

    private static RegistryAccount Of(string host, string path, string user) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            Organization = OrganizationNames.Default,
            Host = host,
            Path = path,
            Username = user,
            Password = "p",
            Created = default,
        };
}
