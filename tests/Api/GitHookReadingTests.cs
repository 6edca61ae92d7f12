using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using static AutoDeploy.Api.Tests.HookSampleReader;

namespace AutoDeploy.Api.Tests;

/// <summary>What is read of a delivery of a git host.</summary>
public sealed class GitHookReadingTests
{
    public static TheoryData<string> Names() => [.. GitSamples.Senders];

    [Theory]
    [InlineData("github", "git:github.com/acme/shop")]
    [InlineData("gitlab", "git:gitlab.acme.test/acme/shop")]
    [InlineData("gitea", "git:git.acme.test/acme/shop")]
    [InlineData("bitbucket", "git:bitbucket.org/acme/shop")]
    [InlineData("bitbucket-server", "git:*/acme/shop")]
    [InlineData("git", "git:git.acme.test/acme/shop")]
    public void A_push_says_its_source_branch_commit_and_pusher(string sender, string source)
    {
        foreach (var events in ((string, string)[][])[GitSamples.EventHeader(sender), []])
        {
            var push = Assert.Single(Pushes(sender, GitSamples.Push(sender), [.. events, (GitSamples.DeliveryHeader(sender), "d-1")]));
            Assert.NotEqual(Guid.Empty, push.Uuid);
            Assert.Equal(
                new Push
                {
                    Uuid = push.Uuid,
                    Sender = sender,
                    HookId = Hook(sender).Uuid,
                    Delivery = "d-1",
                    Source = source,
                    Ref = "refs/heads/main",
                    Commit = GitSamples.After,
                    Pusher = "ida",
                    Received = Now,
                    Organization = "default",
                },
                push
            );
            Assert.True(push.IsGit);
        }
    }

