using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace AutoDeploy.Testing;

/// <summary>Deliveries of git pushes as hosts really send them.</summary>
public static class GitSamples
{
    public const string Before = "1f0c6d2b7a8e94b05c3d1e2f4a5b6c7d8e9f0a1b";
    public const string After = "9ab8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0";
    public const string Zeros = "0000000000000000000000000000000000000000";

    public static readonly string[] Senders = ["github", "gitlab", "gitea", "bitbucket", "bitbucket-server", "git"];

    /// <summary>A push of the branch main by ida to <c>acme/shop</c>, or another.</summary>
    public static string Push(string sender, string repository = "acme/shop", string after = After) =>
        sender switch
        {
            "github" => GitHub(repository: repository, after: after),
            "gitlab" => GitLab(repository: repository, after: after),
            "gitea" => Gitea(repository: repository, after: after),
            "bitbucket" => Bitbucket(repository, Change("main", after)),
            "bitbucket-server" => BitbucketServer(repository, ServerChange("refs/heads/main", after)),
            "git" => $$"""
                {"repository": "https://git.acme.test/{{repository}}.git", "ref": "refs/heads/main", "before": "{{Before}}",
                "after": "{{after}}", "pusher": "ida"}
                """,
            _ => throw new ArgumentException(sender),
        };

    public static (string, string)[] EventHeader(string sender) =>
        sender switch
        {
            "github" => [("X-GitHub-Event", "push")],
            "gitlab" => [("X-Gitlab-Event", "Push Hook")],
            "gitea" => [("X-Gitea-Event", "push"), ("X-Gogs-Event", "push"), ("X-GitHub-Event", "push")],
            "bitbucket" => [("X-Event-Key", "repo:push")],
            "bitbucket-server" => [("X-Event-Key", "repo:refs_changed")],
            _ => [],
        };

    public static string DeliveryHeader(string sender) =>
        sender switch
        {
            "github" => "X-GitHub-Delivery",
            "gitea" => "X-Gitea-Delivery",
            "bitbucket" => "X-Request-UUID",
            "bitbucket-server" => "X-Request-Id",
            _ => "Idempotency-Key",
        };

    /// <summary>How the sender proves that it knows the secret.</summary>
    public static (string, string) Proof(string sender, string secret, string body) =>
        sender switch
        {
            "github" or "git" => ("X-Hub-Signature-256", "sha256=" + Hmac(secret, body)),
            "gitlab" => ("X-Gitlab-Token", secret),
            "gitea" => ("X-Gitea-Signature", Hmac(secret, body)),
            _ => ("X-Hub-Signature", "sha256=" + Hmac(secret, body)),
        };

