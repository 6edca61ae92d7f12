using System.Text;
using System.Text.Json;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>Who is told of what: what goes in, and that no secret comes out.</summary>
[Collection("server")]
public sealed class NotificationTests(ApiServer server)
{
    private const string Notifications = "/api/app/v1/notification/";

    [Fact]
    public async Task Secrets_go_in_and_never_come_out()
    {
        var service = await server.CreateService(name: server.CreateName());
        var created = await Post(
            new
            {
                type = "webhook",
                url = "https://hooks.acme.test/part-that-is-secret?x=secret-query",
                secret = "secret-of-signing",
                services = new[] { service },
            }
        );
        Assert.True(created.Status == 201, created.Text);
        var uri = created.Headers["Location"];
        Assert.Equal(
            [
                "uuid",
                "resource_uri",
                "type",
                "url",
                "to",
                "events",
                "services",
                "has_secret",
                "last_error",
                "failed_attempts",
                "given_up",
                "delivered_datetime",
                "next_attempt_datetime",
                "created_datetime",
            ],
            created.Json.EnumerateObject().Select(m => m.Name)
        );
        Assert.Equal(
            ("webhook", "https://hooks.acme.test/***", true),
            (Text(created, "type"), Text(created, "url"), created.Json.GetProperty("has_secret").GetBoolean())
        );
        Assert.Equal(["failed", "rolled_back", "held"], Texts(created, "events"));
        Assert.Equal([service], Texts(created, "services"));

        var patched = await server.Patch(uri, """{"events": ["succeeded", "started", "started"], "services": null}""");
        Assert.True(patched.Status == 200, patched.Text);
        Assert.Equal(["started", "succeeded"], Texts(patched, "events"));
        Assert.Empty(Texts(patched, "services"));
        Assert.True(patched.Json.GetProperty("has_secret").GetBoolean());
        var stored = (await server.Ledger.FindNotification(created.Json.GetProperty("uuid").GetGuid(), default))!;
        Assert.Equal(
            ("https://hooks.acme.test/part-that-is-secret?x=secret-query", "secret-of-signing"),
            (stored.Url!.AbsoluteUri, stored.Secret)
        );
        Assert.False(
            (await server.Patch(uri, """{"secret": null, "url": "http://127.0.0.1:9/"}""")).Json.GetProperty("has_secret").GetBoolean()
        );
        Assert.Equal("http://127.0.0.1:9/", Text(await server.Get(uri), "url"));

        foreach (
            var text in (string[])
                [created.Text, patched.Text, (await server.Get(uri)).Text, (await server.Get(Notifications)).Text, await Files()]
        )
        foreach (var secret in (string[])["part-that-is-secret", "secret-query", "secret-of-signing"])
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);

