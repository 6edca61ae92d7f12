using System.Globalization;
using System.Text;
using System.Text.Json;
using AutoDeploy.Deployments;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>
/// Telling git hosts what becomes of their commits: each in its way, at least once, in order, whatever happens to them or to us.
/// </summary>
public sealed class CommitStatusTests : IAsyncLifetime
{
    private const string GitHosts = "/api/app/v1/githost/";

    private const string Token = "t0ken-that-is-secret";

    private static readonly string Commit = new('c', 40);

    private HttpReceiver _receiver = null!;
    private ApiServer _server = null!;
    private Guid _serviceId;

    private string Api => $"http://127.0.0.1:{_receiver.Port}";

    public async Task InitializeAsync()
    {
        _receiver = await HttpReceiver.Start(_ => 201);
        _server = await ApiServer.Start(options: new ApiOptions { Url = "https://deploy.acme.test" });
        _serviceId = Guid.Parse((await _server.CreateService(name: "web")).Split('/')[^2]);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Theory]
    [InlineData(
        "github",
        "https://git.acme.test/Acme/Shop.git",
        "/repos/Acme/Shop/statuses/{0}",
        "Authorization",
        "Bearer " + Token,
        "context",
        "pending",
        "pending",
        "success",
        "failure",
        "error"
    )]
    [InlineData(
        "gitlab",
        "git@git.acme.test:acme/team/shop.git",
        "/api/v4/projects/acme%2Fteam%2Fshop/statuses/{0}",
        "PRIVATE-TOKEN",
        Token,
        "name",
        "pending",
        "running",
        "success",
        "failed",
        "canceled"
    )]
    [InlineData(
        "gitea",
        "ssh://git@git.acme.test:2222/acme/shop",
        "/api/v1/repos/acme/shop/statuses/{0}",
        "Authorization",
        "token " + Token,
        "context",
        "pending",
        "pending",
        "success",
        "failure",
        "error"
    )]
    [InlineData(
        "bitbucket",
        "https://git.acme.test/acme/shop",
        "/2.0/repositories/acme/shop/commit/{0}/statuses/build",
        "Authorization",
        "Bearer " + Token,
        "key",
        "INPROGRESS",
        "INPROGRESS",
        "SUCCESSFUL",
        "FAILED",
        "STOPPED"
    )]
    public async Task Each_host_is_told_in_its_way(
        string kind,
        string repository,
        string path,
        string header,
        string token,
        string name,
        params string[] words
    )
    {
        await New(kind);
        await End(await Begin(repository), DeploymentState.Success, "web runs acme/api:1.2.");
        var failed = await End(
            await Begin(repository),
            DeploymentState.Failed,
            "The new container is unhealthy: PASSWORD=hunter2 is wrong."
        );
        await End(await Add(repository), DeploymentState.Canceled, "Canceled by admin.");

        var received = await _receiver.WaitForCount(8);

        Assert.Equal(
            [words[0], words[1], words[2], words[0], words[1], words[3], words[0], words[4]],
            received.Select(r => (string)r.Json["state"]!)
        );
        Assert.All(
            received,
            r =>
                Assert.Equal(
                    ("POST", string.Format(CultureInfo.InvariantCulture, path, Commit), token, "application/json"),
                    (r.Method, r.Path, r.Headers[header], r.Headers["Content-Type"])
                )
        );
        Assert.All(received, r => Assert.Equal("autodeploy/web", (string)r.Json[name]!));
        Assert.All(received, r => Assert.StartsWith("AutoDeploy", r.Headers["User-Agent"], StringComparison.Ordinal));
        Assert.Equal(
            [
                "Waits to be deployed.",
                "Is being deployed.",
                "web runs acme/api:1.2.",
                "The new container is unhealthy.",
                "Canceled by admin.",
            ],
            received.Select(r => (string)r.Json["description"]!).Distinct()
        );
        Assert.Equal(
            $"https://deploy.acme.test/api/audit/v1/action/{failed.Uuid}/",
            (string)received[5].Json[kind == "bitbucket" ? "url" : "target_url"]!
        );
    }

