using System.Text.Json;

namespace AutoDeploy.Api.Tests;

/// <summary>Triggers: secret URLs of a service.</summary>
[Collection("server")]
public sealed class TriggerTests(ApiServer server)
{
    private const string Unknown = "7c1e3fb4-9f0d-4c27-8a4e-5a6b7c8d9e0f";

    [Fact]
    public async Task Triggers_are_created_listed_and_revoked()
    {
        var service = await server.CreateService();
        var created = await server.Post(service + "trigger/", "{}");
        Assert.Equal(201, created.Status);
        Assert.Equal(
            ("REDEPLOY", "", false),
            (
                created.Json.GetProperty("operation").GetString(),
                created.Json.GetProperty("name").GetString(),
                created.Json.GetProperty("pass_body").GetBoolean()
            )
        );
        var uri = created.Json.GetProperty("resource_uri").GetString()!;
        Assert.Equal(uri + "call/", created.Json.GetProperty("url").GetString());
        Assert.StartsWith(service, uri, StringComparison.Ordinal);
        var second = await server.Post(service + "trigger/", """{"name": "up", "operation": "scaleup", "pass_body": true}""");
        Assert.Equal("SCALEUP", second.Json.GetProperty("operation").GetString());

        Assert.Equal(created.Text, (await server.Get(uri)).Text);
        var list = (await server.Get(service + "trigger/")).Json;
        Assert.Equal(2, list.GetProperty("meta").GetProperty("total_count").GetInt32());
        Assert.Equal(["up", ""], list.GetProperty("objects").EnumerateArray().Select(t => t.GetProperty("name").GetString()));

        Assert.Equal(204, (await server.Delete(uri)).Status);
        Assert.Equal(404, (await server.Get(uri)).Status);
        Assert.Equal(404, (await Call(created.Json)).Status);
    }

    [Fact]
    public async Task A_call_needs_no_credentials_and_takes_anything_but_not_too_much()
    {
        var trigger = (await server.Post(await server.CreateService() + "trigger/", """{"pass_body": true}""")).Json;
        // never started: refused with the state, whatever was sent
        foreach (var body in (byte[]?[])[null, "{"u8.ToArray(), "a=b"u8.ToArray(), new byte[64 << 10]])
        {
            var apiResponse = await Call(trigger, body);
            Assert.True(apiResponse.Status == (body?.Length > 100 ? 400 : 409), apiResponse.Text);
        }

        Assert.Equal(413, (await Call(trigger, new byte[(64 << 10) + 1])).Status);
        Assert.Equal(400, (await Call(trigger, [0xff, 0xfe])).Status);
        Assert.Contains("Not running", (await Call(trigger)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_calls_are_told_to_wait()
    {
        var trigger = (await server.Post(await server.CreateService() + "trigger/", "{}")).Json;
        ApiResponse apiResponse;
        var calls = 0;
        do apiResponse = await Call(trigger);
        while (apiResponse.Status == 409 && ++calls < 1000);
        Assert.Equal(429, apiResponse.Status);
        Assert.Equal("1", apiResponse.Headers["Retry-After"]);
        Assert.True(calls >= 60, $"{calls}");
    }

    [Theory]
    [InlineData("""{"operation": "EXPLODE"}""", "`operation`")]
    [InlineData("""{"operation": 1}""", "`operation`")]
    [InlineData("""{"name": 1}""", "`name`")]
    [InlineData("""{"name": "a\nb"}""", "control")]
    [InlineData("""{"pass_body": "yes"}""", "`pass_body`")]
    [InlineData("""{"url": "x"}""", "cannot be set")]
    [InlineData("[]", "JSON object")]
    public async Task A_bad_trigger_is_refused(string body, string mentions)
    {
        var service = await server.CreateService();
        var apiResponse = await server.Post(service + "trigger/", body);
        Assert.Equal(400, apiResponse.Status);
        Assert.Contains(mentions, apiResponse.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await server.Get(service + "trigger/")).Json.GetProperty("meta").GetProperty("total_count").GetInt32());
    }

    [Fact]
    public async Task What_is_not_there_is_404()
    {
        var service = await server.CreateService();
        Assert.Equal(404, (await server.Post($"/api/app/v1/service/{Unknown}/trigger/", "{}")).Status);
        Assert.Equal(404, (await server.Get($"{service}trigger/{Unknown}/")).Status);
        Assert.Equal(404, (await server.Delete($"{service}trigger/x/")).Status);
        Assert.Equal(404, (await server.Send("POST", $"{service}trigger/{Unknown}/call/", null, null, authorization: "")).Status);

        // another service's trigger is not this one's
        var trigger = (await server.Post(await server.CreateService() + "trigger/", "{}")).Json.GetProperty("uuid").GetString();
        Assert.Equal(404, (await server.Get($"{service}trigger/{trigger}/")).Status);
    }

    private Task<ApiResponse> Call(JsonElement trigger, byte[]? body = null) =>
        server.Send(
            "POST",
            trigger.GetProperty("url").GetString()!,
            body,
            body is null ? null : "application/octet-stream",
            authorization: ""
        );
}