    public static string Hmac(string secret, string body) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));

    public static string Form(string json) => "payload=" + WebUtility.UrlEncode(json);

    public static string GitHub(
        string reference = "refs/heads/main",
        string after = After,
        bool deleted = false,
        string repository = "acme/shop"
    ) =>
        $$$"""
            {"ref":"{{{reference}}}","before":"{{{Before}}}","after":"{{{after}}}","created":false,"deleted":{{{(
                deleted ? "true" : "false"
            )}}},"forced":false,"base_ref":null,
             "compare":"https://github.com/{{{repository}}}/compare/1f0c6d2b7a8e...9ab8c7d6e5f4",
             "commits":[{"id":"{{{after}}}","tree_id":"77aa00bb11cc22dd33ee44ff5566778899aabbcc","distinct":true,
               "message":"api: r\u00e4ise limit","timestamp":"2025-10-09T10:53:20+02:00",
               "author":{"name":"Ida","email":null,"username":"ida"},"committer":{"name":"Ida","email":"ida@acme.test"},
                 "added":["api/limit.cs"],"modified":[],"removed":[]}],
             "head_commit":null,
             "repository":{"id":4711,"name":"shop","full_name":"{{{repository}}}","private":true,"owner":{"name":"acme","login":"acme"},
               "created_at":1600000000,"pushed_at":"2025-10-09T08:53:20Z",
               "html_url":"https://github.com/{{{repository}}}","url":"https://github.com/{{{repository}}}",
                 "clone_url":"https://github.com/{{{repository}}}.git",
               "ssh_url":"git@github.com:{{{repository}}}.git","git_url":"git://github.com/{{{repository}}}.git",
                 "svn_url":"https://github.com/{{{repository}}}","default_branch":"main"},
             "pusher":{"name":"ida","email":"ida@acme.test"},"sender":{"login":"ida","id":9}}
            """;

    public static string GitLab(
        string reference = "refs/heads/main",
        string after = After,
        string repository = "acme/shop",
        string pushOptions = "{}",
        string kind = "push",
        string? url = null
    ) =>
        $$$"""
            {"object_kind":"{{{kind}}}","event_name":"{{{kind}}}","before":"{{{Before}}}","after":"{{{after}}}","ref":"{{{reference}}}",
              "ref_protected":true,
             "checkout_sha":{{{(
                after == Zeros ? "null" : $"\"{after}\""
            )}}},"message":null,"user_id":3,"user_name":"Ida","user_username":"ida","user_email":"[REDACTED]","project_id":42,
             "project":{"id":42,"name":"shop","web_url":"{{{url
                ?? "https://gitlab.acme.test/" + repository}}}","git_ssh_url":"git@gitlab.acme.test:{{{repository}}}.git",
               "git_http_url":"{{{url
                ?? "https://gitlab.acme.test/"
                    + repository}}}.git","namespace":"acme","visibility_level":0,"path_with_namespace":"{{{repository}}}",
                      "default_branch":"main"},
             "commits":[{"id":"{{{after}}}","message":"api: raise limit\n","timestamp":"2025-10-09T10:53:20+02:00","author":{"name":"Ida",
               "email":"ida@acme.test"},"added":[],"modified":["a"],"removed":[]}],
             "total_commits_count":1,"push_options":{{{pushOptions}}},
             "repository":{"name":"shop","url":"git@gitlab.acme.test:{{{repository}}}.git","homepage":"{{{url
                ?? "https://gitlab.acme.test/" + repository}}}"}}
            """;

    public static string Gitea(
        string reference = "refs/heads/main",
        string after = After,
        string repository = "acme/shop",
        string host = "git.acme.test"
    ) =>
        $$$"""
            {"ref":"{{{reference}}}","before":"{{{Before}}}","after":"{{{after}}}",
              "compare_url":"https://{{{host}}}/{{{repository}}}/compare/1f0c...9ab8","total_commits":7,
             "commits":[{"id":"{{{after}}}","message":"api: raise limit\n","author":{"name":"Ida","email":"ida@acme.test",
               "username":"ida"},"verification":null,"added":[],"removed":[],"modified":["a"]}],
             "head_commit":null,"repository":{{{GiteaRepository(
                repository,
                host
            )}}},"pusher":{"login":"ida","id":3},"sender":{"login":"ida"}}
            """;

    public static string GiteaDelete(string branch, string type = "branch", string repository = "acme/shop") =>
        $$$"""
            {"ref":"{{{branch}}}","ref_type":"{{{type}}}","pusher_type":"user","repository":{{{GiteaRepository(
                repository,
                "git.acme.test"
            )}}},"sender":{"login":"ida"}}
            """;

    public static string Bitbucket(string repository, params string[] changes) =>
        $$$"""
            {"actor":{"display_name":"Ida","nickname":"ida","uuid":"{0b1c}"},
             "repository":{"type":"repository","full_name":"{{{repository}}}","name":"shop","uuid":"{77aa}","is_private":true,
               "links":{"html":{"href":"https://bitbucket.org/{{{repository}}}"} }},
             "push":{"changes":[{{{string.Join(',', changes)}}}]}}
            """;

    /// <param name="name">The branch, short.</param>
    /// <param name="after">Null: it was deleted.</param>
    /// <param name="type">Of the ref.</param>
    public static string Change(string name, string? after = After, string type = "branch") =>
        $$$"""
            {"forced":false,"created":false,"closed":{{{(after is null ? "true" : "false")}}},"truncated":false,
             "old":{"type":"{{{type}}}","name":"{{{name}}}","target":{"hash":"{{{Before}}}"}},
             "new":{{{(
                after is null
                    ? "null"
                    : ChangedRef(type, name, after)
            )}}},
             "commits":[{"hash":"{{{After}}}","message":"api: raise limit\n","author":{"raw":"Ida <ida@acme.test>"}}]}
            """;

    private static string ChangedRef(string type, string name, string after) =>
        $$$"""
            {"type":"{{{type}}}","name":"{{{name}}}",
             "target":{"hash":"{{{after}}}","message":"api: raise limit\n","date":"2025-10-09T08:53:20+00:00"}}
            """;

    public static string BitbucketServer(string repository, params string[] changes) =>
        $$$"""
            {"eventKey":"repo:refs_changed","date":"2025-10-09T10:53:20+0200","actor":{"name":"ida","emailAddress":"ida@acme.test","id":3},
             "repository":{"slug":"{{{repository.Split('/')[1]}}}","id":84,"name":"shop","project":{"key":"{{{repository.Split('/')[
                0
            ].ToUpperInvariant()}}}","id":84,"name":"Acme"}},
             "changes":[{{{string.Join(',', changes)}}}]}
            """;

    public static string ServerChange(string reference, string after = After, string type = "UPDATE") =>
        $$"""
            {"ref":{"id":"{{reference}}","displayId":"main","type":"BRANCH"},"refId":"{{reference}}","fromHash":"{{Before}}",
              "toHash":"{{after}}","type":"{{type}}"}
            """;

    private static string GiteaRepository(string repository, string host) =>
        $$"""
            {"id":5,"owner":{"login":"acme"},"name":"shop","full_name":"{{repository}}","private":true,
              "html_url":"https://{{host}}/{{repository}}","url":"https://{{host}}/api/v1/repos/{{repository}}",
             "clone_url":"https://{{host}}/{{repository}}.git","ssh_url":"git@git.acme.test:{{repository}}.git",
               "original_url":"https://github.com/upstream/shop","default_branch":"main"}
            """;
}
