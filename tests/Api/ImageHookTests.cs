using System.Text;
using System.Text.Json;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>Hooks of the senders of images over HTTP: statuses, secrets and repeats.</summary>
[Collection("server")]
public sealed class ImageHookTests(ApiServer server)
{
    private static int _ids;

    public static TheoryData<string> Names() => [.. ImageSamples.Kinds.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_push_is_taken_whatever_its_content_type_and_a_repeat_is_one_where_it_can_be_known(string name)
    {
        var kind = ImageSamples.Find(name);
        var repository = $"web/image-{Interlocked.Increment(ref _ids)}";
        var service = await server.CreateService(image: $"{kind.Source.Replace("web/api", repository, StringComparison.Ordinal)}:1.2");
        var hook = Path(await server.CreateHook(kind.Sender));
        var body = kind.Body(repository, "1.2");
        var first = await Deliver(hook, body, "application/json", kind.Headers);
        Assert.Equal((202, """{"pushes":1}"""), (first.Status, first.Text));
        string?[] types =
        [
            null,
            "application/cloudevents+json",
            "text/plain; charset=UTF-8",
            "application/x-www-form-urlencoded",
            "nonsense",
        ];
        foreach (var type in types)
            Assert.Equal(kind.Repeats ? 200 : 202, (await Deliver(hook, body, type, kind.Headers)).Status);
        Assert.Equal(
            kind.Repeats ? 200 : 202,
            (await Deliver(hook, GitSamples.Form(body), "application/x-www-form-urlencoded", kind.Headers)).Status
        );

        await server.Settle();
        var verdicts = (await server.Get(service + "verdict/?limit=100")).Json.GetProperty("objects").EnumerateArray().ToList();
        Assert.Equal(kind.Repeats ? 1 : types.Length + 2, verdicts.Count);
        var push = verdicts[0].GetProperty("push");
        Assert.Equal(
            (kind.Sender, "1.2", kind.Digest),
            (push.GetProperty("sender").GetString(), push.GetProperty("tag").GetString(), push.GetProperty("digest").GetString())
        );
    }

    [Theory]
    [InlineData("harbor", "Authorization", "s3cret")]
    [InlineData("harbor", "Authorization", "Bearer s3cret")]
    [InlineData("azure", "Authorization", "s3cret")]
    [InlineData("azure event grid", "X-AutoDeploy-Secret", "s3cret")]
    [InlineData("ecr", "X-AutoDeploy-Secret", "s3cret")]
    [InlineData("ecr", "Authorization", "Basic YW55Ym9keTpzM2NyZXQ=")]
    [InlineData("jfrog", "X-JFrog-Event-Auth", "s3cret")]
    [InlineData("jfrog", "X-JFrog-Event-Auth", "@")]
    [InlineData("image", "X-Hub-Signature-256", "sha256=@")]
    [InlineData("image", "Authorization", "Bearer s3cret")]
    [InlineData("image keel", "X-AutoDeploy-Secret", "s3cret")]
    [InlineData("github package", "X-Hub-Signature-256", "sha256=@")]
    [InlineData("gitea package", "X-Gitea-Signature", "@")]
    public async Task With_a_secret_only_who_knows_it_is_heard(string name, string header, string value)
    {
        var kind = ImageSamples.Find(name);
        var created = await server.CreateHook(kind.Sender, "s3cret");
        var body = kind.Body($"web/image-{Interlocked.Increment(ref _ids)}", "1.2");
        var right = value.Replace("@", GitSamples.Hmac("s3cret", body), StringComparison.Ordinal);
        (string, string)[][] wrong =
        [
            [],
            [(header, "")],
            [(header, right + "0")],
            [(header, right[..^1])],
            [("X-JFrog-Event-Auth", "")],
            [("Authorization", "Bearer ")],
        ];
        foreach (var headers in wrong)
        {
            var apiResponse = await Deliver(Path(created), body, null, [.. kind.Headers, .. headers]);
            Assert.Equal(401, apiResponse.Status);
            Assert.DoesNotContain("s3cret", apiResponse.Error, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(401, (await Deliver(Path(created), "{", null)).Status);
        Assert.Equal(
            wrong.Length + 1,
            (await server.Get(created.GetProperty("resource_uri").GetString()!)).Json.GetProperty("rejected_deliveries").GetInt64()
        );
        Assert.Equal(202, (await Deliver(Path(created), body, null, [.. kind.Headers, (header, right)])).Status);
    }

    [Theory]
    [InlineData("quay")]
    [InlineData("google")]
    public async Task Who_sends_no_secret_can_have_none(string sender)
    {
        var apiResponse = await server.Post("/api/app/v1/hook/", JsonSerializer.Serialize(new { sender, secret = "s3cret" }));
        Assert.Equal(400, apiResponse.Status);
        Assert.Contains("the URL is the secret", apiResponse.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_handshake_of_event_grid_is_answered_in_its_words()
    {
        var hook = await server.CreateHook("azure", "s3cret");
        var body = ImageSamples.Validation("\"512d38b6-c7b8-40c8-89fe-f46f9e9622b6\"");
        var apiResponse = await Deliver(
            Path(hook),
            body,
            "application/json",
            ("aeg-event-type", "SubscriptionValidation"),
            ("X-AutoDeploy-Secret", "s3cret")
        );
        Assert.Equal((200, """{"validationResponse":"512d38b6-c7b8-40c8-89fe-f46f9e9622b6"}"""), (apiResponse.Status, apiResponse.Text));
        Assert.Equal(401, (await Deliver(Path(hook), body, "application/json")).Status);
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_by_every_sender()
    {
        foreach (var sender in ImageSamples.Kinds.Select(k => k.Sender).Distinct())
        {
            var hook = Path(await server.CreateHook(sender));
            foreach (
                var body in (string[])
                    [
                        "",
                        " ",
                        "x",
                        "{",
                        "null",
                        "7",
                        "\"text\"",
                        "{} {}",
                        "payload=",
                        "a=1&b=2",
                        "{\"a\"",
                        string.Concat(Enumerable.Repeat("{\"data\":", 10_000)),
                    ]
            )
            {
                var apiResponse = await Deliver(hook, body, null);
                Assert.True(
                    apiResponse.Status == 400 && apiResponse.Error.EndsWith('.'),
                    $"{sender}: {apiResponse.Status} {apiResponse.Text} {body}"
                );
            }
        }
    }

    private static string Path(JsonElement hook) => new Uri(hook.GetProperty("url").GetString()!).AbsolutePath;

    private Task<ApiResponse> Deliver(string path, string body, string? contentType, params (string, string)[] headers) =>
        server.Send("POST", path, Encoding.UTF8.GetBytes(body), contentType, "", headers);
}
