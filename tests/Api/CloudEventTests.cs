using System.Text;
using System.Text.Json;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>Event Grid's CloudEvents: the question before the first, and several at once.</summary>
[Collection("server")]
public sealed class CloudEventTests(ApiServer server)
{
    [Theory]
    [InlineData("120", "120")]
    [InlineData(null, "12000")]
    [InlineData("999999", "12000")]
    [InlineData("-1", "12000")]
    [InlineData("many", "12000")]
    public async Task Who_asks_first_is_welcome(string? asked, string granted)
    {
        var apiResponse = await Ask(
            Path(await server.CreateHook("azure")),
            [
                ("WebHook-Request-Origin", "eventgrid.azure.net"),
                .. asked is null ? Array.Empty<(string, string)>() : [("WebHook-Request-Rate", asked)],
            ]
        );
        Assert.Equal(
            (200, "eventgrid.azure.net", granted, "POST"),
            (
                apiResponse.Status,
                apiResponse.Headers["WebHook-Allowed-Origin"],
                apiResponse.Headers["WebHook-Allowed-Rate"],
                apiResponse.Headers["Allow"]
            )
        );
    }

    [Fact]
    public async Task Where_there_is_no_limit_any_rate_is_granted()
    {
        await using var own = await ApiServer.Start(options: new ApiOptions { HookRate = 0 });
        var path = Path(await own.CreateHook("azure"));
        var apiResponse = await own.Send("OPTIONS", path, null, null, "", ("WebHook-Request-Origin", "eventgrid.azure.net"));
        Assert.Equal("*", apiResponse.Headers["WebHook-Allowed-Rate"]);
        apiResponse = await own.Send(
            "OPTIONS",
            path,
            null,
            null,
            "",
            ("WebHook-Request-Origin", "eventgrid.azure.net"),
            ("WebHook-Request-Rate", "120")
        );
        Assert.Equal("120", apiResponse.Headers["WebHook-Allowed-Rate"]);
    }

    [Fact]
    public async Task Only_a_hook_of_that_sender_answers()
    {
        var origin = ("WebHook-Request-Origin", "eventgrid.azure.net");
        var path = Path(await server.CreateHook("azure"));
        Assert.Equal(404, (await Ask(path + "x", origin)).Status);
        foreach (var sender in (string[])["harbor", "registry"])
        {
            var other = Path(await server.CreateHook(sender));
            Assert.Equal(405, (await Ask(other, origin)).Status);
            Assert.Equal(404, (await Ask(other.Replace(sender, "azure", StringComparison.Ordinal), origin)).Status);
        }

        (string, string)[][] bad =
        [
            [],
            [("WebHook-Request-Origin", "")],
            [("WebHook-Request-Origin", "a b")],
            [("WebHook-Request-Origin", "a\"")],
            [origin, origin],
        ];
        foreach (var headers in bad)
        {
            var apiResponse = await Ask(path, headers);
            Assert.Equal(400, apiResponse.Status);
            Assert.Contains("WebHook-Request-Origin", apiResponse.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Several_at_once_are_several_pushes_and_a_bad_one_keeps_back_none()
    {
        var hook = Path(await server.CreateHook("azure", "s3cret"));
        var body = $"[{AzurePush("1")},null,{ImageSamples.CloudEvent("[]")},{AzurePush("2")}]";

        static string AzurePush(string tag) => ImageSamples.CloudEvent(ImageSamples.Azure(tag: tag, id: Guid.NewGuid().ToString()));
        Assert.Equal(401, (await Deliver(hook, body)).Status);
        var apiResponse = await Deliver(hook, body, ("Authorization", "Bearer s3cret"));
        Assert.Equal((202, 2), (apiResponse.Status, apiResponse.Json.GetProperty("pushes").GetInt32()));
        Assert.Equal(200, (await Deliver(hook, body, ("Authorization", "Bearer s3cret"))).Status);
    }

    private static string Path(JsonElement hook) => new Uri(hook.GetProperty("url").GetString()!).AbsolutePath;

    private Task<ApiResponse> Ask(string path, params (string, string)[] headers) => server.Send("OPTIONS", path, null, null, "", headers);

    private Task<ApiResponse> Deliver(string path, string body, params (string, string)[] headers) =>
        server.Send("POST", path, Encoding.UTF8.GetBytes(body), "application/cloudevents-batch+json; charset=utf-8", "", headers);
}
