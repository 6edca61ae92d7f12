using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests.Upgrade;

/// <summary>What an older AutoDeploy left when it was killed is opened, and goes on as if nothing had happened.</summary>
public sealed class UpgradeTests
{
    private AutoDeployProcess _app = null!;
    private OlderVersion _older = null!;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task What_an_older_version_left_goes_on(string kind)
    {
        await using var older = _older = await OlderVersion.Open(kind);
        await Push("baking", "v2");
        await older.Docker.Cli("exec", await Container("web"), "touch", "/data/from-before");
        await using var app = _app = await AutoDeployProcess.Start(
            older.Docker.Host,
            older.Data,
            older.Environment,
            cluster: ClusterShape.OneProcess
        );

        // what it was in the middle of has its end
        var baked = await Ended("baking", 2);
        Assert.Equal(("Success", "Service Redeploy"), ((string)baked["state"]!, (string)baked["action"]!));
        Assert.Equal("Success", (string)(await Ended("steady", 2))["state"]!);
        Assert.Equal("Running", (string)(await Get("baking"))["state"]!);
        Assert.Equal(2, (int)(await Get("steady"))["running_num_containers"]!);

        await CheckServices();
        await CheckSettings();

        // what was held can be approved, and its version is taken with the credentials that were kept
        var held = (await Get("web"))["held_version"]!;
        Assert.Equal("approval", (string)held["reason"]!);
        await (TestImage.HealthyWeb("v3") with { Volumes = ["/data"] }).Push(older.Registry, "web", "latest");
        await app.Call(HttpMethod.Post, (string)held["verdict"]! + "approve/");
        Assert.Equal("Success", (string)(await Ended("web", 3))["state"]!);
        Assert.Equal("v3", await Ask("web"));
        Assert.Equal("from-before", await older.Docker.Cli("exec", await Container("web"), "ls", "/data"));
        Assert.Equal("blue", await older.Docker.Cli("exec", await Container("web"), "/bin/sh", "-c", "echo $COLOUR"));
        await Eventually.Until(() =>
            older.Receiver.Taken.Any(told =>
                told.Text.Contains("web", StringComparison.Ordinal) && told.Headers.ContainsKey("webhook-signature")
            )
        );

        // the URLs that senders have lead here; a name of the registry's host is known
        await Push("versions", "1.2.0", "1.2.0");
        await app.Call(HttpMethod.Post, (string)older.Facts["image_hook"]!, new { image = "registry.internal:5000/versions:1.2.0" });
        Assert.Equal("Success", (string)(await Ended("versions", 3))["state"]!);
        Assert.Equal("1.2.0", await Ask("versions"));

        using var clone = older.Git.Clone("acme/shop");
        Assert.Equal(HttpStatusCode.Unauthorized, await TellGit(clone.Head, "another"));
        Assert.Equal(HttpStatusCode.Accepted, await TellGit(clone.Push("README.md", "read me")));
        Assert.Equal("restricted", (string)(await Verdicts("shop", 3))[0]!["reason"]!);
        Assert.Equal(HttpStatusCode.Accepted, await TellGit(clone.Push("app/index.html", "v3")));
        await Verdicts("shop", 4);
        Assert.Equal("Success", (string)(await Ended("shop", 3))["state"]!);
        Assert.Equal("v3", await Ask("shop"));

        using (var anybody = new HttpClient { BaseAddress = app.Http.BaseAddress })
        using (var called = await anybody.PostAsync((string)older.Facts["trigger"]!, null))
            Assert.Equal(HttpStatusCode.Accepted, called.StatusCode);
        Assert.Equal("trigger", (string)(await Ended("shop", 4))["cause"]!["kind"]!);
    }

    private async Task CheckServices()
    {
        var all = (await _app.Get("/api/app/v1/service/?limit=100"))["objects"]!.AsArray();
        Assert.Equal(
            _older.Facts["services"]!.AsObject().Select(s => (s.Key, (string)s.Value!)).Order(),
            all.Select(s => ((string)s!["name"]!, (string)s["uuid"]!)).Order()
        );
        foreach (var service in all)
            Assert.Equal((string)service!["name"]! == "stopped" ? "Stopped" : "Running", (string)service["state"]!);

        Assert.NotNull((await Get("stopped"))["available_version"]);
        var versions = await Get("versions");
        Assert.Equal(
            ("semver:^1", 300, "1.1.0"),
            ((string)versions["tag_policy"]!, (int)versions["poll_seconds"]!, (string)versions["current_version"]!["tag"]!)
        );
        Assert.Equal("1.0.0", (string)Assert.Single(versions["previous_versions"]!.AsArray())!["tag"]!);
        var shop = await Get("shop");
        Assert.Equal((string)_older.Facts["commit"]!, (string)shop["current_version"]!["commit"]!);
        Assert.Equal(
            ["MATCH app/", "EXCLUDE app/docs"],
            shop["deployment_restrictions"]!.AsArray().Select(r => $"{r!["mode"]} {r["value"]}")
        );

        Assert.Equal(["held approval", "deploy new"], await Judgements("web"));
        Assert.Equal(["skip restricted", "deploy new"], await Judgements("shop"));
        Assert.Equal(["skip stopped"], await Judgements("stopped"));
        Assert.Equal(["deploy new"], await Judgements("steady"));
        Assert.NotEmpty(await _app.Http.GetStringAsync((string)(await Actions("versions"))[0]["resource_uri"]! + "log/"));
    }

