using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>What Amazon SNS sends: who signed it, and what is visited for it.</summary>
[Collection("server")]
public sealed class SnsTests(ApiServer server)
{
    private const string Confirm =
        "https://sns.eu-north-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-north-1:123456789012:pushes&Token=good";

    [Theory]
    [InlineData("1", null)]
    [InlineData("2", null)]
    [InlineData("1", "Something was pushed")]
    [InlineData("2", "Something was pushed")]
    public async Task What_is_signed_is_taken(string version, string? subject)
    {
        var apiResponse = await Deliver(ImageSamples.Sns(ImageSamples.Ecr("web/sns"), version: version, subject: subject));
        Assert.True(apiResponse.Status == 202, apiResponse.Text);
    }

    [Theory]
    [InlineData("\"Timestamp\":\"2025", "\"Timestamp\":\"2026")]
    [InlineData("\"Type\":\"Notification\"", "\"Type\":\"Notification\",\"Subject\":\"x\"")]
    [InlineData(
        "\"Type\":\"Notification\"",
        "\"Type\":\"UnsubscribeConfirmation\",\"Token\":\"1\",\"SubscribeURL\":\"https://sns.eu-north-1.amazonaws.com/\""
    )]
    [InlineData("\"Type\":\"Notification\"", "\"Type\":\"Notification\",\"Token\":7")]
    [InlineData("web/sns", "web/other")]
    [InlineData("\"SignatureVersion\":\"2\"", "\"SignatureVersion\":\"1\"")]
    [InlineData("\"SignatureVersion\":\"2\"", "\"SignatureVersion\":\"3\"")]
    [InlineData("\"SignatureVersion\":\"2\"", "\"SignatureVersion\":null")]
    [InlineData("\"Signature\":\"", "\"Signature\":\"%")]
    [InlineData("\"Signature\":", "\"Signature2\":")]
    [InlineData("\"MessageId\":", "\"MessageId2\":")]
    public async Task What_was_changed_on_the_way_is_refused(string what, string by)
    {
        var hook = await server.CreateHook("ecr");
        var body = ImageSamples.Sns(ImageSamples.Ecr("web/sns"));
        Assert.Contains(what, body, StringComparison.Ordinal);
        var apiResponse = await Deliver(body.Replace(what, by, StringComparison.Ordinal), hook);
        Assert.Equal(401, apiResponse.Status);
        Assert.EndsWith(".", apiResponse.Error, StringComparison.Ordinal);
        Assert.Equal(
            1,
            (await server.Get(hook.GetProperty("resource_uri").GetString()!)).Json.GetProperty("rejected_deliveries").GetInt64()
        );
    }

    public static TheoryData<string> Elsewhere(string path) =>
        [
            .. (
                (string[])
                    [
                        "https://evil.test/",
                        "https://sns.eu-north-1.amazonaws.com.evil.test/",
                        "https://evil.test/sns.eu-north-1.amazonaws.com/",
                        "http://sns.eu-north-1.amazonaws.com/",
                        "https://sns.eu-north-1.amazonaws.com:8443/",
                        "https://sns.eu-north-1.amazonaws.com@evil.test/",
                        "https://u:p@sns.eu-north-1.amazonaws.com/",
                        "https://s3.eu-north-1.amazonaws.com/",
                        "https://sns.amazonaws.com/",
                        "https://a.sns.eu-north-1.amazonaws.com/",
                        "https://sns.eu-north-1.amazonaws.com\\@evil.test/",
                        "https://sns.eu-north-1.amazonaws.org/",
                        "https://sns.eu-north-1.amazonaws.com.cn.evil.test/",
                        "https://169.254.169.254/",
                        "//sns.eu-north-1.amazonaws.com/",
                        "file:///",
                    ]
            ).Select(start => start + path),
        ];

