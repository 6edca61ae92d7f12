using System.Net;
using System.Text;
using System.Text.Json;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

[Collection("server")]
public sealed class HookTests(ApiServer server)
{
    private static int _ids;

    [Fact]
    public async Task A_push_of_docker_hub_is_recorded_once_however_often_it_is_delivered()
    {
        var (repository, service) = await Subscribed("docker.io/");
        var hook = await Url("dockerhub");
        var delivery = RegistrySamples.DockerHub(repository, "latest");

        var first = await Deliver(hook, delivery);
        Assert.Equal((202, """{"pushes":1}"""), (first.Status, first.Text));
        for (var i = 0; i < 6; i++)
            Assert.Equal(200, (await Deliver(hook, delivery)).Status);
        // the same number, written as the float that it once was
        Assert.Equal(200, (await Deliver(hook, RegistrySamples.DockerHub(repository, "latest", "1760000000.0"))).Status);

        var verdict = Assert.Single(await Verdicts(service, 1));
        Assert.Equal(("skip", "autoredeploy_off"), (verdict.GetProperty("verdict").GetString(), verdict.GetProperty("reason").GetString()));
        var push = verdict.GetProperty("push");
        Assert.Equal(
            ("dockerhub", "docker.io/" + repository, "latest", "ida"),
            (
                push.GetProperty("sender").GetString(),
                push.GetProperty("image").GetString(),
                push.GetProperty("tag").GetString(),
                push.GetProperty("pusher").GetString()
            )
        );

        Assert.Equal(202, (await Deliver(hook, RegistrySamples.DockerHub(repository, "latest", "1760000001"))).Status);
        Assert.Equal(2, (await Verdicts(service, 2)).Count);
    }

    [Fact]
    public async Task A_push_of_a_registry_is_recorded_once_with_its_digest()
    {
        var (repository, service) = await Subscribed("reg.acme.test:5000/");
        var hook = await Url("registry");
        var delivery = RegistrySamples.Registry(RegistrySamples.Event(NewId(), repository, "1.2"));
        Assert.Equal(202, (await Deliver(hook, delivery, RegistrySamples.RegistryType)).Status);
        for (var i = 0; i < 9; i++)
            Assert.Equal(200, (await Deliver(hook, delivery, RegistrySamples.RegistryType)).Status);
        var push = Assert.Single(await Verdicts(service, 1)).GetProperty("push");
        Assert.Equal(
            (RegistrySamples.Digest, "ci", "registry"),
            (push.GetProperty("digest").GetString(), push.GetProperty("pusher").GetString(), push.GetProperty("sender").GetString())
        );
    }

    [Fact]
    public async Task Of_an_envelope_only_pushed_and_deleted_tags_of_images_count()
    {
        var (repository, service) = await Subscribed("reg.acme.test:5000/");
        var hook = await Url("registry");
        var noise = new[]
        {
            RegistrySamples.Event(NewId(), repository, null, "pull", RegistrySamples.Manifest),
            RegistrySamples.Event(NewId(), repository, "1.2", "pull", RegistrySamples.Manifest),
            RegistrySamples.Event(NewId(), repository, "1.2", "mount"),
            RegistrySamples.Event(NewId(), repository, null, mediaType: "application/octet-stream"),
            RegistrySamples.Event(NewId(), repository, null),
            RegistrySamples.Event(NewId(), repository, "", mediaType: RegistrySamples.Manifest),
            RegistrySamples.Event(NewId(), repository, "1.2", mediaType: "application/octet-stream"),
            RegistrySamples.Event(NewId(), repository, "1.2", mediaType: null),
            RegistrySamples.Event(NewId(), repository, "sha256-" + new string('a', 64) + ".sig", mediaType: RegistrySamples.Manifest),
            RegistrySamples.Event(NewId(), repository, "sha256-" + new string('a', 64) + ".att", mediaType: RegistrySamples.Manifest),
            RegistrySamples.Event(NewId(), repository, "sha256-" + new string('a', 64) + ".sbom", mediaType: RegistrySamples.Manifest),
            RegistrySamples.Event(NewId(), repository, "sha256:" + new string('a', 64), mediaType: RegistrySamples.Manifest),
            RegistrySamples.Event(NewId(), "UPPER/case", "1.2"),
            RegistrySamples.Event(NewId(), repository, null, "delete", mediaType: null),
        };
        foreach (var one in noise)
        {
            var ignored = await Deliver(hook, RegistrySamples.Registry(one), RegistrySamples.RegistryType);
            Assert.Equal(200, ignored.Status);
            Assert.Equal(0, ignored.Json.GetProperty("pushes").GetInt32());
            Assert.NotEmpty(ignored.Json.GetProperty("note").GetString()!);
        }

        var apiResponse = await Deliver(
            hook,
            RegistrySamples.Registry([
                .. noise,
                RegistrySamples.Event(NewId(), repository, "1.2"),
                RegistrySamples.Event(NewId(), repository, "1.3", "delete", mediaType: null, digest: null),
            ])
        );
        Assert.Equal((202, """{"pushes":2}"""), (apiResponse.Status, apiResponse.Text));
        var verdicts = await Verdicts(service, 2);
        Assert.Equal(["autoredeploy_off", "deleted"], verdicts.Select(v => v.GetProperty("reason").GetString()!).Order());
        Assert.True(
            verdicts
                .Single(v => v.GetProperty("push").GetProperty("tag").GetString() == "1.3")
                .GetProperty("push")
                .GetProperty("deleted")
                .GetBoolean()
        );
    }