    private async Task CheckSettings()
    {
        Assert.Equal(["127.0.0.1:5151 ida"], await All("registry", one => $"{one["host"]} {one["username"]}"));
        Assert.Equal(
            ["127.0.0.1:5152 ida True"],
            await All("githost", one => $"{one["host"]} {one["username"]} {(bool)one["has_password"]!}")
        );
        Assert.Equal(["registry.internal:5000 127.0.0.1:5151"], await All("hostalias", one => $"{one["alias"]} {one["host"]}"));
        Assert.Equal(["git", "image"], (await All("hook", one => (string)one["sender"]!)).Order());
        Assert.Equal(["webhook"], await All("notification", one => (string)one["type"]!));
        Assert.Equal(["ci"], await All($"service/{_older.Service("shop")}/trigger", one => (string)one["name"]!));
        Assert.Single((await _app.Get("/api/app/v1/organization/default/"))["deploy_windows"]!.AsArray());
        var hook = (await _app.Get("/api/app/v1/hook/?limit=100"))["objects"]!.AsArray().Single(one => (string)one!["sender"]! == "git")!;
        Assert.Equal(2, (await _app.Get((string)hook["resource_uri"]! + "delivery/"))["objects"]!.AsArray().Count);

        // the log of events begins where it began
        using var events = new StreamReader(await _app.Http.GetStreamAsync("/api/audit/v1/events?last_event_id=0"));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        string? first;
        do first = await events.ReadLineAsync(patience.Token);
        while (first?.StartsWith("id: ", StringComparison.Ordinal) == false);
        Assert.Equal("id: 1", first);
    }

    private async Task<List<string>> All(string what, Func<JsonNode, string> tell) =>
        [.. (await _app.Get($"/api/app/v1/{what}/?limit=100"))["objects"]!.AsArray().Select(one => tell(one!))];

    private Task<JsonNode> Get(string service) => _app.Get($"/api/app/v1/service/{_older.Service(service)}/");

    private async Task<List<string>> Judgements(string service) =>
        [.. (await Verdicts(service, 0)).Select(v => $"{v!["verdict"]} {v["reason"]}")];

    private Task<JsonArray> Verdicts(string service, int count) =>
        Eventually.UntilFound(
            async () =>
                (await _app.Get($"/api/app/v1/service/{_older.Service(service)}/verdict/"))["objects"]!.AsArray() is { } all
                && all.Count >= count
                    ? all
                    : null,
            $"{count} verdicts of {service}"
        );

    private async Task<List<JsonNode>> Actions(string service)
    {
        var path = Uri.EscapeDataString($"/api/app/v1/service/{_older.Service(service)}/");
        return [.. (await _app.Get($"/api/audit/v1/action/?object={path}&limit=100"))["objects"]!.AsArray().Select(a => a!)];
    }

    /// <summary>Waits until a service has so many actions, all of which have ended; answers the newest.</summary>
    private Task<JsonNode> Ended(string service, int count) =>
        Eventually.UntilFound(
            async () =>
                await Actions(service) is { } all
                && all.Count >= count
                && all.TrueForAll(a => (string)a["state"]! is "Success" or "Failed" or "Canceled")
                    ? all[0]
                    : null,
            $"{count} actions of {service} have ended",
            TimeSpan.FromSeconds(90)
        );

    private Task<string> Push(string repository, string version, string tag = "latest") =>
        TestImage.HealthyWeb(version).Push(_older.Registry, repository, tag);

    private Task<string> Ask(string service) =>
        _older.Docker.Cli(
            "run",
            "--rm",
            "--network",
            "autodeploy",
            _older.WebImage,
            "timeout",
            "5",
            "wget",
            "-q",
            "-O",
            "-",
            $"http://{service}:8080/"
        );

    private Task<string> Container(string service) =>
        _older.Docker.Cli("ps", "-q", "--filter", $"label=autodeploy.service={_older.Service(service)}");

    private async Task<HttpStatusCode> TellGit(string commit, string secret = "hook-secret")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, (string)_older.Facts["git_hook"]!);
        var body = new
        {
            repository = _older.Git.Url("acme/shop"),
            @ref = "main",
            after = commit,
            pusher = "ida",
        };
        request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        request.Headers.Add("X-AutoDeploy-Secret", secret);
        using var answer = await _app.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
