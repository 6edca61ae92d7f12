using System.Text;
using System.Text.Json;
using AutoDeploy.Api.Hooks;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>What came through a hook can be looked at and handled again, and shows no secret.</summary>
[Collection("server")]
public sealed class DeliveryTests(ApiServer server)
{
    private const string Unknown = "7c1e3fb4-9f0d-4c27-8a4e-5a6b7c8d9e0f";

    private static int _ids;

    [Fact]
    public async Task Deliveries_are_listed_newest_first_with_what_became_of_them()
    {
        var hook = await server.CreateHook("github");
        (string, string)[] push = [("X-GitHub-Event", "push"), ("X-GitHub-Delivery", "id-1")];
        var body = GitSamples.Push("github", NewRepository());
        Assert.Equal(202, (await Deliver(hook, body, "application/json", push)).Status);
        Assert.Equal(200, (await Deliver(hook, body, null, push)).Status);
        Assert.Equal(200, (await Deliver(hook, "{}", null, ("X-GitHub-Event", "ping"))).Status);
        Assert.Equal(400, (await Deliver(hook, "not json", "text/plain")).Status);

        var list = (await server.Get(Deliveries(hook))).Json;
        Assert.Equal(4, list.GetProperty("meta").GetProperty("total_count").GetInt32());
        var (bad, ping, known, first) = Four(list.GetProperty("objects"));
        Assert.Equal(
            [
                "uuid",
                "resource_uri",
                "received_datetime",
                "sender",
                "delivery",
                "content_type",
                "bytes",
                "status",
                "result",
                "pushes",
                "redelivered_from",
                "has_body",
            ],
            first.EnumerateObject().Select(m => m.Name)
        );
        Assert.Equal(("github", "id-1", "application/json"), (Text(first, "sender"), Text(first, "delivery"), Text(first, "content_type")));
        Assert.Equal((body.Length, 202, "1 push recorded"), (Number(first, "bytes"), Number(first, "status"), Text(first, "result")));
        Assert.Equal((200, "known already", null), (Number(known, "status"), Text(known, "result"), Text(known, "content_type")));
        Assert.Equal(Pushes(first), Pushes(known));
        Assert.NotNull(await server.Ledger.FindPush(Assert.Single(Pushes(first)), CancellationToken.None));
        Assert.Equal(
            (200, "The event \"ping\" is not a push.", null),
            (Number(ping, "status"), Text(ping, "result"), Text(ping, "delivery"))
        );
        Assert.Equal(400, Number(bad, "status"));
        Assert.StartsWith("The body is empty or neither", Text(bad, "result"), StringComparison.Ordinal);
        Assert.Empty(Pushes(bad));
        Assert.All([bad, ping, known, first], d => Assert.True(d.GetProperty("has_body").GetBoolean()));

        var page = (await server.Get(Deliveries(hook) + "?limit=1&offset=3")).Json.GetProperty("objects");
        Assert.Equal(first.GetRawText(), Assert.Single(page.EnumerateArray()).GetRawText());
    }