    [Theory]
    [MemberData(nameof(Elsewhere), "a.pem")]
    [InlineData("https://sns.eu-north-1.amazonaws.com/a.pem?x=1")]
    [InlineData("https://sns.eu-north-1.amazonaws.com/a.crt")]
    [InlineData("https://sns.eu-north-1.amazonaws.com/a.pem#x")]
    [InlineData("")]
    public async Task A_certificate_elsewhere_is_not_fetched(string url)
    {
        var apiResponse = await Deliver(ImageSamples.Sns(ImageSamples.Ecr(), certificate: url));
        Assert.Equal(401, apiResponse.Status);
        Assert.Contains("SigningCertURL", apiResponse.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(server.SenderServers.Visited, v => v == url || v.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_that_is_not_to_be_had_is_the_servers_trouble_and_one_of_another_time_is_none()
    {
        using var key = RSA.Create(2048);
        var (missing, none, old) = (Certificate("missing"), Certificate("none"), Certificate("old"));
        server.SenderServers.Answers[none] = () => FakeSenderServers.Ok("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
        server.SenderServers.Answers[old] = () =>
            FakeSenderServers.Ok(SnsTestKey.NewPem(key, DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(-1)));
        Assert.Equal((503, 503), (await Status(missing), await Status(missing)));
        Assert.Single(server.SenderServers.Visited, v => v == missing);
        Assert.Equal((503, 401), (await Status(none), await Status(old)));

        async Task<int> Status(string url) => (await Deliver(ImageSamples.Sns(ImageSamples.Ecr(), certificate: url))).Status;
        static string Certificate(string name) => $"https://sns.eu-north-1.amazonaws.com/{name}-{Guid.NewGuid():N}.pem";
    }

    [Fact]
    public async Task Without_an_envelope_of_SNS_no_signature_is_looked_for() =>
        Assert.Equal(202, (await Deliver(ImageSamples.Ecr("web/raw"))).Status);

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public async Task A_subscription_is_confirmed_by_a_visit(string version)
    {
        var url = $"{Confirm}-{Guid.NewGuid():N}";
        var apiResponse = await Deliver(ImageSamples.Sns("You have chosen …", "SubscriptionConfirmation", version, url: url));
        Assert.Equal(
            (200, "The subscription of arn:aws:sns:eu-north-1:123456789012:pushes is confirmed."),
            (apiResponse.Status, apiResponse.Json.GetProperty("note").GetString())
        );
        Assert.Single(server.SenderServers.Visited, v => v == url);
    }

    [Theory]
    [MemberData(nameof(Elsewhere), "?Action=ConfirmSubscription&Token=good")]
    [InlineData("https://sns.eu-north-1.amazonaws.com/?Action=Publish&Token=good")]
    [InlineData("https://sns.eu-north-1.amazonaws.com/x?Action=ConfirmSubscription&Token=good")]
    [InlineData("")]
    public async Task A_subscription_is_not_confirmed_elsewhere(string url)
    {
        var apiResponse = await Deliver(ImageSamples.Sns("x", "SubscriptionConfirmation", url: url));
        Assert.Equal(400, apiResponse.Status);
        Assert.Contains("SubscribeURL", apiResponse.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(url, server.SenderServers.Visited);
        Assert.DoesNotContain(server.SenderServers.Visited, v => v.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_regions_of_china_have_a_host_of_their_own() =>
        Assert.Equal(
            200,
            (
                await Deliver(
                    ImageSamples.Sns(
                        "x",
                        "SubscriptionConfirmation",
                        url: Confirm.Replace("eu-north-1.amazonaws.com/", "cn-north-1.amazonaws.com.cn/", StringComparison.Ordinal)
                    )
                )
            ).Status
        );

    [Fact]
    public async Task A_subscription_that_cannot_be_confirmed_is_asked_for_again_and_can_be_by_hand()
    {
        var hook = await server.CreateHook("ecr");
        var url = $"https://sns.eu-north-1.amazonaws.com/?Action=ConfirmSubscription&Token={Guid.NewGuid():N}";
        var refused = await Deliver(ImageSamples.Sns("x", "SubscriptionConfirmation", url: url), hook);
        Assert.Equal(503, refused.Status);
        Assert.Contains("answered 404", refused.Error, StringComparison.Ordinal);

        server.SenderServers.Answers[url] = () => throw new SenderHttpException("sns.eu-north-1.amazonaws.com did not answer within 4 s.");
        Assert.Contains(
            "did not answer",
            (await Deliver(ImageSamples.Sns("x", "SubscriptionConfirmation", url: url), hook)).Error,
            StringComparison.Ordinal
        );

        server.SenderServers.Answers[url] = () => new SenderHttpResponse(200, []);
        var delivery = (await server.Get(hook.GetProperty("resource_uri").GetString() + "delivery/")).Json.GetProperty("objects")[0];
        Assert.Equal(503, delivery.GetProperty("status").GetInt32());
        var again = await server.Post(delivery.GetProperty("resource_uri").GetString() + "redeliver/");
        Assert.Equal(
            (200, true),
            (again.Status, again.Json.GetProperty("result").GetString()!.EndsWith("is confirmed.", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Who_does_not_know_the_hooks_secret_has_nothing_visited()
    {
        var url = $"{Confirm}-{Guid.NewGuid():N}";
        var body = ImageSamples.Sns("x", "SubscriptionConfirmation", url: url);
        var hook = await server.CreateHook("ecr", "s3cret");
        Assert.Equal(401, (await Deliver(body, hook)).Status);
        Assert.Equal(401, (await Deliver(body.Replace("good", "good2", StringComparison.Ordinal), await server.CreateHook("ecr"))).Status);
        Assert.DoesNotContain(url, server.SenderServers.Visited);
        Assert.Equal(200, (await Deliver(body, hook, ("X-AutoDeploy-Secret", "s3cret"))).Status);
        Assert.Contains(url, server.SenderServers.Visited);
    }

    [Fact]
    public async Task The_end_of_a_subscription_is_left_alone()
    {
        var url = $"{Confirm}-{Guid.NewGuid():N}";
        var apiResponse = await Deliver(ImageSamples.Sns("x", "UnsubscribeConfirmation", url: url));
        Assert.Equal(200, apiResponse.Status);
        Assert.Contains("has ended", apiResponse.Json.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(url, server.SenderServers.Visited);
    }

    private Task<ApiResponse> Deliver(string body, params (string, string)[] headers) => Deliver(body, null, headers);

    private async Task<ApiResponse> Deliver(string body, JsonElement? hook, params (string, string)[] headers) =>
        await server.Send(
            "POST",
            new Uri((hook ?? await server.CreateHook("ecr")).GetProperty("url").GetString()!).AbsolutePath,
            Encoding.UTF8.GetBytes(body),
            "text/plain; charset=UTF-8",
            "",
            headers
        );
}
