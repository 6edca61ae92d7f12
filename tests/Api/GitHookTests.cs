using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Api.Tests;

/// <summary>Hooks of git hosts over HTTP: statuses, secrets, repeats, and what is left of refused deliveries.</summary>
[Collection("server")]
public sealed class GitHookTests(ApiServer server)
{
    private const string Hooks = "/api/app/v1/hook/";

    private static int _ids;

    public static TheoryData<string> Names() => [.. GitSamples.Senders];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_push_is_taken_once_however_often_it_is_delivered(string sender)
    {
        var hook = Path(await server.CreateHook(sender));
        var body = GitSamples.Push(sender, NewRepository());
        (string, string)[] headers = [.. GitSamples.EventHeader(sender), (GitSamples.DeliveryHeader(sender), NewId())];
        var first = await Deliver(hook, body, headers);
        Assert.Equal((202, """{"pushes":1}"""), (first.Status, first.Text));
        for (var i = 0; i < 3; i++)
        {
            var again = await Deliver(hook, body, headers);
            Assert.Equal((200, "Known already."), (again.Status, again.Json.GetProperty("note").GetString()));
        }

        // the same words are one push with one id; with another id they are told again
        headers[^1].Item2 = NewId();
        Assert.Equal(202, (await Deliver(hook, GitSamples.Form(body), headers)).Status);
        Assert.Equal(200, (await Deliver(hook, body, headers)).Status);
    }

    /// <summary>Whose bodies are signed and differ from push to push.</summary>
    [Theory]
    [InlineData("github")]
    [InlineData("gitea")]
    [InlineData("bitbucket-server")]
    public async Task What_was_signed_is_the_same_push_under_whatever_id_it_comes(string sender)
    {
        const string Secret = "s3cret";
        var hook = Path(await server.CreateHook(sender, Secret));
        var body = GitSamples.Push(sender, NewRepository());
        Assert.Equal(202, (await Send(body, GitSamples.Proof(sender, Secret, body))).Status);
        var replayed = await Send(body, GitSamples.Proof(sender, Secret, body));
        Assert.Equal((200, "Known already."), (replayed.Status, replayed.Json.GetProperty("note").GetString()));
        // as a form, of which Gitea signs the JSON alone
        var form = GitSamples.Form(body);
        Assert.Equal(200, (await Send(form, GitSamples.Proof(sender, Secret, sender == "gitea" ? body : form))).Status);

        var other = body.Replace(GitSamples.Before, new string('d', 40), StringComparison.Ordinal);
        Assert.Equal(202, (await Send(other, GitSamples.Proof(sender, Secret, other))).Status);

        Task<ApiResponse> Send(string content, (string, string) proof) =>
            Deliver(hook, content, [.. GitSamples.EventHeader(sender), proof, (GitSamples.DeliveryHeader(sender), NewId())]);
    }