        Assert.Equal(204, (await server.Delete(uri)).Status);
        foreach (
            var apiResponse in (ApiResponse[])
                [await server.Get(uri), await server.Delete(uri), await server.Patch(uri, "{}"), await server.Post(uri + "test/")]
        )
            Assert.Equal(404, apiResponse.Status);
    }

    [Fact]
    public async Task A_url_as_it_is_shown_is_not_taken_for_one()
    {
        var created = await Post(new { type = "slack", url = "https://hooks.slack.test/services/T/B/x" });
        var refused = await server.Patch(created.Headers["Location"], JsonSerializer.Serialize(new { url = Text(created, "url") }));
        Assert.Equal(400, refused.Status);
        Assert.Contains("leave it out", refused.Error, StringComparison.Ordinal);
        await server.Delete(created.Headers["Location"]);
    }

    [Theory]
    [InlineData("""{}""", "`type` is missing")]
    [InlineData(
        """{"type": "pager", "url": "http://a"}""",
        "`type` is \"pager\"; expected \"webhook\", \"slack\", \"discord\" or \"email\""
    )]
    [InlineData("""{"type": null, "url": "http://a"}""", "`type` is null")]
    [InlineData("""{"type": 1}""", "`type` is a number")]
    [InlineData("""{"type": "webhook"}""", "`url` is missing")]
    [InlineData("""{"type": "webhook", "url": "ftp://a/b"}""", "`url` begins with \"ftp:\"; expected an http or https URL")]
    [InlineData("""{"type": "webhook", "url": "file:///etc/passwd"}""", "`url`")]
    [InlineData("""{"type": "webhook", "url": "/hook"}""", "`url`")]
    [InlineData("""{"type": "webhook", "url": "acme.com/hook"}""", "`url` is not a URL")]
    [InlineData("""{"type": "webhook", "url": "http://ida:pw@a/"}""", "`url` has a user or password")]
    [InlineData("""{"type": "webhook", "url": "http://a/#x"}""", "`url` has a \"#\"")]
    [InlineData("""{"type": "webhook", "url": "http://a\n"}""", "`url` has control characters")]
    [InlineData("""{"type": "webhook", "url": 5}""", "`url` is a number")]
    [InlineData("""{"type": "webhook", "url": "http://a", "to": ["a@b.c"]}""", "`to` cannot be set for \"webhook\"")]
    [InlineData("""{"type": "slack", "url": "http://a", "secret": "s"}""", "`secret` cannot be set for \"slack\"")]
    [InlineData("""{"type": "webhook", "url": "http://a", "secret": ""}""", "`secret` is empty")]
    [InlineData("""{"type": "webhook", "url": "http://a", "events": []}""", "`events` is empty")]
    [InlineData("""{"type": "webhook", "url": "http://a", "events": ["exploded"]}""", "`events[0]` is \"exploded\"; expected \"started\"")]
    [InlineData("""{"type": "webhook", "url": "http://a", "events": "failed"}""", "`events` is text")]
    [InlineData("""{"type": "webhook", "url": "http://a", "events": [null]}""", "`events[0]` is null")]
    [InlineData(
        """{"type": "webhook", "url": "http://a", "services": ["nobody"]}""",
        "`services[0]` is \"nobody\"; there is no such service"
    )]
    [InlineData("""{"type": "webhook", "url": "http://a", "services": [7]}""", "`services[0]` is a number")]
    [InlineData("""{"type": "webhook", "url": "http://a", "uuid": "x"}""", "`uuid` cannot be set")]
    [InlineData("""{"type": "webhook", "uri": "http://a"}""", "did you mean `url`")]
    [InlineData("""{"type": "email", "to": ["nobody"]}""", "`to[0]` is \"nobody\"; expected an address")]
    [InlineData("""{"type": "email", "to": ["a@b.c\r\nDATA"]}""", "`to[0]`")]
    [InlineData("""{"type": "email", "to": ["Ida <a@b.c>"]}""", "`to[0]`")]
    [InlineData("""{"type": "email", "to": ["a@b.c"]}""", "AUTODEPLOY_SMTP_URL")]
    public async Task What_makes_no_sense_is_refused_with_a_sentence(string body, string sentence)
    {
        var before = (await server.Get(Notifications)).Json.GetProperty("meta").GetProperty("total_count").GetInt32();
        var apiResponse = await server.Post(Notifications, body);
        Assert.Equal(400, apiResponse.Status);
        Assert.Contains(sentence, apiResponse.Error, StringComparison.Ordinal);
        Assert.Equal(before, (await server.Get(Notifications)).Json.GetProperty("meta").GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task A_test_answers_what_was_answered()
    {
        await using var receiver = await HttpReceiver.Start(_ => 200);
        receiver.AnswerBody = "thank you";
        var uri = (await Post(new { type = "webhook", url = receiver.Url })).Headers["Location"];

        var test = await server.Post(uri + "test/");
        Assert.Equal("""{"delivered":true,"status":200,"answer":"thank you","error":null}""", test.Text);
        var receivedRequest = Assert.Single(receiver.All);
        Assert.Equal(
            ("POST", "/hook/secret-part", "test"),
            (receivedRequest.Method, receivedRequest.Path, (string)receivedRequest.Json["type"]!)
        );

        receiver.Answer = _ => 403;
        Assert.Equal(
            """{"delivered":false,"status":403,"answer":"thank you","error":"The answer was 403; expected a status from 200 to 299."}""",
            (await server.Post(uri + "test/")).Text
        );
        receiver.Answer = _ => 302;
        receiver.AnswerHeaders["Location"] = receiver.Url + "/elsewhere";
        Assert.Contains("a redirect (302), which is not followed", (await server.Post(uri + "test/")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(receiver.All, r => r.Path.EndsWith("elsewhere", StringComparison.Ordinal));

        await server.Patch(uri, """{"url": "http://127.0.0.1:1/"}""");
        Assert.Equal(
            """{"delivered":false,"status":null,"answer":"","error":"There was no connection to the host."}""",
            (await server.Post(uri + "test/")).Text
        );
        await server.Patch(uri, """{"url": "http://nowhere.invalid/"}""");
        Assert.False((await server.Post(uri + "test/")).Json.GetProperty("delivered").GetBoolean());
        await server.Delete(uri);
    }

    private static string? Text(ApiResponse apiResponse, string member) => apiResponse.Json.GetProperty(member).GetString();

    private static List<string> Texts(ApiResponse apiResponse, string member) =>
        [.. apiResponse.Json.GetProperty(member).EnumerateArray().Select(e => e.GetString()!)];

    private Task<ApiResponse> Post(object body) => server.Post(Notifications, JsonSerializer.Serialize(body));

    private async Task<string> Files()
    {
        var all = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(server.Data, "*.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            all.Append(await reader.ReadToEndAsync());
        }

        return all.ToString();
    }
}