    [Theory]
    [InlineData("github", "X-GitHub-Event", "ping")]
    [InlineData("github", "X-GitHub-Event", "create")]
    [InlineData("github", "X-GitHub-Event", "delete")]
    [InlineData("github", "X-GitHub-Event", "issues")]
    [InlineData("gitlab", "X-Gitlab-Event", "Merge Request Hook")]
    [InlineData("gitlab", "X-Gitlab-Event", "Tag Push Hook")]
    [InlineData("gitlab", "X-Gitlab-Event", "Pipeline Hook")]
    [InlineData("gitea", "X-Gitea-Event", "create")]
    [InlineData("gitea", "X-Forgejo-Event", "issues")]
    [InlineData("gitea", "X-Gogs-Event", "release")]
    [InlineData("bitbucket", "X-Event-Key", "pullrequest:created")]
    [InlineData("bitbucket", "X-Event-Key", "issue:created")]
    [InlineData("bitbucket-server", "X-Event-Key", "diagnostics:ping")]
    [InlineData("bitbucket-server", "X-Event-Key", "pr:opened")]
    public void Another_event_is_answered_with_a_note_whatever_is_in_it(string sender, string header, string value)
    {
        foreach (var body in (string[])["{}", """{"test":true}""", """{"ref":1,"changes":2,"push":3}""", GitSamples.Push(sender)])
            Assert.Contains(value, Note(sender, body, (header, value)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("github", """{"zen":"Keep it logically awesome.","hook_id":1,"hook":{"type":"Repository"},"repository":{"id":1}}""")]
    [InlineData("github", """{"ref":"main","ref_type":"branch","master_branch":"main","pusher_type":"user","repository":{}}""")]
    [InlineData("github", """{"action":"opened","issue":{"number":1},"repository":{}}""")]
    [InlineData("gitlab", """{"object_kind":"merge_request","event_type":"merge_request","project":{},"repository":{}}""")]
    [InlineData("gitlab", """{"event_name":"project_create","project_id":74}""")]
    [InlineData("gitlab", """{"event_name":"repository_update","project":7,"refs":["refs/heads/main"],"ref":[]}""")]
    [InlineData("gitlab", """{"object_kind":"tag_push","event_name":"tag_push","ref":"refs/tags/v1"}""")]
    [InlineData("gitea", """{"ref":"main","ref_type":"branch","sha":"9ab8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0","repository":{}}""")]
    [InlineData("gitea", """{"action":"opened","issue":{"number":1}}""")]
    [InlineData("bitbucket-server", """{"test":true}""")]
    [InlineData("bitbucket-server", """{"eventKey":"pr:opened","actor":{"name":"ida"}}""")]
    public void Without_a_header_the_shape_tells_another_event(string sender, string body)
    {
        Note(sender, body);
        if (sender == "gitlab")
            Note(sender, body, ("X-Gitlab-Event", "System Hook"));
    }

    [Fact]
    public void A_system_hook_of_gitlab_tells_of_pushes() =>
        Assert.Equal("refs/heads/main", Assert.Single(Pushes("gitlab", GitSamples.GitLab(), ("X-Gitlab-Event", "System Hook"))).Ref);

    [Theory]
    [InlineData("X-Gitea-Event", "X-Gitea-Delivery")]
    [InlineData("X-Forgejo-Event", "X-Forgejo-Delivery")]
    [InlineData("X-Gogs-Event", "X-Gogs-Delivery")]
    public void Giteas_kin_have_headers_of_their_own(string name, string delivery)
    {
        Assert.Equal("f-1", Assert.Single(Pushes("gitea", GitSamples.Gitea(), (name, "push"), (delivery, "f-1"))).Delivery);
        Note("gitea", GitSamples.Gitea(), (name, "release"));
    }

    public static TheoryData<string, string> Deletions() =>
        new()
        {
            { "github", GitSamples.GitHub("refs/heads/feature/x", GitSamples.Zeros, deleted: true) },
            { "github", GitSamples.GitHub("refs/heads/feature/x", GitSamples.Zeros) },
            { "github", GitSamples.GitHub("refs/heads/feature/x", GitSamples.After, deleted: true) },
            { "gitlab", GitSamples.GitLab("refs/heads/feature/x", GitSamples.Zeros) },
            { "gitea", GitSamples.Gitea("refs/heads/feature/x", GitSamples.Zeros) },
            { "gitea", GitSamples.GiteaDelete("feature/x") },
            { "gitea", GitSamples.GiteaDelete("refs/heads/feature/x") },
            { "bitbucket", GitSamples.Bitbucket("acme/shop", GitSamples.Change("feature/x", null)) },
            {
                "bitbucket-server",
                GitSamples.BitbucketServer("acme/shop", GitSamples.ServerChange("refs/heads/feature/x", GitSamples.Zeros))
            },
            {
                "bitbucket-server",
                GitSamples.BitbucketServer("acme/shop", GitSamples.ServerChange("refs/heads/feature/x", GitSamples.Zeros, "DELETE"))
            },
            { "git", $$"""{"repository": "https://git.acme.test/acme/shop", "ref": "feature/x", "after": "{{GitSamples.Zeros}}"}""" },
        };

    [Theory]
    [MemberData(nameof(Deletions))]
    public void A_deleted_branch_is_a_push_without_a_commit(string sender, string body)
    {
        var push = Assert.Single(Pushes(sender, body));
        Assert.Equal(("refs/heads/feature/x", null, true), (push.Ref, push.Commit, push.Deleted));
    }

    [Fact]
    public void The_event_delete_of_gitea_is_one_of_its_header_too()
    {
        Assert.True(Assert.Single(Pushes("gitea", GitSamples.GiteaDelete("main"), ("X-Gitea-Event", "delete"))).Deleted);
        Note("gitea", GitSamples.GiteaDelete("v1", "tag"), ("X-Gitea-Event", "delete"));
        Note("gitea", GitSamples.GiteaDelete("v1", "tag"));
    }

    public static TheoryData<string, string> NotBranches() =>
        new()
        {
            { "github", GitSamples.GitHub("refs/tags/v1") },
            { "github", GitSamples.GitHub("refs/tags/v1", GitSamples.Zeros, deleted: true) },
            { "github", GitSamples.GitHub("refs/notes/commits") },
            { "github", GitSamples.GitHub("refs/heads/a..b") },
            { "github", GitSamples.GitHub("refs/heads/a\\u0000b") },
            { "github", GitSamples.GitHub("refs/heads/" + new string('b', 5_000_000)) },
            { "gitlab", GitSamples.GitLab("refs/tags/v1") },
            { "gitlab", GitSamples.GitLab("refs/tags/v1", kind: "tag_push") },
            { "gitea", GitSamples.Gitea("refs/tags/v1") },
            { "gitea", GitSamples.Gitea("refs/pull/7/head") },
            { "bitbucket", GitSamples.Bitbucket("acme/shop", GitSamples.Change("v1", type: "tag")) },
            { "bitbucket", GitSamples.Bitbucket("acme/shop") },
            { "bitbucket-server", GitSamples.BitbucketServer("acme/shop", GitSamples.ServerChange("refs/tags/v1")) },
            { "bitbucket-server", GitSamples.BitbucketServer("acme/shop") },
            { "git", $$"""{"repository": "https://git.acme.test/acme/shop", "ref": "refs/tags/v1", "after": "{{GitSamples.After}}"}""" },
        };

    [Theory]
    [MemberData(nameof(NotBranches))]
    public void What_is_no_branch_is_answered_with_a_note(string sender, string body) => Assert.True(Note(sender, body).Length < 300);

    [Theory]
    [InlineData("bitbucket")]
    [InlineData("bitbucket-server")]
    public void Several_refs_are_several_pushes_each_with_a_delivery_of_its_own(string sender)
    {
        var other = new string('b', 40);
        var body =
            sender == "bitbucket"
                ? GitSamples.Bitbucket(
                    "acme/shop",
                    GitSamples.Change("v1", type: "tag"),
                    GitSamples.Change("main"),
                    GitSamples.Change("next", other),
                    GitSamples.Change("old", null)
                )
                : GitSamples.BitbucketServer(
                    "acme/shop",
                    GitSamples.ServerChange("refs/tags/v1"),
                    GitSamples.ServerChange("refs/heads/main"),
                    GitSamples.ServerChange("refs/heads/next", other),
                    GitSamples.ServerChange("refs/heads/old", GitSamples.Zeros)
                );
        foreach (
            var headers in ((string, string)[][])
                [
                    [(GitSamples.DeliveryHeader(sender), "d-1")],
                    [],
                ]
        )
        {
            var pushes = Pushes(sender, body, headers);
            Assert.Equal(
                [("refs/heads/main", GitSamples.After, false), ("refs/heads/next", other, false), ("refs/heads/old", null, true)],
                pushes.Select(p => (p.Ref, p.Commit, p.Deleted))
            );
            Assert.Equal(3, pushes.Select(p => p.Delivery).Distinct().Count());
            Assert.Equal(3, pushes.Select(p => p.Uuid).Distinct().Count());
            Assert.Equal(pushes.Select(p => p.Delivery), Pushes(sender, body, headers).Select(p => p.Delivery));
            Assert.True(headers.Length == 0 || pushes[0].Delivery == "d-1");
        }
    }

    [Fact]
    public void A_repository_with_two_names_is_pushed_under_both()
    {
        // the web on a port of its own, ssh on the usual one
        var pushes = Pushes("gitea", GitSamples.Gitea(host: "git.acme.test:3000"), ("X-Gitea-Delivery", "d-1"));
        Assert.Equal(["git:git.acme.test:3000/acme/shop", "git:git.acme.test/acme/shop"], pushes.Select(p => p.Source));
        Assert.Equal(["d-1", "d-1 refs/heads/main git:git.acme.test/acme/shop"], pushes.Select(p => p.Delivery));
        pushes = Pushes("gitlab", GitSamples.GitLab(url: "http://gitlab.acme.test:8929/acme/shop"));
        Assert.Equal(["git:gitlab.acme.test:8929/acme/shop", "git:gitlab.acme.test/acme/shop"], pushes.Select(p => p.Source));
    }

    [Fact]
    public void A_repository_is_known_by_whatever_url_is_there()
    {
        foreach (var member in (string[])["html_url", "clone_url", "ssh_url", "git_url", "svn_url", "url"])
        {
            var url = member switch
            {
                "ssh_url" => "git@GitHub.com:Acme/Shop.git",
                "git_url" => "git://github.com/acme/shop.git",
                _ => "https://github.com/Acme/Shop",
            };
            var body = $$$"""{"ref":"refs/heads/main","after":"{{{GitSamples.After}}}","repository":{"{{{member}}}":"{{{url}}}"}}""";
            Assert.Equal("git:github.com/acme/shop", Assert.Single(Pushes("github", body)).Source);
        }

        // in events other than pushes it is the API's
        var api = GitSamples
            .GitHub()
            .Replace("\"url\":\"https://github.com/", "\"url\":\"https://api.github.com/repos/", StringComparison.Ordinal);
        Assert.Single(Pushes("github", api));
        var deep = GitSamples.GitLab(repository: "eng/web/shop");
        Assert.Equal("git:gitlab.acme.test/eng/web/shop", Assert.Single(Pushes("gitlab", deep)).Source);
        foreach (var member in (string[])["web_url", "homepage", "git_http_url", "http_url", "git_ssh_url", "ssh_url", "url"])
        foreach (var at in (string[])["project", "repository"])
        {
            var body = $$$"""
                {"ref":"refs/heads/main","after":"{{{GitSamples.After}}}",
                "{{{at}}}":{"{{{member}}}":"https://gitlab.acme.test/a/b/c.git"}}
                """;
            Assert.Equal("git:gitlab.acme.test/a/b/c", Pushes("gitlab", body).Single().Source);
        }
    }

    [Theory]
    [InlineData("""[{"href":"https://bb.acme.test/scm/acme/shop.git","name":"http"}]""", "git:bb.acme.test/scm/acme/shop")]
    [InlineData("""[{"href":"ssh://git@bb.acme.test:7999/acme/shop.git","name":"ssh"}]""", "git:bb.acme.test/acme/shop")]
    [InlineData(
        """[{"href":"https://bb.acme.test/scm/acme/shop.git"},{"href":"ssh://git@bb.acme.test:7999/acme/shop.git"}]""",
        "git:bb.acme.test/scm/acme/shop git:bb.acme.test/acme/shop"
    )]
    [InlineData("""[null,{},{"href":"nonsense"}]""", "git:*/acme/shop")]
    [InlineData("[]", "git:*/acme/shop")]
    [InlineData("null", "git:*/acme/shop")]
    public void Clone_links_of_a_data_center_say_its_host(string links, string sources)
    {
        var body = GitSamples
            .BitbucketServer("acme/shop", GitSamples.ServerChange("refs/heads/main"))
            .Replace(
                "\"slug\":",
                $$"""
                "links":{"clone":{{links}},"self":[{"href":"https://bb.acme.test/projects/ACME/repos/shop/browse"}]},"slug":
                """.Trim(),
                StringComparison.Ordinal
            );
        Assert.Equal(sources.Split(' '), Pushes("bitbucket-server", body).Select(p => p.Source));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_strange_delivery_id_is_not_believed(string sender)
    {
        var body = GitSamples.Push(sender);
        var ofBody = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        foreach (var id in (string?[])[null, "", "a b", "a\tb", "ümlaut", new string('i', 201)])
        {
            (string, string)[] headers = id is null ? [] : [(GitSamples.DeliveryHeader(sender), id)];
            var (first, second) = (Pushes(sender, body, headers).Single().Delivery, Pushes(sender, body, headers).Single().Delivery);
            if (sender != "git")
                Assert.Equal((ofBody, ofBody), (first, second));
            // of ours, calls are told apart by the key alone
            else if (string.IsNullOrEmpty(id))
                Assert.NotEqual(first, second);
            else
                Assert.Equal((first, false), (second, first == id));
        }

        var longest = new string('i', 200);
        Assert.Equal(longest, Pushes(sender, body, (GitSamples.DeliveryHeader(sender), longest)).Single().Delivery);
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("null", false)]
    [InlineData("[]", false)]
    [InlineData("7", false)]
    [InlineData("\"ci.skip\"", false)]
    [InlineData("""{"ci.variable":"A=1","mr.create":true,"skip":true}""", false)]
    [InlineData("""{"ci":{"variable":{"A":1}}}""", false)]
    [InlineData("""{"ci":"skip"}""", false)]
    [InlineData("""{"ci.skip":true}""", true)]
    [InlineData("""{"mr.create":true,"ci.skip":null}""", true)]
    [InlineData("""{"ci.skip":false}""", true)]
    [InlineData("""{"ci.skip":{"a":[1]}}""", true)]
    [InlineData("""{"ci":{"skip":true}}""", true)]
    [InlineData("""["a",1,"ci.skip"]""", true)]
    public void The_option_ci_skip_of_gitlab_asks_for_no_deployment(string options, bool asked) =>
        Assert.Equal(asked, Pushes("gitlab", GitSamples.GitLab(pushOptions: options)).Single().SkipAsked);

    [Theory]
    [InlineData("main", "refs/heads/main")]
    [InlineData("feature/x", "refs/heads/feature/x")]
    [InlineData("heads/main", "refs/heads/heads/main")]
    [InlineData("refs/heads/main", "refs/heads/main")]
    public void Ours_takes_a_branch_with_or_without_the_rest(string written, string reference)
    {
        foreach (var after in (string[])["", """, "after": null""", """, "after": "" """])
        {
            var push = Assert.Single(
                Pushes("git", $$"""{"repository": "git@git.acme.test:acme/shop.git", "ref": "{{written}}"{{after}}}""")
            );
            Assert.Equal((reference, null, false, null), (push.Ref, push.Commit, push.Deleted, push.Pusher));
        }

        var sha256 = new string('A', 64);
        Assert.Equal(
            sha256.ToLowerInvariant(),
            Pushes("git", $$"""{"repository": "git@git.acme.test:acme/shop.git", "ref": "{{written}}", "after": "{{sha256}}"}""")
                .Single()
                .Commit
        );
    }

    [Theory]
    [InlineData("github", "{}", "`ref` is missing")]
    [InlineData("github", """{"ref":""}""", "`ref` is missing")]
    [InlineData("github", """{"ref":7}""", "`ref`")]
    [InlineData("github", """{"ref":"main","after":"x"}""", "full ref")]
    [InlineData("github", """{"ref":"refs/heads/main"}""", "`after` is missing")]
    [InlineData("github", """{"ref":"refs/heads/main","after":"9ab8c7d"}""", "commit's id")]
    [InlineData("github", """{"ref":"refs/heads/main","after":"0"}""", "commit's id")]
    [InlineData("github", """{"ref":"refs/heads/main","after":"zzb8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0"}""", "commit's id")]
    [InlineData("github", """{"ref":"refs/heads/main","after":"9ab8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0"}""", "`repository` has no URL")]
    [InlineData(
        "github",
        """{"ref":"refs/heads/main","after":"9ab8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0","repository":{"clone_url":"/srv/git/shop"}}""",
        "`repository` has no URL"
    )]
    [InlineData(
        "github",
        """{"ref":"refs/heads/main","after":"9ab8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0","repository":"acme/shop"}""",
        "`repository`"
    )]
    [InlineData("github", """{"ref":"refs/heads/main","deleted":"yes"}""", "`deleted`")]
    [InlineData("github", "[]", "The body is not as expected")]
    [InlineData("github", "null", "null")]
    [InlineData("gitlab", "{}", "custom webhook template")]
    [InlineData("gitlab", """{"text":"Ida pushed"}""", "custom webhook template")]
    [InlineData("gitlab", """{"ref":"main","sha":"9ab8c7d"}""", "full ref")]
    [InlineData(
        "gitlab",
        """{"ref":"refs/heads/main","after":"9ab8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0","project":{"id":1}}""",
        "`project` has no URL"
    )]
    [InlineData("gitea", "{}", "`ref` is missing")]
    [InlineData("gitea", """{"ref_type":"branch"}""", "`ref` is missing")]
    [InlineData("gitea", """{"ref":"refs/heads/main","after":null}""", "`after` is missing")]
    [InlineData(
        "gitea",
        """
            {"ref":"refs/heads/main","after":"9ab8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0",
            "repository":{"url":"https://git.acme.test/api/v1/repos/acme/shop","original_url":"https://github.com/a/b"}}
            """,
        "`repository` has no URL"
    )]
    [InlineData("bitbucket", "{}", "`push.changes` is missing")]
    [InlineData("bitbucket", """{"push":{"changes":{}}}""", "`push.changes`")]
    [InlineData("bitbucket", """{"push":{"changes":[null]}}""", "neither `old` nor `new`")]
    [InlineData("bitbucket", """{"push":{"changes":[{"new":{"type":"branch"}}]}}""", "`push.changes[0].new.name` is missing")]
    [InlineData(
        "bitbucket",
        """{"push":{"changes":[{"new":{"type":"branch","name":"main"}}]}}""",
        "`push.changes[0].new.target.hash` is missing"
    )]
    [InlineData("bitbucket", """{"push":{"changes":[{"old":{"type":"branch","name":"main"}}]}}""", "`repository.full_name`")]
    [InlineData(
        "bitbucket",
        """{"push":{"changes":[{"old":{"type":"branch","name":"main"}}]},"repository":{"full_name":"a/b/c"}}""",
        "`repository.full_name`"
    )]
    [InlineData(
        "bitbucket",
        """{"push":{"changes":[{"old":{"type":"branch","name":"main"}}]},"repository":{"full_name":"@evil.test/shop"}}""",
        "`repository.full_name`"
    )]
    [InlineData("bitbucket-server", "{}", "`changes` is missing")]
    [InlineData("bitbucket-server", """{"changes":[null]}""", "`changes[0].ref.id` is missing")]
    [InlineData("bitbucket-server", """{"changes":[{"refId":"refs/heads/main"}]}""", "`changes[0].toHash` is missing")]
    [InlineData(
        "bitbucket-server",
        """{"changes":[{"refId":"refs/heads/main","type":"DELETE"}],"repository":{"slug":"shop"}}""",
        "`project.key`"
    )]
    [InlineData(
        "bitbucket-server",
        """{"changes":[{"refId":"refs/heads/main","type":"DELETE"}],"repository":{"slug":"../x","project":{"key":"A"}}}""",
        "`slug`"
    )]
    [InlineData("git", "{}", "`repository` is missing")]
    [InlineData("git", """{"repository":"acme/shop","ref":"main"}""", "`repository` has no host")]
    [InlineData("git", """{"repository":"https://git.acme.test/a","ref":"main","after":"HEAD"}""", "commit's id")]
    [InlineData("git", """{"repository":"https://git.acme.test/a"}""", "`ref` is missing")]
    [InlineData("git", """{"repository":"https://git.acme.test/a","ref":"a b"}""", "expected a branch")]
    [InlineData("git", """{"repository":"https://git.acme.test/a","ref":"refs/heads/"}""", "expected a branch")]
    [InlineData("git", """{"repository":"https://git.acme.test/a","ref":["main"]}""", "`ref`")]
    [InlineData("git", """{"repository":{"url":"https://git.acme.test/a"},"ref":"main"}""", "`repository`")]
    public void What_is_missing_or_wrong_is_named(string sender, string body, string mentions)
    {
        var error = Error(sender, body, GitSamples.EventHeader(sender));
        Assert.Contains(mentions, error, StringComparison.Ordinal);
        Assert.EndsWith(".", error, StringComparison.Ordinal);
        Assert.Contains("expected", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_a_url_is_neither_kept_nor_said_back()
    {
        Assert.Equal(
            "git:git.acme.test/shop",
            Pushes("git", """{"repository":"https://ida:hunter2@git.acme.test/shop","ref":"main"}""").Single().Source
        );
        Assert.DoesNotContain(
            "hunter2",
            Error("git", """{"repository":"ftp://ida:hunter2@git.acme.test/shop","ref":"main"}"""),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_delivery_that_is_cut_off_is_unreadable_wherever_it_ends(string sender)
    {
        var body = Encoding.UTF8.GetBytes(GitSamples.Push(sender).Trim());
        Assert.Null(Read(sender, body).Error);
        for (var length = 1; length < body.Length; length++)
            Assert.Contains("not valid JSON", Read(sender, body[..length]).Error, StringComparison.Ordinal);
    }

    /// <summary>Every value of a sample is replaced by every kind of thing; nothing throws, and what is a push makes sense.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Wrong_types_and_hostile_values_never_throw(string sender)
    {
        (string, string)[][] headers =
        [
            GitSamples.EventHeader(sender),
            [],
            [("X-Gitea-Event", "delete"), ("X-Gitlab-Event", "System Hook"), ("X-Event-Key", "\u0001")],
        ];
        var read = 0;
        foreach (var body in WithEachValue(GitSamples.Push(sender), Hostile).Concat(WithEachValue(GitSamples.GiteaDelete("main"), Hostile)))
        foreach (var given in headers)
        {
            var reading = Read(sender, Encoding.UTF8.GetBytes(body), given);
            Assert.True(
                reading.Error is null ? reading.Pushes.Count > 0 || reading.Note!.Length > 0 : reading.Error.Length is > 20 and < 600,
                body
            );
            foreach (var push in reading.Pushes)
            {
                read++;
                Assert.True(
                    GitRefs.IsBranch(push.Branch)
                        && push.Ref != push.Branch
                        && RepositoryName.IsSource(push.Source)
                        && (push.Commit is null || GitRefs.IsCommit(push.Commit)),
                    body
                );
                Assert.True(push.Pusher is null || !push.Pusher.Any(char.IsControl), body);
            }
        }

        Assert.True(read > 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_doubled_member_counts_once(string sender)
    {
        var body = GitSamples.Push(sender);
        var doubled = body.Insert(body.LastIndexOf('}'), $$""", "after": "{{new string('c', 40)}}" """);
        var push = Assert.Single(Pushes(sender, doubled));
        Assert.Equal(sender.StartsWith("bitbucket", StringComparison.Ordinal) ? GitSamples.After : new string('c', 40), push.Commit);
    }
}