    [Theory]
    [InlineData("reg.acme.test:5000", "reg.acme.test:5000")]
    [InlineData("REG.acme.test:5000", "reg.acme.test:5000")]
    [InlineData("reg.acme.test:443", "reg.acme.test")]
    [InlineData("localhost", "localhost")]
    [InlineData("localhost:5000", "localhost:5000")]
    [InlineData("registry", "registry:80")]
    [InlineData("[2001:db8::1]:5000", "[2001:db8::1]:5000")]
    [InlineData("registry-1.docker.io", "docker.io")]
    [InlineData(null, "reg.acme.test:5000")]
    public async Task The_host_of_a_registry_becomes_canonical(string? host, string canonical)
    {
        var repository = $"acme/host-{Interlocked.Increment(ref _ids)}";
        var hook = await Url("registry");
        Assert.Equal(
            202,
            (await Deliver(hook, RegistrySamples.Registry(RegistrySamples.Event(NewId(), repository, "1.2", host: host)))).Status
        );
        // or else it could still find the service
        await server.Settle();
        var service = await server.CreateService(image: $"{canonical}/{repository}:1.2");
        Assert.Equal(
            202,
            (await Deliver(hook, RegistrySamples.Registry(RegistrySamples.Event(NewId(), repository, "1.2", host: host)))).Status
        );
        Assert.Single(await Verdicts(service, 1));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/vnd.docker.distribution.events.v2+json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("multipart/nonsense")]
    [InlineData(null)]
    public async Task The_content_type_does_not_matter(string? type)
    {
        var json = RegistrySamples.DockerHub($"acme/type-{Interlocked.Increment(ref _ids)}", "latest");
        var hook = await Url("dockerhub");
        Assert.Equal(202, (await Deliver(hook, json, type)).Status);
        Assert.Equal(200, (await Deliver(hook, "a=1&payload=" + WebUtility.UrlEncode(json) + "&b=2", type)).Status);
        Assert.Equal(200, (await Deliver(hook, "\uFEFF" + json, type)).Status);
        Assert.Equal(200, (await Deliver(hook, "\r\n " + json + " \n", type)).Status);
    }

