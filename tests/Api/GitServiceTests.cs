using System.Text.Json;

namespace AutoDeploy.Api.Tests;

/// <summary>Services whose source is a git repository.</summary>
[Collection("server")]
public sealed class GitServiceTests(ApiServer server)
{
    [Fact]
    public async Task A_repository_is_kept_as_it_was_given_without_what_git_does_not_need()
    {
        var apiResponse = await server.Post(
            "/api/app/v1/service/",
            $$$"""
            {"name": "{{{server.CreateName(
                "git"
            )}}}", "git_repository": {"url": "https://Git.Acme.test/Acme/Shop.git", "branch": "refs/heads/main",
             "root_path": "/api/", "dockerfile_path": "docker/Dockerfile", "build_args": {"A": "1"}, "target": "final", "submodules": true}}
            """
        );
        Assert.True(apiResponse.Status == 201, apiResponse.Text);
        var git = apiResponse.Json.GetProperty("git_repository");
        Assert.Equal("https://git.acme.test/Acme/Shop.git", git.GetProperty("url").GetString());
        Assert.Equal(
            ("main", "/api", "docker/Dockerfile", "final", true),
            (
                git.GetProperty("branch").GetString(),
                git.GetProperty("root_path").GetString(),
                git.GetProperty("dockerfile_path").GetString(),
                git.GetProperty("target").GetString(),
                git.GetProperty("submodules").GetBoolean()
            )
        );
        Assert.Equal("""{"A":"1"}""", git.GetProperty("build_args").GetRawText());
        Assert.Equal("Not running", apiResponse.Json.GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_root_and_the_Dockerfile_have_their_defaults()
    {
        var git = (await server.Get(await server.CreateGitService())).Json.GetProperty("git_repository");
        Assert.Equal(("/", "Dockerfile"), (git.GetProperty("root_path").GetString(), git.GetProperty("dockerfile_path").GetString()));
        Assert.Equal((JsonValueKind.Null, "{}"), (git.GetProperty("target").ValueKind, git.GetProperty("build_args").GetRawText()));
    }

    [Fact]
    public async Task What_submodules_and_builds_may_use_is_named()
    {
        var apiResponse = await server.Post(
            "/api/app/v1/service/",
            $$$"""
            {"name": "{{{server.CreateName("git")}}}", "git_repository": {"url": "https://git.acme.test/acme/shop", "branch": "main",
                "submodule_paths": ["https://GitHub.com/Acme-Libs/", "github.com/madler/zlib.git", "git.acme.test:3000"],
                  "build_registries": ["Registry.acme.test:5000", "docker.io/acme"]}}
            """
        );
        Assert.True(apiResponse.Status == 201, apiResponse.Text);
        var git = apiResponse.Json.GetProperty("git_repository");
        Assert.Equal(
            """["github.com/acme-libs","github.com/madler/zlib","git.acme.test:3000"]""",
            git.GetProperty("submodule_paths").GetRawText()
        );
        Assert.Equal("""["registry.acme.test:5000","docker.io/acme"]""", git.GetProperty("build_registries").GetRawText());
    }

    [Theory]
    [InlineData("submodule_paths", "\"a\"", "submodule_paths")]
    [InlineData("submodule_paths", "[1]", "submodule_paths[0]")]
    [InlineData("submodule_paths", "[\"\"]", "submodule_paths[0]")]
    [InlineData("submodule_paths", "[\"ssh://git.acme.test/a\"]", "submodule_paths[0]")]
    [InlineData("submodule_paths", "[\"u:p@git.acme.test/a\"]", "submodule_paths[0]")]
    [InlineData("build_registries", "[\"docker.io/a\", \"docker.io/b\"]", "each host once")]
    [InlineData("build_registries", "[\"acme\"]", "build_registries[0]")]
    [InlineData("build_registries", "[\"https://reg.acme.test\"]", "build_registries[0]")]
    [InlineData("build_registries", "[\"reg.acme.test/a:1\"]", "build_registries[0]")]
    [InlineData("build_registries", "[null]", "build_registries[0]")]
    public async Task What_names_no_place_is_refused(string member, string value, string error)
    {
        var apiResponse = await server.Post(
            "/api/app/v1/service/",
            $$$"""
            {"name": "{{{server.CreateName(
                "git"
            )}}}", "git_repository": {"url": "https://git.acme.test/acme/shop", "branch": "main", "{{{member}}}": {{{value}}}}}
            """
        );
        Assert.Equal(400, apiResponse.Status);
        Assert.Contains(error, apiResponse.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_name_it_is_called_as_its_repository()
    {
        var name = server.CreateName("called");
        var apiResponse = await server.Post(
            "/api/app/v1/service/",
            $$$"""{"git_repository": {"url": "git@git.acme.test:acme/{{{name.ToUpperInvariant()}}}.git", "branch": "main"}}"""
        );
        Assert.Equal(name, apiResponse.Json.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_source_can_be_changed_from_an_image_to_a_repository_and_back()
    {
        var service = await server.CreateService(
            """
            "tag_policy": "any"
            """
        );
        var git = await server.Patch(
            service,
            """
            {"git_repository": {"url": "https://git.acme.test/a/b", "branch": "main"},
            "deployment_restrictions": [{"mode": "MATCH", "type": "PATH", "value": "a"}]}
            """
        );
        Assert.True(git.Status == 200, git.Text);
        Assert.Equal(JsonValueKind.Null, git.Json.GetProperty("tag_policy").ValueKind);

        var image = await server.Patch(service, """{"image": "acme/api:2"}""");
        Assert.Equal(
            (JsonValueKind.Null, "[]"),
            (image.Json.GetProperty("git_repository").ValueKind, image.Json.GetProperty("deployment_restrictions").GetRawText())
        );
        Assert.Equal("docker.io/acme/api:2", image.Json.GetProperty("image_name").GetString());
    }

    [Theory]
    [InlineData("""{}""", "image")]
    [InlineData("""{"image": "a/b", "git_repository": {"url": "https://h.test/a/b", "branch": "main"}}""", "both given")]
    [InlineData("""{"git_repository": null}""", "git_repository")]
    [InlineData("""{"git_repository": "https://h.test/a/b"}""", "git_repository")]
    [InlineData("""{"git_repository": {}}""", "git_repository.url")]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/b"}}""", "git_repository.branch")]
    [InlineData("""{"git_repository": {"url": 1, "branch": "main"}}""", "git_repository.url")]
    [InlineData("""{"git_repository": {"url": "", "branch": "main"}}""", "empty")]
    [InlineData("""{"git_repository": {"url": "acme/shop", "branch": "main"}}""", "no host")]
    [InlineData("""{"git_repository": {"url": "/srv/git/shop", "branch": "main"}}""", "no host")]
    [InlineData("""{"git_repository": {"url": "file:///srv/git/shop", "branch": "main"}}""", "scheme")]
    [InlineData("""{"git_repository": {"url": "ext::sh -c id", "branch": "main"}}""", "spaces")]
    [InlineData("""{"git_repository": {"url": "--upload-pack=id:a/b", "branch": "main"}}""", "begins with")]
    [InlineData("""{"git_repository": {"url": "ssh://-oProxyCommand=id/a/b", "branch": "main"}}""", "no host")]
    [InlineData("""{"git_repository": {"url": "https://h.test/", "branch": "main"}}""", "no path")]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/../b", "branch": "main"}}""", "..")]
    [InlineData("""{"git_repository": {"url": "https://h.test:99999/a/b", "branch": "main"}}""", "port")]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/b", "branch": ""}}""", "git_repository.branch")]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/b", "branch": "-x"}}""", "git_repository.branch")]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/b", "branch": "a..b"}}""", "git_repository.branch")]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/b", "branch": "a b"}}""", "git_repository.branch")]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/b", "branch": "main", "root_path": "../x"}}""", "git_repository.root_path")]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/b", "branch": "main", "root_path": 1}}""", "git_repository.root_path")]
    [InlineData(
        """{"git_repository": {"url": "https://h.test/a/b", "branch": "main", "dockerfile_path": "a/../../b"}}""",
        "git_repository.dockerfile_path"
    )]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/b", "branch": "main", "dockerfile_path": "docker/"}}""", "a file")]
    [InlineData(
        """{"git_repository": {"url": "https://h.test/a/b", "branch": "main", "build_args": ["A=1"]}}""",
        "git_repository.build_args"
    )]
    [InlineData(
        """{"git_repository": {"url": "https://h.test/a/b", "branch": "main", "build_args": {"A": 1}}}""",
        "git_repository.build_args.A"
    )]
    [InlineData(
        """{"git_repository": {"url": "https://h.test/a/b", "branch": "main", "build_args": {"A=": "1"}}}""",
        "git_repository.build_args"
    )]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/b", "branch": "main", "target": "a b"}}""", "git_repository.target")]
    [InlineData(
        """{"git_repository": {"url": "https://h.test/a/b", "branch": "main", "submodules": "yes"}}""",
        "git_repository.submodules"
    )]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/b", "branch": "main", "path": "/"}}""", "not a member")]
    [InlineData("""{"git_repository": {"url": "https://h.test/a/b", "branch": "main"}, "tag_policy": "any"}""", "tag_policy")]
    [InlineData(
        """{"image": "a/b", "deployment_restrictions": [{"mode": "MATCH", "type": "PATH", "value": "a"}]}""",
        "deployment_restrictions"
    )]
    [InlineData(
        """
            {"git_repository": {"url": "https://h.test/a/b", "branch": "main"}, "deployment_restrictions": [{"mode": "MATCH",
            "type": "PATH", "value": "/a"}]}
            """,
        "deployment_restrictions[0].value"
    )]
    [InlineData(
        """
            {"git_repository": {"url": "https://h.test/a/b", "branch": "main"}, "deployment_restrictions": [{"mode": "MATCH",
            "type": "PATH", "value": "a"}, {"mode": "MATCH", "type": "PATH", "value": "a"}]}
            """,
        "deployment_restrictions[1]"
    )]
    public async Task A_bad_source_is_refused(string body, string mentions)
    {
        var before = await server.ReadAllFiles();
        var apiResponse = await server.Post("/api/app/v1/service/", body);
        Assert.True(apiResponse.Status == 400, apiResponse.Text);
        Assert.Contains(mentions, apiResponse.Error, StringComparison.Ordinal);
        Assert.Equal(before, await server.ReadAllFiles());
    }

    [Theory]
    [InlineData("https://ida:t0ps3cret@h.test/a/b")]
    [InlineData("https://t0ps3cret@h.test/a/b")]
    [InlineData("ssh://git:t0ps3cret@h.test/a/b")]
    public async Task Credentials_in_the_url_are_refused_and_not_repeated(string url)
    {
        var apiResponse = await server.Post("/api/app/v1/service/", $$$"""{"git_repository": {"url": "{{{url}}}", "branch": "main"}}""");
        Assert.Equal(400, apiResponse.Status);
        Assert.Contains("/api/app/v1/githost/", apiResponse.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ps3cret", apiResponse.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "git_commit_id")]
    [InlineData("""{"git_commit_id": null}""", "git_commit_id")]
    [InlineData("""{"git_commit_id": ""}""", "git_commit_id")]
    [InlineData("""{"git_commit_id": "main"}""", "git_commit_id")]
    [InlineData("""{"git_commit_id": "9ab8c7d"}""", "git_commit_id")]
    [InlineData("""{"git_commit_id": "0000000000000000000000000000000000000000"}""", "git_commit_id")]
    [InlineData("""{"commit": "9ab8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0"}""", "not a member")]
    [InlineData("[1]", "JSON object")]
    public async Task Only_a_commit_can_be_deployed(string body, string mentions)
    {
        var service = await server.CreateGitService();
        var before = await server.ReadAllFiles();
        var apiResponse = await server.Post($"/application/{Id(service)}/deploy", body);
        Assert.Equal((400, 400), (apiResponse.Status, apiResponse.Json.GetProperty("status").GetInt32()));
        Assert.Contains(mentions, apiResponse.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(before, await server.ReadAllFiles());

        const string Commit = """{"git_commit_id": "9ab8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0"}""";
        Assert.Equal(404, (await server.Post("/application/7c1e3fb4-9f0d-4c27-8a4e-5a6b7c8d9e0f/deploy", Commit)).Status);
        var image = await server.Post($"/application/{Id(await server.CreateService())}/deploy", Commit);
        Assert.Equal(400, image.Status);
        Assert.Contains("image", image.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static string Id(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1];
}