    [Fact]
    public async Task A_delivery_shows_its_headers_and_body_without_secrets()
    {
        const string Secret = "It's a \"secret\" / to everybody";
        var hook = await server.CreateHook("github", Secret);
        var url = hook.GetProperty("url").GetString()!;
        var told = JsonSerializer.Serialize(
            new
            {
                zen = "Mind your words.",
                hook = new { config = new { url, secret = Secret } },
                form = Uri.EscapeDataString(Secret),
            }
        );
        Assert.Equal(
            200,
            (
                await Deliver(
                    hook,
                    told,
                    "application/json",
                    GitSamples.Proof("github", Secret, told),
                    ("X-GitHub-Event", "ping"),
                    ("Cookie", "session=1"),
                    ("X-AutoDeploy-Secret", "other"),
                    ("X-Gitlab-Token", "other"),
                    ("Authorization", "Bearer other"),
                    ("X-JFrog-Event-Auth", "other"),
                    ("X-Author", "ida"),
                    ("Referer", url),
                    ("X-Note", Secret)
                )
            ).Status
        );

        var delivery = (await server.Get(Text(Newest(await server.Get(Deliveries(hook))), "resource_uri")!)).Json;
        var headers = delivery.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString());
        foreach (
            var masked in (string[])
                ["X-Hub-Signature-256", "Cookie", "X-AutoDeploy-Secret", "X-Gitlab-Token", "Authorization", "X-JFrog-Event-Auth", "X-Note"]
        )
            Assert.Equal((masked, "***"), (masked, headers[masked]));
        Assert.Equal(("ping", "application/json", "ida"), (headers["X-GitHub-Event"], headers["Content-Type"], headers["X-Author"]));
        Assert.EndsWith("/hooks/github/***", headers["Referer"], StringComparison.Ordinal);
        Assert.DoesNotContain("Host", headers.Keys);
        var body = delivery.GetProperty("body").GetString()!;
        Assert.Contains("Mind your words.", body, StringComparison.Ordinal);
        var key = url[(url.LastIndexOf('/') + 1)..];
        foreach (var hidden in (string[])[key, Secret, "secret\\u0022", Uri.EscapeDataString(Secret), "other"])
            Assert.DoesNotContain(hidden, body + string.Join(' ', headers.Values), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delivery_is_handled_again_as_one_of_its_own_with_new_pushes()
    {
        const string Secret = "s3cret";
        var repository = NewRepository();
        var hook = await server.CreateHook("gitea", Secret);
        // the secret in the body: what is handled again is what was sent, not what is shown
        var body = GitSamples.Push("gitea", repository).Replace("refs/heads/main", "refs/heads/" + Secret, StringComparison.Ordinal);
        Assert.Contains(Secret, body, StringComparison.Ordinal);
        Assert.Equal(
            202,
            (
                await Deliver(
                    hook,
                    body,
                    null,
                    [.. GitSamples.EventHeader("gitea"), GitSamples.Proof("gitea", Secret, body), ("X-Gitea-Delivery", "id-1")]
                )
            ).Status
        );
        var first = Newest(await server.Get(Deliveries(hook)));

        var again = await server.Post(Text(first, "resource_uri") + "redeliver/");

        Assert.Equal((202, 202, "1 push recorded"), (again.Status, Number(again.Json, "status"), Text(again.Json, "result")));
        Assert.Equal((Text(first, "uuid"), "id-1"), (Text(again.Json, "redelivered_from"), Text(again.Json, "delivery")));
        Assert.Equal(again.Headers["Location"], Text(again.Json, "resource_uri"));
        Assert.Equal(again.Text, Newest(await server.Get(Deliveries(hook))).GetRawText());
        var (old, anew) = (await Push(first), await Push(again.Json));
        Assert.NotEqual(old.Uuid, anew.Uuid);
        Assert.Equal(old with { Uuid = anew.Uuid, Delivery = anew.Delivery, Received = anew.Received }, anew);
        Assert.Equal("refs/heads/" + Secret, anew.Ref);

        // and the redelivery's own body a third time; but the sender's repeat is still a repeat
        var third = await server.Post(Text(again.Json, "resource_uri") + "redeliver/");
        Assert.Equal((202, Text(again.Json, "uuid")), (third.Status, Text(third.Json, "redelivered_from")));
        Assert.Equal(
            200,
            (
                await Deliver(
                    hook,
                    body,
                    null,
                    [.. GitSamples.EventHeader("gitea"), GitSamples.Proof("gitea", Secret, body), ("X-Gitea-Delivery", "id-1")]
                )
            ).Status
        );
    }

    [Fact]
    public async Task A_redelivered_push_is_judged_like_any_other()
    {
        var repository = $"acme/again-{Interlocked.Increment(ref _ids)}";
        var service = await server.CreateService(image: $"reg.acme.test:5000/{repository}:1.2");
        var hook = await server.CreateHook("registry");
        await Deliver(
            hook,
            RegistrySamples.Registry(
                RegistrySamples.Event(Guid.NewGuid().ToString(), repository, "1.2"),
                RegistrySamples.Event(Guid.NewGuid().ToString(), repository, "1.2")
            ),
            RegistrySamples.RegistryType
        );

        var again = await server.Post(Text(Newest(await server.Get(Deliveries(hook))), "resource_uri") + "redeliver/");

        Assert.Equal("2 pushes recorded", Text(again.Json, "result"));
        Assert.Equal(2, Pushes(again.Json).Distinct().Count());
        await server.Settle();
        Assert.Equal(4, (await server.Get(service + "verdict/")).Json.GetProperty("objects").GetArrayLength());
    }

    [Fact]
    public async Task A_redelivery_without_pushes_answers_as_the_delivery_did()
    {
        var hook = await server.CreateHook("github");
        await Deliver(hook, "{}", null, ("X-GitHub-Event", "ping"));
        var note = await server.Post(Text(Newest(await server.Get(Deliveries(hook))), "resource_uri") + "redeliver/");
        Assert.Equal((200, "The event \"ping\" is not a push."), (note.Status, Text(note.Json, "result")));

        await Deliver(hook, "{", null);
        var bad = await server.Post(Text(Newest(await server.Get(Deliveries(hook))), "resource_uri") + "redeliver/");
        Assert.Equal((400, 400), (bad.Status, Number(bad.Json, "status")));
        Assert.Equal(4, (await server.Get(Deliveries(hook))).Json.GetProperty("meta").GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task A_body_of_one_mebibyte_is_kept_and_a_larger_one_is_not()
    {
        var hook = await server.CreateHook("dockerhub");
        var json = Encoding.UTF8.GetBytes(RegistrySamples.DockerHub($"acme/kept-{Interlocked.Increment(ref _ids)}", "latest"));
        foreach (
            var (length, kept) in ((int, bool)[])
                [(DeliveryHandler.MaxStoredBodyBytes, true), (DeliveryHandler.MaxStoredBodyBytes + 1, false)]
        )
        {
            var body = new byte[length];
            json.CopyTo(body, 0);
            body.AsSpan(json.Length).Fill((byte)' ');
            await server.Send("POST", Path(hook), body, "application/json", "");
            var delivery = (await server.Get(Text(Newest(await server.Get(Deliveries(hook))), "resource_uri")!)).Json;
            Assert.Equal((length, kept), (Number(delivery, "bytes"), delivery.GetProperty("has_body").GetBoolean()));
            Assert.Equal(kept ? length : null, delivery.GetProperty("body").GetString()?.Length);
            Assert.Equal("application/json", delivery.GetProperty("headers").GetProperty("Content-Type").GetString());
            var again = await server.Post(Text(delivery, "resource_uri") + "redeliver/");
            Assert.Equal(kept ? 202 : 409, again.Status);
            if (!kept)
                Assert.Contains("1 MiB", again.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task When_the_body_is_no_longer_kept_the_line_stays_and_says_so()
    {
        await using var alone = await ApiServer.Start();
        var hook = await alone.CreateHook("dockerhub");
        await alone.Send("POST", Path(hook), Encoding.UTF8.GetBytes(RegistrySamples.DockerHub("acme/api", "latest")), null, "");
        await alone.Ledger.TrimDeliveries(DateTimeOffset.MaxValue, CancellationToken.None);

        var delivery = (await alone.Get(Text(Newest(await alone.Get(Deliveries(hook))), "resource_uri")!)).Json;
        Assert.Equal("1 push recorded", Text(delivery, "result"));
        Assert.Equal(
            (false, JsonValueKind.Null, JsonValueKind.Null),
            (
                delivery.GetProperty("has_body").GetBoolean(),
                delivery.GetProperty("body").ValueKind,
                delivery.GetProperty("headers").ValueKind
            )
        );
        var again = await alone.Post(Text(delivery, "resource_uri") + "redeliver/");
        Assert.Equal(409, again.Status);
        Assert.Contains("no longer kept", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_did_not_carry_the_secret_is_no_delivery()
    {
        var hook = await server.CreateHook("registry", "s3cret");
        Assert.Equal(401, (await Deliver(hook, "{}", null, ("Authorization", "wrong"))).Status);
        Assert.Equal(0, (await server.Get(Deliveries(hook))).Json.GetProperty("meta").GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task A_delivery_is_found_at_its_own_hook_alone()
    {
        var (hook, other) = (await server.CreateHook("registry"), await server.CreateHook("registry"));
        await Deliver(hook, "{}", null);
        var uri = Text(Newest(await server.Get(Deliveries(hook))), "resource_uri")!;
        var elsewhere = uri.Replace(Text(hook, "uuid")!, Text(other, "uuid")!, StringComparison.Ordinal);

        Assert.Equal(200, (await server.Get(uri)).Status);
        Assert.Equal(404, (await server.Get(elsewhere)).Status);
        Assert.Equal(404, (await server.Post(elsewhere + "redeliver/")).Status);
        Assert.Equal(404, (await server.Get(Deliveries(hook) + Unknown + "/")).Status);
        await server.Delete(Text(hook, "resource_uri")!);
        Assert.Equal(404, (await server.Get(uri)).Status);
        Assert.Equal(404, (await server.Get(Deliveries(hook))).Status);
    }

    private static string NewRepository() => $"acme/delivered-{Interlocked.Increment(ref _ids)}";

    private static string Path(JsonElement hook) => new Uri(Text(hook, "url")!).AbsolutePath;

    private static string Deliveries(JsonElement hook) => Text(hook, "resource_uri") + "delivery/";

    private static string? Text(JsonElement thing, string member) => thing.GetProperty(member).GetString();

    private static int Number(JsonElement thing, string member) => thing.GetProperty(member).GetInt32();

    private static List<Guid> Pushes(JsonElement delivery) => [.. delivery.GetProperty("pushes").EnumerateArray().Select(p => p.GetGuid())];

    private static JsonElement Newest(ApiResponse list) => list.Json.GetProperty("objects")[0];

    private static (JsonElement, JsonElement, JsonElement, JsonElement) Four(JsonElement list) => (list[0], list[1], list[2], list[3]);

    private async Task<Sources.Push> Push(JsonElement delivery) =>
        (await server.Ledger.FindPush(Assert.Single(Pushes(delivery)), CancellationToken.None))!;

    private Task<ApiResponse> Deliver(JsonElement hook, string body, string? contentType, params (string, string)[] headers) =>
        server.Send("POST", Path(hook), Encoding.UTF8.GetBytes(body), contentType, "", headers);
}