    [Theory]
    [InlineData("github", 140)]
    [InlineData("gitlab", 255)]
    [InlineData("gitea", 255)]
    [InlineData("bitbucket", 255)]
    public async Task A_description_is_as_long_as_its_host_takes_it(string kind, int maxLength)
    {
        await New(kind);
        await End(await Begin(), DeploymentState.Failed, new string('x', maxLength - 2) + "😀 is what it said");

        var description = (string)(await _receiver.WaitForCount(3))[2].Json["description"]!;

        // no half of a character
        Assert.Equal(new string('x', maxLength - 2) + "…", description);
    }

    [Fact]
    public async Task Bitbuckets_keys_are_short_and_no_two_services_have_the_same()
    {
        await New("bitbucket");
        const string LongName = "a-service-with-a-name-that-is-long-";
        foreach (var name in (string[])[LongName + "1", LongName + "2"])
            await Add(serviceId: Guid.Parse((await _server.CreateService(name: name)).Split('/')[^2]));

        var received = await _receiver.WaitForCount(2);

        var keys = received.Select(r => (string)r.Json["key"]!).ToList();
        Assert.All(keys, key => Assert.Equal(40, key.Length));
        Assert.Equal(2, keys.Distinct().Count());
        Assert.Equal([$"autodeploy/{LongName}1", $"autodeploy/{LongName}2"], received.Select(r => (string)r.Json["name"]!));
    }