    [Fact]
    public async Task Of_gitlab_the_id_that_is_signed_counts()
    {
        var key = "0123456789abcdef0123456789abcdef"u8.ToArray();
        var hook = Path(await server.CreateHook("gitlab", "whsec_" + Convert.ToBase64String(key)));
        var body = GitSamples.Push("gitlab", NewRepository());
        var (first, second) = (NewId(), NewId());
        Assert.Equal(202, (await Send(first)).Status);
        Assert.Equal(200, (await Send(first)).Status);
        Assert.Equal(202, (await Send(second)).Status);

        Task<ApiResponse> Send(string id)
        {
            const string Time = "1760000000";
            var signature = System.Security.Cryptography.HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{Time}.{body}"));
            return Deliver(
                hook,
                body,
                [
                    .. GitSamples.EventHeader("gitlab"),
                    ("Idempotency-Key", NewId()),
                    ("webhook-id", id),
                    ("webhook-timestamp", Time),
                    ("webhook-signature", "v1," + Convert.ToBase64String(signature)),
                ]
            );
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Without_an_id_the_same_body_is_the_same_push_but_of_ours(string sender)
    {
        var hook = Path(await server.CreateHook(sender));
        var body = GitSamples.Push(sender, NewRepository());
        Assert.Equal(202, (await Deliver(hook, body)).Status);
        Assert.Equal(sender == "git" ? 202 : 200, (await Deliver(hook, body)).Status);
        Assert.Equal(202, (await Deliver(hook, body.Replace(GitSamples.Before, new string('d', 40), StringComparison.Ordinal))).Status);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task With_a_secret_only_who_knows_it_is_heard_and_the_others_are_counted(string sender)
    {
        var secret = Senders.Find(sender)!.SignsOnly ? "It's a Secret to Everybody" : "s3cret";
        var created = await server.CreateHook(sender, secret);
        Assert.True(created.GetProperty("has_secret").GetBoolean());
        var hook = Path(created);
        var body = GitSamples.Push(sender, NewRepository());
        var (header, value) = GitSamples.Proof(sender, secret, body);
        var before = WithoutCounter(await server.ReadAllFiles());
        var counted = 0L;
        using var listener = Listen(sender, () => counted++);

        (string, string)[][] wrong =
        [
            [],
            [(header, "")],
            [(header, "sha256=")],
            [(header, value + "0")],
            [(header, GitSamples.Proof(sender, "another", body).Item2)],
            [("X-Hub-Signature", "sha1=" + new string('0', 40))],
            [("webhook-signature", "v1,"), ("webhook-id", "1"), ("webhook-timestamp", "1")],
        ];
        foreach (var headers in wrong)
        {
            var apiResponse = await Deliver(hook, body, [.. GitSamples.EventHeader(sender), .. headers]);
            Assert.Equal(401, apiResponse.Status);
            Assert.DoesNotContain(secret, apiResponse.Error, StringComparison.OrdinalIgnoreCase);
        }

        // a body that no parser would take is not looked at either
        Assert.Equal(401, (await Deliver(hook, "{")).Status);
        Assert.Equal(401, (await Deliver(hook, "")).Status);
        Assert.Equal(wrong.Length + 2, (await Hook(created)).GetProperty("rejected_deliveries").GetInt64());
        Assert.Equal(wrong.Length + 2, counted);
        Assert.Equal(before, WithoutCounter(await server.ReadAllFiles()));

        // none of them was recorded: signed, it is new
        Assert.Equal(202, (await Deliver(hook, body, [.. GitSamples.EventHeader(sender), (header, value)])).Status);
        Assert.Equal(wrong.Length + 2, (await Hook(created)).GetProperty("rejected_deliveries").GetInt64());
    }

    [Fact]
    public async Task A_hook_without_a_secret_rejects_nothing_and_each_hook_counts_its_own()
    {
        var (one, other) = (await server.CreateHook("github", "a"), await server.CreateHook("github", "b"));
        var open = await server.CreateHook("gitea");
        Assert.Equal(401, (await Deliver(Path(one), "{}")).Status);
        Assert.Equal(400, (await Deliver(Path(open), "{}", ("X-Gitea-Signature", ""))).Status);
        Assert.Equal(
            [1, 0, 0],
            new[] { await Hook(one), await Hook(other), await Hook(open) }.Select(h => h.GetProperty("rejected_deliveries").GetInt64())
        );
        Assert.Equal(JsonValueKind.Number, open.GetProperty("rejected_deliveries").ValueKind);
    }

    [Fact]
    public async Task What_is_signed_of_a_form_is_as_each_host_does_it()
    {
        const string Secret = "s3cret";
        foreach (var sender in (string[])["github", "gitea", "bitbucket"])
        {
            var hook = Path(await server.CreateHook(sender, Secret));
            var json = GitSamples.Push(sender, NewRepository());
            var form = GitSamples.Form(json);
            var overForm = GitSamples.Proof(sender, Secret, form);
            var overJson = GitSamples.Proof(sender, Secret, json);
            Assert.Equal(202, (await Deliver(hook, form, overForm)).Status);
            Assert.Equal(sender == "gitea" ? 200 : 401, (await Deliver(hook, form, overJson)).Status);
            // signed is one payload, told would be another
            Assert.Equal(401, (await Deliver(hook, GitSamples.Form(GitSamples.Push(sender, NewRepository())), overJson)).Status);
        }
    }

    [Fact]
    public async Task Gitea_may_tell_in_the_query_of_a_get()
    {
        var hook = Path(await server.CreateHook("gitea", "s3cret"));
        var json = GitSamples.Push("gitea", NewRepository());
        // more than a request line has by default
        json = json.Replace(
            "api: raise limit",
            new string('"', 6_000).Replace("\"", "\\\"", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        var query = hook + "?" + GitSamples.Form(json);
        Assert.True(query.Length > 30_000);
        (string, string)[] headers =
        [
            ("X-Gitea-Event", "push"),
            ("X-Gitea-Delivery", NewId()),
            ("X-Gitea-Signature", GitSamples.Hmac("s3cret", json)),
        ];
        Assert.Equal(202, (await server.Send("GET", query, null, null, "", headers)).Status);
        Assert.Equal(200, (await server.Send("GET", query, null, null, "", headers)).Status);
        Assert.Equal(200, (await Deliver(hook, json, headers)).Status);
        Assert.Equal(401, (await server.Send("GET", query, null, null, "")).Status);

        var open = Path(await server.CreateHook("gitea"));
        foreach (var empty in (string[])["", "?", "?a=1", "?payload", "?payload="])
            Assert.Equal((empty, 400), (empty, (await server.Send("GET", open + empty, null, null, "")).Status));
        Assert.Equal(404, (await server.Send("GET", "/hooks/gitea/nobody?" + GitSamples.Form(json), null, null, "", headers)).Status);
        // another sender's key does not become Gitea's
        var github = Path(await server.CreateHook("github"));
        Assert.Equal(
            404,
            (
                await server.Send(
                    "GET",
                    github.Replace("/github/", "/gitea/", StringComparison.Ordinal) + "?" + GitSamples.Form(json),
                    null,
                    null,
                    ""
                )
            ).Status
        );
        foreach (var sender in GitSamples.Senders.Where(s => s != "gitea"))
        {
            var refused = await server.Send("GET", Path(await server.CreateHook(sender)) + "?" + GitSamples.Form(json), null, null, "");
            Assert.Equal((405, "POST"), (refused.Status, refused.Headers["Allow"]));
        }
    }

    [Theory]
    [InlineData("github", "X-GitHub-Event", "ping")]
    [InlineData("gitlab", "X-Gitlab-Event", "Merge Request Hook")]
    [InlineData("gitea", "X-Forgejo-Event", "create")]
    [InlineData("bitbucket", "X-Event-Key", "repo:fork")]
    [InlineData("bitbucket-server", "X-Event-Key", "diagnostics:ping")]
    public async Task Another_event_is_answered_with_200_and_a_note(string sender, string header, string value)
    {
        var apiResponse = await Deliver(Path(await server.CreateHook(sender)), """{"test": true}""", (header, value));
        Assert.Equal((200, 0), (apiResponse.Status, apiResponse.Json.GetProperty("pushes").GetInt32()));
        Assert.Contains(value, apiResponse.Json.GetProperty("note").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_is_sent_the_answer_is_never_500(string sender)
    {
        var hook = Path(await server.CreateHook(sender));
        var before = await server.ReadAllFiles();
        var sample = Encoding.UTF8.GetBytes(GitSamples.Push(sender));
        byte[][] bodies =
        [
            [],
            .. (
                (string[])
                    [
                        "   ",
                        "x",
                        "null",
                        "[]",
                        "{",
                        "{} {}",
                        "\"text\"",
                        "payload=",
                        "payload=%",
                        "payload=%7B",
                        "a=1",
                        "{\"ref\": \"\\ud800\"}",
                    ]
            ).Select(Encoding.UTF8.GetBytes),
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"repository\":", 100_000))),
            Encoding.UTF8.GetBytes("{\"ref\":" + new string('[', 100_000) + new string(']', 100_000) + "}"),
            Encoding.UTF8.GetBytes("{\"ref\":\"refs/" + new string('r', 5_000_000)),
            sample[..(sample.Length / 2)],
            [
                .. "{\"ref\":\""u8,
                0xC3,
                0x28,
                .. "\",\"repository\":\""u8,
                0xFF,
                .. "\",\"changes\":\""u8,
                0xFF,
                .. "\",\"push\":\""u8,
                0xFF,
                .. "\"}"u8,
            ],
            [0, 0, 0],
            [.. "{\"ref\":\"a"u8, 0, .. "b\"}"u8],
        ];
        foreach (var body in bodies)
        {
            var apiResponse = await server.Send("POST", hook, body, "application/json", "", GitSamples.EventHeader(sender));
            Assert.True(
                apiResponse.Status == 400,
                $"{apiResponse.Status} {apiResponse.Text} {Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 100)))}"
            );
            Assert.True(apiResponse.Error.Length is > 20 and < 600, apiResponse.Error);
        }

        Assert.Equal(before, await server.ReadAllFiles());
    }

    [Fact]
    public async Task A_shortened_word_stays_text()
    {
        // it is cut in the middle of a character
        var apiResponse = await Deliver(Path(await server.CreateHook("github")), $$"""{"ref": "{{new string('r', 79)}}😀😀"}""");
        Assert.Equal(400, apiResponse.Status);
        Assert.Contains(new string('r', 79), apiResponse.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("github", "It's a Secret to Everybody", 201)]
    [InlineData("gitea", "Größe & mehr", 201)]
    [InlineData("bitbucket", "a b", 201)]
    [InlineData("bitbucket-server", "a b", 201)]
    [InlineData("github", "two\nlines", 400)]
    [InlineData("github", "", 400)]
    [InlineData("gitlab", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", 201)]
    [InlineData("gitlab", "a b", 400)]
    [InlineData("git", "a b", 400)]
    [InlineData("git", "ü", 400)]
    [InlineData("registry", "a b", 400)]
    [InlineData("dockerhub", "ab", 400)]
    [InlineData("github.com", "ab", 400)]
    [InlineData("", "ab", 400)]
    public async Task A_secret_may_have_spaces_where_it_is_only_signed_with(string sender, string secret, int status)
    {
        // whichever comes first
        foreach (var body in (string[])[JsonSerializer.Serialize(new { sender, secret }), JsonSerializer.Serialize(new { secret, sender })])
        {
            var apiResponse = await server.Post(Hooks, body);
            Assert.Equal((status, apiResponse.Text), (apiResponse.Status, apiResponse.Text));
            if (status == 400)
                Assert.Contains(
                    sender.Length == 0 || sender == "github.com" ? "\"bitbucket-server\"" : "`secret`",
                    apiResponse.Error,
                    StringComparison.Ordinal
                );
        }
    }

    [Fact]
    public async Task A_hook_of_every_sender_can_be_made_and_leads_to_it()
    {
        foreach (var sender in GitSamples.Senders)
        {
            var made = await server.CreateHook(sender.ToUpperInvariant());
            Assert.Equal(sender, made.GetProperty("sender").GetString());
            Assert.StartsWith($"/hooks/{sender}/", Path(made), StringComparison.Ordinal);
            Assert.Equal(405, (await server.Send("PUT", Path(made), null, null, "")).Status);
            Assert.Equal(204, (await server.Delete(made.GetProperty("resource_uri").GetString()!)).Status);
            Assert.Equal(404, (await Deliver(Path(made), GitSamples.Push(sender))).Status);
        }
    }

    [Fact]
    public async Task Several_branches_of_one_delivery_are_each_recorded_once()
    {
        var hook = Path(await server.CreateHook("bitbucket"));
        var body = GitSamples.Bitbucket(
            NewRepository(),
            GitSamples.Change("main"),
            GitSamples.Change("next"),
            GitSamples.Change("old", null),
            GitSamples.Change("v1", type: "tag")
        );
        var id = ("X-Request-UUID", NewId());
        var first = await Deliver(hook, body, id);
        Assert.Equal((202, """{"pushes":3}"""), (first.Status, first.Text));
        Assert.Equal(200, (await Deliver(hook, body, id, ("X-Attempt-Number", "2"))).Status);
    }

    [Fact]
    public async Task The_document_describes_every_sender()
    {
        var paths = (await server.Get("/openapi.json")).Json.GetProperty("paths");
        var described = paths
            .GetProperty("/hooks/{sender}/{key}")
            .GetProperty("post")
            .GetProperty("requestBody")
            .GetProperty("description")
            .GetString();
        Assert.All(Senders.All, s => Assert.Contains(s.Name + ": ", described, StringComparison.Ordinal));
        Assert.Equal(
            "payload",
            paths
                .GetProperty("/hooks/gitea/{key}")
                .GetProperty("get")
                .GetProperty("parameters")
                .EnumerateArray()
                .Single(p => p.GetProperty("in").GetString() == "query")
                .GetProperty("name")
                .GetString()
        );
    }

    private MeterListener Listen(string sender, Action count)
    {
        // of this server alone: others may run beside it
        var meters = server.App.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == RejectedDeliveries.CounterName && ReferenceEquals(instrument.Meter.Scope, meters))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, measurement, tags, _) =>
            {
                Assert.Equal(1, measurement);
                foreach (var tag in tags)
                    if (tag is { Key: "sender", Value: string of } && of == sender)
                        count();
            }
        );
        listener.Start();
        return listener;
    }

    private async Task<JsonElement> Hook(JsonElement hook) => (await server.Get(hook.GetProperty("resource_uri").GetString()!)).Json;

    internal static string WithoutCounter(string text) =>
        System.Text.RegularExpressions.Regex.Replace(text, "\"rejected_deliveries\":\\d+", "");

    private static string Path(JsonElement hook) => new Uri(hook.GetProperty("url").GetString()!).AbsolutePath;

    private static string NewRepository() => $"acme/shop-{Interlocked.Increment(ref _ids)}";

    private static string NewId() => Guid.NewGuid().ToString();

    private Task<ApiResponse> Deliver(string path, string body, params (string, string)[] headers) =>
        server.Send("POST", path, Encoding.UTF8.GetBytes(body), "application/json", "", headers);
}
