using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>How senders' servers are asked.</summary>
public sealed class SenderHttpClientTests
{
    private static readonly Uri Somewhere = new("https://sns.eu-north-1.amazonaws.com/a.pem");

    [Fact]
    public async Task A_redirect_is_an_answer_and_not_followed()
    {
        await using var server = await HttpReceiver.Start(_ => 302);
        server.AnswerHeaders["Location"] = server.Url + "/elsewhere";
        using var web = new SenderHttpClient();
        Assert.Equal(302, (await web.Get(new Uri(server.Url), CancellationToken.None)).Status);
        Assert.Single(server.All);
    }

    [Fact]
    public async Task What_is_answered_comes_with_its_age()
    {
        await using var server = await HttpReceiver.Start(_ => 200);
        server.AnswerHeaders["Cache-Control"] = "public, max-age=19845, must-revalidate";
        server.AnswerBody = "text";
        using var web = new SenderHttpClient();
        var answer = await web.Get(new Uri(server.Url), CancellationToken.None);
        Assert.Equal(
            (200, "text", TimeSpan.FromSeconds(19845)),
            (answer.Status, System.Text.Encoding.UTF8.GetString(answer.Body), answer.MaxAge)
        );
    }

    [Fact]
    public async Task Who_does_not_answer_is_not_waited_for()
    {
        using var web = new SenderHttpClient(
            new Handler(async cancellationToken =>
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return new HttpResponseMessage();
            }),
            TimeSpan.FromMilliseconds(50)
        );
        var e = await Assert.ThrowsAsync<SenderHttpException>(() => web.Get(Somewhere, CancellationToken.None));
        Assert.Equal("sns.eu-north-1.amazonaws.com did not answer within 0.05 s.", e.Message);
    }

    [Fact]
    public async Task Who_answers_too_much_is_not_heard_out()
    {
        using var web = new SenderHttpClient(
            new Handler(_ => Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(new byte[1 << 20]) })),
            TimeSpan.FromSeconds(30)
        );
        await Assert.ThrowsAsync<SenderHttpException>(() => web.Get(Somewhere, CancellationToken.None));
        using var down = new SenderHttpClient(new Handler(_ => throw new HttpRequestException("refused")), TimeSpan.FromSeconds(30));
        Assert.Equal(
            "sns.eu-north-1.amazonaws.com cannot be reached.",
            (await Assert.ThrowsAsync<SenderHttpException>(() => down.Get(Somewhere, CancellationToken.None))).Message
        );
    }

    private sealed class Handler(Func<CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(cancellationToken);
    }
}