    [Fact]
    public async Task Bitbucket_takes_a_users_password_too()
    {
        await New("bitbucket", more: new { username = "ida" });
        await Add();

        Assert.Equal(
            "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ida:" + Token)),
            (await _receiver.WaitForCount(1))[0].Headers["Authorization"]
        );
    }

    [Fact]
    public async Task A_gitlab_below_a_path_is_found_there()
    {
        await New("gitlab", apiUrl: Api + "/lab/");
        await Add("https://git.acme.test/lab/acme/shop.git");

        Assert.Equal($"/lab/api/v4/projects/acme%2Fshop/statuses/{Commit}", (await _receiver.WaitForCount(1))[0].Path);
    }

    [Fact]
    public async Task Only_commits_of_the_hosts_repositories_are_told_and_only_from_then_on()
    {
        await Add();
        await New("github");
        await using var other = await HttpReceiver.Start(_ => 201);
        await New("github", "git.acme.test:3000", $"http://127.0.0.1:{other.Port}");
        await Add("https://elsewhere.acme.test/acme/shop.git");
        await _server.Ledger.AddDeployment(Deployment() with { Commit = null, Repository = null }, default);
        await _server.Ledger.AddDeployment(Deployment() with { Operation = Operation.Stop }, default);
        await Add("http://git.acme.test:3000/acme/theirs.git");
        await Add("https://git.acme.test/acme/mine.git");

        Assert.Equal($"/repos/acme/mine/statuses/{Commit}", Assert.Single(await _receiver.WaitForCount(1)).Path);
        Assert.Equal($"/repos/acme/theirs/statuses/{Commit}", Assert.Single(await other.WaitForCount(1)).Path);
    }

    [Fact]
    public async Task A_commit_that_becomes_known_later_is_told_then_and_once()
    {
        await New("github");
        var deployment = Deployment() with { Commit = null };
        await _server.Ledger.AddDeployment(deployment, default);
        deployment = deployment with { State = DeploymentState.InProgress };
        await _server.Ledger.UpdateDeployment(deployment, default);
        await _server.Ledger.UpdateDeployment(deployment with { Step = DeploymentStep.Resolve }, default);
        deployment = deployment with { Step = DeploymentStep.Resolve, Commit = Commit };
        await _server.Ledger.UpdateDeployment(deployment, default);
        await _server.Ledger.UpdateDeployment(deployment with { Image = "docker.io/acme/api:2" }, default);
        await _server.Ledger.UpdateDeployment(deployment with { Step = DeploymentStep.Build }, default);
        await End(deployment, DeploymentState.Success, "");

        Assert.Equal(
            ["Is being deployed.", "Was deployed."],
            (await _receiver.WaitForCount(2)).Select(r => (string)r.Json["description"]!)
        );
    }

    [Theory]
    [InlineData(401, "does not take the token")]
    [InlineData(403, "the token may not set commit statuses")]
    [InlineData(404, "no such repository or commit")]
    [InlineData(422, "does not take it")]
    [InlineData(301, "a redirect, which is not followed")]
    public async Task What_is_refused_for_good_does_not_hold_up_what_comes_after_it(int status, string why)
    {
        _receiver.AnswerHeaders["Location"] = Api + "/elsewhere";
        _receiver.Answer = r => r.Path.Contains("refused", StringComparison.Ordinal) ? status : 201;
        var uri = await New("gitea");
        await Add("https://git.acme.test/acme/refused.git");
        await Eventually.Until(async () => (await _server.Get(uri)).Json.GetProperty("given_up").GetInt64() == 1);

        var refused = (await _server.Get(uri)).Json;
        var error = refused.GetProperty("last_error").GetString()!;
        Assert.StartsWith(
            $"The status of commit cccccccccccc of git.acme.test/acme/refused was not set ({status}): ",
            error,
            StringComparison.Ordinal
        );
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.Equal(
            (0, JsonValueKind.Null),
            (refused.GetProperty("failed_attempts").GetInt32(), refused.GetProperty("next_attempt_datetime").ValueKind)
        );

        await Add("https://git.acme.test/acme/shop.git");
        await _receiver.WaitForCount(1);
        Assert.Equal(2, _receiver.All.Count);
        await Eventually.Until(async () => (await _server.Get(uri)).Json.GetProperty("last_error").ValueKind == JsonValueKind.Null);
        Assert.Equal(1, (await _server.Get(uri)).Json.GetProperty("given_up").GetInt64());
    }

    [Theory]
    [InlineData(500, null, null)]
    [InlineData(429, null, null)]
    [InlineData(403, "X-RateLimit-Remaining", "0")]
    [InlineData(403, "Retry-After", "1")]
    public async Task What_may_pass_is_tried_again_and_what_is_behind_it_waits(int status, string? header, string? value)
    {
        if (header is not null)
            _receiver.AnswerHeaders[header] = value!;
        var refuse = true;
        _receiver.Answer = _ => Volatile.Read(ref refuse) ? status : 201;
        var uri = await New("github");
        await End(await Begin(), DeploymentState.Success, "");
        await Eventually.Until(async () => (await _server.Get(uri)).Json.GetProperty("failed_attempts").GetInt32() > 0);
        Assert.NotNull((await _server.Get(uri)).Json.GetProperty("next_attempt_datetime").GetString());
        Volatile.Write(ref refuse, false);

        Assert.Equal(
            ["Waits to be deployed.", "Is being deployed.", "Was deployed."],
            (await _receiver.WaitForCount(3)).Select(r => (string)r.Json["description"]!)
        );
        Assert.Equal(0, (await _server.Get(uri)).Json.GetProperty("given_up").GetInt64());
    }

    [Fact]
    public async Task A_limit_that_ends_later_is_waited_for()
    {
        var reset = DateTimeOffset.UtcNow.AddMinutes(30);
        _receiver.Answer = _ => 403;
        _receiver.AnswerHeaders["X-RateLimit-Remaining"] = "0";
        _receiver.AnswerHeaders["X-RateLimit-Reset"] = reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var uri = await New("github");
        await Add();
        var next = await Eventually.UntilFound(async () => (await _server.Get(uri)).Json.GetProperty("next_attempt_datetime").GetString());

        Assert.InRange(DateTimeOffset.Parse(next, CultureInfo.InvariantCulture), reset.AddMinutes(-2), reset.AddMinutes(2));
    }

    [Fact]
    public async Task What_gitlab_has_already_counts_as_told()
    {
        _receiver.Answer = r => (string)r.Json["state"]! == "running" ? 400 : 201;
        _receiver.AnswerBody =
            """{"message":"Cannot transition status via :run from :running (Reason(s): Status cannot transition via \"run\")"}""";
        var uri = await New("gitlab");
        await End(await Begin(), DeploymentState.Success, "");

        Assert.Equal(["pending", "success"], (await _receiver.WaitForCount(2)).Select(r => (string)r.Json["state"]!));
        var json = (await _server.Get(uri)).Json;
        Assert.Equal((0, JsonValueKind.Null), (json.GetProperty("given_up").GetInt32(), json.GetProperty("last_error").ValueKind));
    }

    [Fact]
    public async Task What_was_not_taken_when_the_process_ended_is_told_after_its_next_start()
    {
        _receiver.Answer = _ => 503;
        await New("github");
        await End(await Begin(), DeploymentState.Failed, "It exited with code 3.");
        await Eventually.Until(() => _receiver.All.Count > 0);
        await _server.Stop();

        _receiver.Answer = _ => 201;
        _server = await ApiServer.Start(_server.Data);

        Assert.Equal(
            ["Waits to be deployed.", "Is being deployed.", "It exited with code 3."],
            (await _receiver.WaitForCount(3)).Select(r => (string)r.Json["description"]!)
        );
    }

    [Fact]
    public async Task A_change_has_it_tried_again_at_once_and_the_token_is_nowhere_to_be_seen()
    {
        _receiver.Answer = r => r.Headers["Authorization"] == "Bearer new-" + Token ? 201 : 503;
        _receiver.AnswerHeaders["Retry-After"] = "3000";
        var uri = await New("github");
        await Add();
        await Eventually.Until(async () => (await _server.Get(uri)).Json.GetProperty("failed_attempts").GetInt32() == 1);

        Assert.Equal(200, (await _server.Patch(uri, JsonSerializer.Serialize(new { password = "new-" + Token }))).Status);
        await _receiver.WaitForCount(1);

        foreach (var text in (string[])[(await _server.Get(uri)).Text, (await _server.Get(GitHosts)).Text, _server.Output.ToString()])
            Assert.DoesNotContain(Token, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turned_off_nothing_is_told_and_turned_on_again_what_happens_from_then_on()
    {
        var uri = await New("github");
        Assert.Equal(
            JsonValueKind.Null,
            (await _server.Patch(uri, """{"commit_statuses": null}""")).Json.GetProperty("commit_statuses").ValueKind
        );
        await Add("https://git.acme.test/acme/unheard.git");
        await _server.Patch(uri, """{"commit_statuses": "gitea"}""");
        await Add();

        Assert.Equal($"/api/v1/repos/acme/shop/statuses/{Commit}", Assert.Single(await _receiver.WaitForCount(1)).Path);
    }

    private async Task<string> New(string kind, string host = "git.acme.test", string? apiUrl = null, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new object())!.AsObject();
        body["host"] = host;
        body["password"] = Token;
        body["commit_statuses"] = kind;
        body["api_url"] = apiUrl ?? Api;
        var apiResponse = await _server.Post(GitHosts, body.ToJsonString());
        Assert.True(apiResponse.Status == 201, apiResponse.Text);
        return apiResponse.Headers["Location"];
    }

    private Deployment Deployment(string repository = "https://git.acme.test/acme/shop.git", Guid? serviceId = null) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            ServiceId = serviceId ?? _serviceId,
            Operation = Operation.Redeploy,
            State = DeploymentState.Pending,
            Cause = new DeploymentCause { Kind = CauseKind.Push },
            Commit = Commit,
            Repository = repository,
            Created = DateTimeOffset.UtcNow,
        };

    private async Task<Deployment> Add(string repository = "https://git.acme.test/acme/shop.git", Guid? serviceId = null)
    {
        var deployment = Deployment(repository, serviceId);
        await _server.Ledger.AddDeployment(deployment, default);
        return deployment;
    }

    private async Task<Deployment> Begin(string repository = "https://git.acme.test/acme/shop.git")
    {
        var deployment = await Add(repository) with { State = DeploymentState.InProgress, Started = DateTimeOffset.UtcNow };
        await _server.Ledger.UpdateDeployment(deployment, default);
        await _server.Ledger.UpdateDeployment(deployment with { Step = DeploymentStep.Resolve }, default);
        return deployment;
    }

    private async Task<Deployment> End(Deployment deployment, DeploymentState state, string result)
    {
        deployment = deployment with { State = state, Result = result, Ended = DateTimeOffset.UtcNow };
        await _server.Ledger.UpdateDeployment(deployment, default);
        return deployment;
    }
}
