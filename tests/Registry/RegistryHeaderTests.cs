using System.Text;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Registry.Tests;

/// <summary>
/// Garbage in the headers that are read from registries and their token servers: an answer, or a refusal with a sentence.
/// </summary>
public sealed class RegistryHeaderTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly string[] Garbage =
    [
        "",
        " ",
        ",",
        ",,,;;;",
        ";",
        "=",
        "\"",
        "\"\"",
        "\"unclosed",
        "<",
        "<>",
        "<>;rel=next",
        "\\",
        "\\x",
        "\"\\",
        "a=\"\\x\"",
        "a=\"\\u12\"",
        "NaN",
        "Infinity",
        "-1",
        "0",
        "1e400",
        "99999999999999999999999999",
        "9223372036854775807",
        "9223372036854775808;w=9223372036854775808",
        "0;w=NaN",
        "1;w=Infinity",
        "1;w=-5",
        "1;w=",
        "10;w=NaN",
        "10;w=Infinity",
        "0x10",
        "\u00e4\u00f6\u00fc\u00ff",
        "\u0001\u007f",
        "\t",
        "null",
        "*",
        "W/",
        "W/\"",
        "W/\"a\"",
        "\"a\", \"b\"",
        "sha256:",
        "sha256:xyz",
        Digest + "0",
        "sha512:" + Digest,
        "http://[",
        "https://",
        "//",
        "///",
        "?",
        "#",
        "../../../..",
        "http://localhost:99999/",
        "http://localhost:5000:5000/",
        "ftp://localhost/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://a b/",
        "%",
        "%zz",
        "%00",
        "http://%41/",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "31536000",
        "2147483647",
        "2147483648",
        "application/json; charset=\"",
        "text/html; charset=no-such",
        "/",
        "a/b/c",
        "Bearer",
        "Bearer ",
        "Bearer realm",
        "Bearer realm=",
        "Bearer realm=\"",
        "Bearer realm=\"\\\"",
        "Bearer realm=\"\\x\"",
        "Bearer realm=\"http://localhost:5000/token\\q\"",
        "Bearer realm=\"http://[\"",
        "Bearer realm=\"http://localhost:5000/t\",service=\"\\xZZ\"",
        "Bearer realm=\"http://localhost:99999/\"",
        "Bearer realm=\"http:///\"",
        "Bearer realm=\"http://localhost:5000/t\", realm=\"\"",
        "Bearer , Bearer",
        "Basic",
        "Basic realm=\"\\",
        "Digest a=b",
        ", Bearer realm=\"x\"",
        "Negotiate =",
        "Bearer realm=\"http://" + new string('a', 300) + "/\"",
        new string('x', 5000),
        new string('"', 500),
        new string('\\', 501),
    ];

    public static TheoryData<string> Headers =>
        [
            "WWW-Authenticate",
            "ratelimit-limit",
            "ratelimit-remaining",
            "Retry-After",
            "ETag",
            "Docker-Content-Digest",
            "Link",
            "Content-Type",
            "Content-Length",
            "Content-Encoding",
            "Transfer-Encoding",
            "Location",
            "Date",
            "Set-Cookie",
            "Docker-Distribution-Api-Version",
            "Connection",
            "Content-Range",
        ];

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Garbage_in_a_header_is_an_answer_or_a_refusal(string header)
    {
        foreach (var value in Garbage)
            await Survives(header, value);
    }

    /// <summary>With a fixed seed: pieces of garbage and of what is well formed, put together by chance.</summary>
    [Theory]
    [MemberData(nameof(Headers))]
    public async Task Garbage_that_is_put_together_by_chance_too(string header)
    {
        var random = new Random(20261130 + header.Length);
        string[] pieces =
        [
            .. Garbage.Where(g => g.Length < 100),
            "Bearer ",
            "realm=\"http://localhost:5000/token\"",
            "service=\"x\"",
            "; rel=\"next\"",
            "</v2/>",
            ";w=",
            "21600",
            "\"1\"",
        ];
        for (var i = 0; i < 40; i++)
            await Survives(header, string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => pieces[random.Next(pieces.Length)])));
    }

    [Theory]
    [InlineData("no HTTP at all\r\n\r\n")]
    [InlineData("HTTP/1.1\r\n\r\n")]
    [InlineData("HTTP/1.1 999 Odd\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: empty\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")]
    [InlineData("")]
    public async Task What_is_not_HTTP_is_a_refusal(string answer)
    {
        using var client = Client(new RawAnswers(_ => answer));
        Sentence(
            (
                await Assert.ThrowsAsync<RegistryException>(() =>
                    client.ListTags(ImageName.Parse("localhost:5000/api"), null, CancellationToken.None)
                )
            ).Message
        );
    }

    [Fact]
    public async Task More_headers_than_anybody_needs_are_a_refusal()
    {
        using var client = Client(
            new RawAnswers(_ => "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat($"X: {new string('x', 1000)}\r\n", 200)) + "\r\n")
        );
        var e = await Assert.ThrowsAsync<RegistryException>(() =>
            client.Resolve(ImageName.Parse("localhost:5000/api:1"), null, CancellationToken.None)
        );
        Assert.Equal("The registry localhost:5000 gave an answer that is too long.", e.Message);
    }

    [Fact]
    public async Task The_plain_answer_is_one()
    {
        var raw = new RawAnswers(_ => Answer(200, "Docker-Content-Digest", Digest, "{\"tags\":[\"1\"]}"));
        using var client = Client(raw);
        Assert.Equal(Digest, await client.Resolve(ImageName.Parse("localhost:5000/api:1"), null, CancellationToken.None));
        Assert.Equal(["1"], (await client.ListTags(ImageName.Parse("localhost:5000/api"), null, CancellationToken.None)).Tags);
        Assert.Equal(2, raw.Requests.Count);
    }

    /// <summary>With each status at which a header is read; a token server answers well.</summary>
    private static async Task Survives(string header, string value)
    {
        foreach (var status in (int[])[200, 304, 307, 401, 429])
        foreach (
            var credential in status == 401
                ? (RegistryCredential?[])[null, new RegistryCredential("localhost:5000", "deploy", "s3cret")]
                : [null]
        )
        {
            var raw = new RawAnswers(request =>
                request.StartsWith("GET /t", StringComparison.Ordinal)
                    ? Answer(200, "X", "x", "{\"token\":\"T\"}")
                    : Answer(
                        status,
                        header,
                        value,
                        request.StartsWith("HEAD ", StringComparison.Ordinal) ? null : "{\"tags\":[\"1\",\"2\"]}"
                    )
            );
            using var client = Client(raw);
            // what was kept of the first answer is read at the second
            for (var i = 0; i < 2; i++)
            {
                await Refusal(
                    () => client.Resolve(ImageName.Parse("localhost:5000/api:1"), credential, CancellationToken.None),
                    header,
                    value,
                    status
                );
                await Refusal(
                    () => client.ListTags(ImageName.Parse("localhost:5000/api"), credential, CancellationToken.None),
                    header,
                    value,
                    status
                );
            }

            _ = client.IsRateLimited("localhost:5000");
            Assert.InRange(raw.Requests.Count, 2, 60);
        }
    }

    private static async Task Refusal<T>(Func<Task<T>> work, string header, string value, int status)
    {
        try
        {
            await work();
        }
        catch (RegistryException e)
        {
            Sentence(e.Message);
        }
        catch (Exception e)
        {
            Assert.Fail($"{header}: {value} with {status} led to {e}");
        }
    }

    private static void Sentence(string message)
    {
        Assert.Matches("^The (token server of the )?registry localhost:5000 .*\\.$|^No secure connection", message);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("s3cret", message, StringComparison.Ordinal);
    }

    private static string Answer(int status, string header, string value, string? body)
    {
        var text = new StringBuilder($"HTTP/1.1 {status} Because\r\n{header}: {value}\r\n");
        // one of the two is read only where there is the other
        if (header.StartsWith("ratelimit-", StringComparison.Ordinal))
            text.Append(header == "ratelimit-limit" ? "ratelimit-remaining: 10\r\n" : "ratelimit-limit: 100\r\n");
        if (header is not ("Content-Length" or "Transfer-Encoding"))
            text.Append($"Content-Length: {body?.Length ?? 0}\r\n");
        return text.Append("\r\n").Append(status == 304 ? "" : body).ToString();
    }

    private static RegistryClient Client(RawAnswers raw) =>
        new(Options.Create(new RegistryOptions { RegistryTimeout = TimeSpan.FromSeconds(30) }), TimeProvider.System, raw.Handler());
}