    [Fact]
    public async Task Without_a_time_the_same_body_is_the_same_push()
    {
        var hook = await Url("dockerhub");
        var repository = $"acme/timeless-{Interlocked.Increment(ref _ids)}";
        var delivery = $$$"""{"push_data":{"tag":"latest"},"repository":{"repo_name":"{{{repository}}}"}}""";
        Assert.Equal(202, (await Deliver(hook, delivery)).Status);
        Assert.Equal(200, (await Deliver(hook, delivery)).Status);
        Assert.Equal(202, (await Deliver(hook, delivery.Replace("}}", "}, \"n\": 2}", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task The_same_event_through_another_hook_is_another_delivery()
    {
        var delivery = RegistrySamples.Registry(RegistrySamples.Event(NewId(), "acme/two-hooks", "1.2"));
        Assert.Equal(202, (await Deliver(await Url("registry"), delivery)).Status);
        Assert.Equal(202, (await Deliver(await Url("registry"), delivery)).Status);
    }

    [Theory]
    [InlineData("Authorization", "s3cret")]
    [InlineData("Authorization", "Bearer s3cret")]
    [InlineData("Authorization", "bearer s3cret")]
    [InlineData("Authorization", "Basic YW55Ym9keTpzM2NyZXQ=")]
    [InlineData("X-AutoDeploy-Secret", "s3cret")]
    public async Task A_right_secret_is_accepted_wherever_a_registry_can_send_it(string header, string value)
    {
        var hook = await Url("registry", "s3cret");
        var apiResponse = await Deliver(
            hook,
            RegistrySamples.Registry(RegistrySamples.Event(NewId(), "acme/secret", "1.2")),
            null,
            (header, value)
        );
        Assert.Equal(202, apiResponse.Status);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("Authorization", "")]
    [InlineData("Authorization", "wrong")]
    [InlineData("Authorization", "Bearer wrong")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "Basic czNjcmV0Og==")]
    [InlineData("Authorization", "Basic s3cret")]
    [InlineData("X-AutoDeploy-Secret", "s3cret2")]
    [InlineData("X-AutoDeploy-Secret", "S3CRET")]
    public async Task A_wrong_or_missing_secret_is_refused_and_leaves_no_trace(string? header, string? value)
    {
        var (repository, service) = await Subscribed("reg.acme.test:5000/");
        var hook = await Url("registry", "s3cret");
        var before = GitHookTests.WithoutCounter(await server.ReadAllFiles());
        var delivery = RegistrySamples.Registry(RegistrySamples.Event(NewId(), repository, "1.2"));
        var apiResponse = await Deliver(hook, delivery, null, header is null ? [] : [(header, value!)]);
        Assert.Equal(401, apiResponse.Status);
        Assert.DoesNotContain("s3cret", apiResponse.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, GitHookTests.WithoutCounter(await server.ReadAllFiles()));

        // it was not recorded: with the secret it is new
        Assert.Equal(202, (await Deliver(hook, delivery, null, ("X-AutoDeploy-Secret", "s3cret"))).Status);
        Assert.Single(await Verdicts(service, 1));
    }

    [Fact]
    public async Task Only_the_right_key_at_the_right_sender_is_found_and_a_revoked_one_is_not()
    {
        var hook = await server.CreateHook("registry");
        var path = new Uri(hook.GetProperty("url").GetString()!).AbsolutePath;
        Assert.Matches("^/hooks/registry/[A-Za-z0-9_-]{27,}$", path);
        var delivery = RegistrySamples.Registry(RegistrySamples.Event(NewId(), "acme/revoked", "1.2"));

        foreach (
            var wrong in (string[])
                [
                    path + "x",
                    path[..^1],
                    path.Replace("/registry/", "/dockerhub/", StringComparison.Ordinal),
                    path.Replace("/registry/", "/nobody/", StringComparison.Ordinal),
                    "/hooks/registry/" + new string('k', 4000),
                ]
        )
        {
            var apiResponse = await Deliver(wrong, delivery);
            Assert.Equal((wrong, 404), (wrong, apiResponse.Status));
            Assert.NotEmpty(apiResponse.Error);
        }

        Assert.Equal(202, (await Deliver(path + "/", delivery)).Status);
        Assert.Equal(204, (await server.Delete(hook.GetProperty("resource_uri").GetString()!)).Status);
        Assert.Equal(404, (await Deliver(path, delivery)).Status);
        Assert.Equal(405, (await server.Get(path)).Status);
    }

    public static TheoryData<string, string> Hostile() =>
        new()
        {
            { "", "empty" },
            { "   \r\n", "empty" },
            { "x", "payload" },
            { "payload=", "JSON" },
            { "payload=%", "JSON" },
            { "a=1&b=2", "payload" },
            { "{", "JSON" },
            { "{\"push_data\"", "JSON" },
            { "{} {}", "JSON" },
            { "null", "payload" },
            { "[]", "push_data" },
            { "\"text\"", "push_data" },
            { "{}", "push_data" },
            { "{\"push_data\": null, \"repository\": null, \"events\": null}", "push_data" },
            { "{\"push_data\": [], \"events\": {}}", "push_data" },
            { "{\"push_data\": {\"tag\": 1}, \"events\": 1}", "tag" },
            { "{\"push_data\": {\"tag\": \"\"}, \"events\": \"\"}", "tag" },
            { "{\"push_data\": {\"tag\": \"../..\"}, \"repository\": {\"repo_name\": \"a/b\"}, \"events\": [1]}", "tag" },
            { "{\"push_data\": {\"tag\": \"a\\u0000b\"}, \"repository\": {\"repo_name\": \"a/b\"}, \"events\": [[]]}", "tag" },
            { "{\"push_data\": {\"tag\": \"\\ud800\"}, \"repository\": {\"repo_name\": \"a/b\"}, \"events\": [\"\\ud800\"]}", "" },
            { "{\"push_data\": {\"tag\": \"latest\"}, \"events\": [{\"id\": 1}]}", "repo_name" },
            {
                "{\"push_data\": {\"tag\": \"latest\"}, \"repository\": {\"repo_name\": \"A/B\"}, \"events\": [{\"target\": 1}]}",
                "repo_name"
            },
            {
                "{\"push_data\": {\"tag\": \"latest\"}, \"repository\": {\"repo_name\": \"a/b:c\"}, \"events\": [{\"target\": "
                    + "{\"tag\": {}}}]}",
                "repo_name"
            },
            {
                "{\"push_data\": {\"tag\": \"latest\"}, \"repository\": {\"repo_name\": \"a/b@sha256:c\"}, \"events\": "
                    + "[{\"action\": false}]}",
                "repo_name"
            },
            {
                "{\"push_data\": {\"tag\": \"latest\", \"pushed_at\": \"yesterday\"}, \"repository\": {\"repo_name\": \"a/b\"}, "
                    + "\"events\": [{\"actor\": []}]}",
                "pushed_at"
            },
            {
                "{\"push_data\": {\"tag\": \"latest\", \"pushed_at\": {}}, \"repository\": {\"repo_name\": \"a/b\"}, \"events\": true}",
                "pushed_at"
            },
            { string.Concat(Enumerable.Repeat("{\"push_data\":", 10_000)), "nested" },
            { "{\"push_data\": " + new string('[', 10_000) + new string(']', 10_000) + ", \"events\": " + new string('[', 10_000), "" },
        };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task What_cannot_be_read_is_refused_with_what_is_expected_and_leaves_no_trace(string body, string mentions)
    {
        var (hub, registry) = (await SharedUrl("dockerhub"), await SharedUrl("registry"));
        var before = await server.ReadAllFiles();
        foreach (var (sender, url) in ((string, string)[])[("dockerhub", hub), ("registry", registry)])
        {
            var apiResponse = await Deliver(url, body);
            Assert.True(apiResponse.Status == 400, $"{sender}: {apiResponse.Status} {apiResponse.Text} {body}");
            if (sender == "dockerhub")
                Assert.Contains(mentions, apiResponse.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, await server.ReadAllFiles());
    }

    [Fact]
    public async Task Invalid_utf8_is_refused()
    {
        byte[] body =
        [
            .. "{\"push_data\": {\"tag\": \""u8,
            0xC3,
            0x28,
            .. "\"}, \"repository\": {\"repo_name\": \"a/b\"}, \"events\": [{\"id\": \""u8,
            0xFF,
            .. "\"}]}"u8,
        ];
        foreach (var sender in (string[])["dockerhub", "registry"])
            Assert.Equal(400, (await server.Send("POST", await SharedUrl(sender), body, null, "")).Status);
    }

    [Fact]
    public async Task An_envelope_of_strange_events_is_answered_with_a_note()
    {
        var hook = await Url("registry");
        foreach (
            var events in (string[])
                [
                    "",
                    "null",
                    "{}",
                    "null,null",
                    """{"action":"push"}""",
                    """{"action":"push","target":{}}""",
                    """{"action":"push","target":{"tag":"1","mediaType":"application/vnd.oci.image.index.v1+json"}}""",
                    """{"action":"push","target":{"tag":"1","mediaType":"application/vnd.oci.image.index.v1+json","repository":"a/b"}}""",
                    """
                        {"action":"push","target":{"tag":"1","mediaType":"application/vnd.oci.image.index.v1+json",
                        "repository":"a/b@c"},"request":{"host":"reg:5000"}}
                        """,
                    """
                        {"action":"push","target":{"tag":"1","mediaType":"application/vnd.oci.image.index.v1+json","repository":"a/b"},
                        "request":{"host":"../.."}}
                        """,
                ]
        )
        {
            var apiResponse = await Deliver(hook, $$"""{"events":[{{events}}]}""");
            Assert.Equal((200, 0), (apiResponse.Status, apiResponse.Json.GetProperty("pushes").GetInt32()));
        }
    }

    [Fact]
    public async Task Events_without_a_usable_id_are_told_apart_by_what_they_say()
    {
        var hook = await Url("registry");
        foreach (var id in (string[])["", "a b", "\n", new string('i', 10_000), "ümlaut"])
        {
            var delivery = RegistrySamples.Registry(RegistrySamples.Event(id, "acme/odd-ids", "1.2"));
            Assert.Equal(202, (await Deliver(hook, delivery)).Status);
            Assert.Equal(200, (await Deliver(hook, delivery)).Status);
        }
    }

    [Fact]
    public async Task A_body_of_25_mebibytes_is_read_and_a_larger_one_refused()
    {
        var hook = await Url("dockerhub");
        var json = Encoding.UTF8.GetBytes(RegistrySamples.DockerHub($"acme/large-{Interlocked.Increment(ref _ids)}", "latest"));
        var body = new byte[25 << 20];
        json.CopyTo(body, 0);
        body.AsSpan(json.Length).Fill((byte)' ');
        Assert.Equal(202, (await server.Send("POST", hook, body, "application/json", "")).Status);

        var larger = await server.Send("POST", hook, [.. body, (byte)' '], "application/json", "");
        Assert.Equal(413, larger.Status);
        Assert.Contains("25 MiB", larger.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_deliveries_at_once_are_each_recorded_once()
    {
        var (repository, service) = await Subscribed("reg.acme.test:5000/");
        var hook = await Url("registry");
        var deliveries = Enumerable
            .Range(0, 50)
            .Select(_ => RegistrySamples.Registry(RegistrySamples.Event(NewId(), repository, "1.2")))
            .ToList();
        var answers = await Task.WhenAll(deliveries.Concat(deliveries).Concat(deliveries).Select(d => Deliver(hook, d)));
        Assert.Equal(50, answers.Count(a => a.Status == 202));
        Assert.Equal(100, answers.Count(a => a.Status == 200));
        Assert.Equal(50, (await Verdicts(service, 50)).Count);
    }

    [Fact]
    public async Task An_acknowledged_push_is_there_after_a_restart()
    {
        var first = await ApiServer.Start();
        var service = await first.CreateService(image: "acme/api");
        var hook = new Uri((await first.CreateHook("dockerhub")).GetProperty("url").GetString()!).AbsolutePath;
        var delivery = Encoding.UTF8.GetBytes(RegistrySamples.DockerHub("acme/api", "latest"));
        Assert.Equal(202, (await first.Send("POST", hook, delivery, null, "")).Status);
        await first.Stop();

        await using var second = await ApiServer.Start(first.Data);
        second.Token = first.Token;
        Assert.Equal(200, (await second.Send("POST", hook, delivery, null, "")).Status);
        Assert.Single(await Verdicts(second, service, 1));
    }

    private static string NewId() => Guid.NewGuid().ToString();

    private async Task<string> Url(string sender, string? secret = null) =>
        new Uri((await server.CreateHook(sender, secret)).GetProperty("url").GetString()!).AbsolutePath;

    private async Task<string> SharedUrl(string sender)
    {
        foreach (var hook in (await server.Get("/api/app/v1/hook/?limit=100")).Json.GetProperty("objects").EnumerateArray())
            if (hook.GetProperty("sender").GetString() == sender && !hook.GetProperty("has_secret").GetBoolean())
                return new Uri(hook.GetProperty("url").GetString()!).AbsolutePath;
        return await Url(sender);
    }

    /// <summary>An image that one service alone subscribes to.</summary>
    private async Task<(string Repository, string Service)> Subscribed(string host)
    {
        var repository = $"acme/hooked-{Interlocked.Increment(ref _ids)}";
        return (
            repository,
            await server.CreateService(
                image: $"{host}{repository}:{(host.StartsWith("docker.io", StringComparison.Ordinal) ? "latest" : "1.2")}"
            )
        );
    }

    private Task<ApiResponse> Deliver(
        string path,
        string body,
        string? contentType = "application/json",
        params (string, string)[] headers
    ) => server.Send("POST", path, Encoding.UTF8.GetBytes(body), contentType, "", headers);

    private Task<List<JsonElement>> Verdicts(string service, int count) => Verdicts(server, service, count);

    /// <summary>The verdicts of a service as soon as all pushes have theirs.</summary>
    private static async Task<List<JsonElement>> Verdicts(ApiServer server, string service, int count)
    {
        await server.Settle();
        var verdicts = (await server.Get(service + "verdict/?limit=100")).Json.GetProperty("objects").EnumerateArray().ToList();
        Assert.True(verdicts.Count == count, string.Join('\n', verdicts));
        return verdicts;
    }
}
