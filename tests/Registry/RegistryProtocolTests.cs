using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AutoDeploy.Registry.Tests;

/// <summary>With a registry that answers what the test wants.</summary>
public sealed class RegistryProtocolTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("acme/api:1", "https://registry-1.docker.io/v2/acme/api/manifests/1")]
    [InlineData("nginx", "https://registry-1.docker.io/v2/library/nginx/manifests/latest")]
    [InlineData("ghcr.io/acme/api:1", "https://ghcr.io/v2/acme/api/manifests/1")]
    [InlineData("reg.acme.com:5000/api:1", "https://reg.acme.com:5000/v2/api/manifests/1")]
    [InlineData("localhost/api:1", "http://localhost/v2/api/manifests/1")]
    [InlineData("localhost:5000/api:1", "http://localhost:5000/v2/api/manifests/1")]
    [InlineData("127.0.0.9:5000/api:1", "http://127.0.0.9:5000/v2/api/manifests/1")]
    [InlineData("[::1]:5000/api:1", "http://[::1]:5000/v2/api/manifests/1")]
    [InlineData("plain.acme.com:5000/api:1", "http://plain.acme.com:5000/v2/api/manifests/1")]
    [InlineData("localhost.acme.com/api:1", "https://localhost.acme.com/v2/api/manifests/1")]
    public async Task The_right_address_is_asked(string image, string expected)
    {
        var web = new AnsweringHandler(request =>
        {
            Assert.Equal(expected, request.RequestUri!.AbsoluteUri);
            Assert.Equal(HttpMethod.Head, request.Method);
            Assert.Equal(4, request.Headers.Accept.Count);
            Assert.Null(request.Headers.Authorization);
            return Found();
        });
        Assert.Equal(Digest, await Resolve(web, image));
        Assert.Equal(1, web.Count);
    }

    [Fact]
    public async Task A_pinned_image_is_not_asked_for()
    {
        var web = new AnsweringHandler(_ => throw new InvalidOperationException());
        Assert.Equal(Digest, await Resolve(web, $"ghcr.io/acme/api@{Digest}"));
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, null)]
    [InlineData(HttpStatusCode.OK, "sha512:abc")]
    [InlineData(HttpStatusCode.MethodNotAllowed, null)]
    public async Task Without_a_digest_in_the_answer_it_is_the_hash_of_the_manifest(HttpStatusCode head, string? header)
    {
        var web = new AnsweringHandler(request =>
        {
            var answer = new HttpResponseMessage(request.Method == HttpMethod.Head ? head : HttpStatusCode.OK)
            {
                Content = new StringContent("the manifest"),
            };
            if (header is not null)
                answer.Headers.Add("Docker-Content-Digest", header);
            return answer;
        });
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("the manifest"u8));
        Assert.Equal("sha256:" + hash, await Resolve(web, "ghcr.io/acme/api:1"));
    }

    [Fact]
    public async Task A_token_is_got_from_the_registrys_token_server_and_kept_until_it_expires()
    {
        var tokens = 0;
        var web = new AnsweringHandler(request =>
        {
            if (request.RequestUri!.Host == "auth.acme.com")
            {
                Assert.Equal("/token", request.RequestUri.AbsolutePath);
                Assert.Contains("x=1", request.RequestUri.Query);
                Assert.Contains("service=reg", request.RequestUri.Query);
                Assert.Contains("scope=repository%3Aacme%2Fapi%3Apull", request.RequestUri.Query);
                Assert.Contains("account=deploy", request.RequestUri.Query);
                Assert.Equal("Basic " + Convert.ToBase64String("deploy:s3cret"u8), request.Headers.Authorization!.ToString());
                return Json($$"""{"token":"T{{++tokens}}","expires_in":300}""");
            }

            return request.Headers.Authorization?.ToString() == $"Bearer T{tokens}" && tokens > 0
                ? Found()
                : Challenge("""realm="https://auth.acme.com/token?x=1",service="reg",scope="repository:acme/api:pull,push" """);
        });
        using var client = Client(web);
        var credential = new RegistryCredential("ghcr.io", "deploy", "s3cret", "auth.acme.com");
        for (var i = 0; i < 3; i++)
            Assert.Equal(Digest, await client.Resolve(ImageName.Parse("ghcr.io/acme/api:1"), credential, CancellationToken.None));
        Assert.Equal(1, tokens);
        Assert.Equal(1 + 1 + 3, web.Count); // refused, token, three answers

        _clock.Advance(TimeSpan.FromMinutes(5));
        await client.Resolve(ImageName.Parse("ghcr.io/acme/api:1"), credential, CancellationToken.None);
        Assert.Equal(2, tokens);
    }

    [Fact]
    public async Task A_token_that_the_registry_takes_no_more_is_replaced()
    {
        var good = "A";
        var web = new AnsweringHandler(request =>
            request.RequestUri!.Host == "auth.acme.com" ? Json($$"""{"access_token":"{{good}}"}""")
            : request.Headers.Authorization?.Parameter == good ? Found()
            : Challenge("realm=\"https://auth.acme.com/token\"")
        );
        using var client = Client(web);
        Assert.Equal(Digest, await client.Resolve(ImageName.Parse("ghcr.io/acme/api:1"), null, CancellationToken.None));
        good = "B";
        Assert.Equal(Digest, await client.Resolve(ImageName.Parse("ghcr.io/acme/api:1"), null, CancellationToken.None));
    }

    [Fact]
    public async Task One_credentials_token_is_not_used_for_another()
    {
        var web = new AnsweringHandler(request =>
            request.RequestUri!.Host == "auth.acme.com"
                ? Json($$"""{"token":"{{(request.Headers.Authorization is null ? "anonymous" : "named")}}"}""")
            : request.Headers.Authorization?.Parameter == "named" ? Found()
            : request.Headers.Authorization is null ? Challenge("realm=\"https://auth.acme.com/token\"")
            : new HttpResponseMessage(HttpStatusCode.Forbidden)
        );
        using var client = Client(web);
        var name = ImageName.Parse("ghcr.io/acme/api:1");
        Assert.Equal(
            Digest,
            await client.Resolve(name, new RegistryCredential("ghcr.io", "deploy", "s3cret", "auth.acme.com"), CancellationToken.None)
        );
        await Assert.ThrowsAsync<RegistryException>(() => client.Resolve(name, null, CancellationToken.None));
    }

    [Theory]
    [InlineData("http://auth.acme.com/token")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/token")]
    [InlineData("")]
    public async Task A_token_server_that_is_not_reached_over_https_gets_no_credentials(string realm)
    {
        var web = new AnsweringHandler(request =>
            request.RequestUri!.Host == "ghcr.io" ? Challenge($"realm=\"{realm}\"") : throw new InvalidOperationException("asked")
        );
        var e = await Fails(web, "ghcr.io/acme/api:1", new RegistryCredential("ghcr.io", "deploy", "s3cret"));
        Assert.Equal(RegistryFault.Refused, e.Fault);
    }

    [Theory]
    [InlineData("acme/api:1", "https://auth.docker.io/token", null)]
    [InlineData("ghcr.io/acme/api:1", "https://ghcr.io/token", null)]
    [InlineData("ghcr.io/acme/api:1", "https://ghcr.io:8443/token", null)]
    [InlineData("reg.acme.com:5000/api:1", "https://REG.acme.com/token", null)]
    [InlineData("registry.gitlab.com/acme/api:1", "https://gitlab.com/jwt/auth", null)]
    [InlineData("reg.acme.com/api:1", "https://auth.acme.com/token", "auth.acme.com")]
    [InlineData("reg.acme.com/api:1", "https://auth.acme.com:8443/token", "auth.acme.com")]
    [InlineData("reg.acme.com/api:1", "https://auth.acme.com:8443/token", "auth.acme.com:8443")]
    [InlineData("reg.acme.com/api:1", "https://auth.acme.com/token", "auth.acme.com:443")]
    public async Task A_token_server_is_shown_the_credentials_on_the_registrys_host_or_where_that_is_allowed(
        string image,
        string realm,
        string? allowed
    )
    {
        var shown = 0;
        var web = new AnsweringHandler(request =>
        {
            if (request.RequestUri!.GetLeftPart(UriPartial.Path) != new Uri(realm).GetLeftPart(UriPartial.Path))
                return request.Headers.Authorization is { Scheme: "Bearer" } ? Found() : Challenge($"realm=\"{realm}\"");
            shown += request.Headers.Authorization is { Scheme: "Basic" } ? 1 : 0;
            return Json("""{"token":"T"}""");
        });
        using var client = Client(web);
        var name = ImageName.Parse(image);
        Assert.Equal(
            Digest,
            await client.Resolve(name, new RegistryCredential(name.Host, "deploy", "s3cret", allowed), CancellationToken.None)
        );
        Assert.Equal(1, shown);
    }

    [Theory]
    [InlineData("ghcr.io/acme/api:1", "https://evil.example/token", null, "evil.example")]
    [InlineData("ghcr.io/acme/api:1", "https://ghcr.io.evil.example/token", null, "ghcr.io.evil.example")]
    [InlineData("ghcr.io/acme/api:1", "https://ghcr.io@evil.example/token", null, "evil.example")]
    [InlineData("ghcr.io/acme/api:1", "https://auth.docker.io/token", null, "auth.docker.io")]
    [InlineData("acme/api:1", "https://auth.docker.io.evil.example/token", null, "auth.docker.io.evil.example")]
    [InlineData("reg.acme.com/api:1", "https://auth.acme.com:8443/token", "auth.acme.com:9000", "auth.acme.com:8443")]
    [InlineData("reg.acme.com/api:1", "https://acme.com/token", "auth.acme.com", "acme.com")]
    public async Task Another_hosts_token_server_is_not_asked_and_the_sentence_says_how_to_allow_it(
        string image,
        string realm,
        string? allowed,
        string host
    )
    {
        var name = ImageName.Parse(image);
        var web = new AnsweringHandler(request =>
            request.RequestUri!.Host == new Uri(realm).Host ? throw new InvalidOperationException("asked") : Challenge($"realm=\"{realm}\"")
        );
        var e = await Fails(web, image, new RegistryCredential(name.Host, "deploy", "s3cret", allowed));
        Assert.Equal(RegistryFault.Refused, e.Fault);
        Assert.Equal(
            $"The registry {name.Host} names the token server {host}, which is another host and is not shown the credentials; "
                + $"to allow it, set \"token_host\" of the registry's credentials to \"{host}\".",
            e.Message
        );
    }

    [Fact]
    public async Task A_plain_registrys_token_server_may_be_plain_too()
    {
        var web = new AnsweringHandler(request =>
            request.RequestUri!.Port == 5001 ? Json("""{"token":"T"}""")
            : request.Headers.Authorization is null ? Challenge("realm=\"http://localhost:5001/token\"")
            : Found()
        );
        Assert.Equal(Digest, await Resolve(web, "localhost:5000/api:1"));
    }

    [Fact]
    public async Task A_list_of_tags_that_has_not_changed_is_the_one_before_page_by_page()
    {
        var (etag, full) = ("\"1\"", 0);
        var web = new AnsweringHandler(request =>
        {
            if (request.Headers.IfNoneMatch.Any(tag => tag.Tag == etag))
                return new HttpResponseMessage(HttpStatusCode.NotModified);
            full++;
            var isFirst = !request.RequestUri!.Query.Contains("last=", StringComparison.Ordinal);
            var answer = Json(isFirst ? """{"tags":["1","2"]}""" : """{"tags":["3"]}""");
            answer.Headers.ETag = new EntityTagHeaderValue(etag);
            if (isFirst)
                answer.Headers.Add("Link", "</v2/acme/api/tags/list?last=2>; rel=\"next\"");
            return answer;
        });
        using var client = Client(web);
        var image = ImageName.Parse("ghcr.io/acme/api");
        for (var i = 0; i < 3; i++)
            Assert.Equal(["1", "2", "3"], (await client.ListTags(image, null, CancellationToken.None)).Tags);
        Assert.Equal((2, 6), (full, web.Count));

        // what one may see another may not
        await client.ListTags(image, new RegistryCredential("ghcr.io", "deploy", "s3cret"), CancellationToken.None);
        Assert.Equal(4, full);

        etag = "\"2\"";
        await client.ListTags(image, null, CancellationToken.None);
        Assert.Equal(6, full);
    }

    [Fact]
    public async Task A_registry_without_etags_is_asked_without()
    {
        var web = new AnsweringHandler(request =>
        {
            Assert.Empty(request.Headers.IfNoneMatch);
            return Found();
        });
        using var client = Client(web);
        for (var i = 0; i < 2; i++)
            Assert.Equal(Digest, await client.Resolve(ImageName.Parse("ghcr.io/acme/api:1"), null, CancellationToken.None));
    }

    [Fact]
    public async Task Nothing_changed_is_no_answer_to_who_did_not_ask_for_changes() =>
        Assert.Equal(
            RegistryFault.Refused,
            (await Fails(new AnsweringHandler(_ => new HttpResponseMessage(HttpStatusCode.NotModified)), "ghcr.io/acme/api:1")).Fault
        );

    [Theory]
    [InlineData("100;w=21600", "76;w=21600", 0)]
    [InlineData("100;w=21600", "26;w=21600", 0)]
    [InlineData("100;w=21600", "25;w=21600", 216)] // one more than is kept for what cannot wait comes back in that time
    [InlineData("100;w=21600", "23;w=21600", 648)]
    [InlineData("100;w=21600", "1;w=21600", 900)]
    [InlineData("100;w=21600", "0;w=21600", 900)]
    [InlineData("200;w=60", "10;w=60", 60)]
    [InlineData("100", "10", 60)]
    [InlineData("5000, 5000;w=3600", "4000, 4000;w=3600", 0)]
    [InlineData(null, "26;w=21600", 0)]
    [InlineData(null, "25;w=21600", 60)]
    [InlineData(null, "0;w=21600", 900)]
    [InlineData("100;w=21600", null, 0)]
    [InlineData("many", "few", 0)]
    [InlineData("0;w=21600", "0;w=21600", 900)]
    public async Task A_host_that_grants_few_more_requests_rests_before_there_are_none(string? limit, string? remaining, int seconds)
    {
        var web = new AnsweringHandler(_ =>
        {
            var answer = Found();
            if (limit is not null)
                answer.Headers.Add("ratelimit-limit", limit);
            if (remaining is not null)
                answer.Headers.Add("ratelimit-remaining", remaining);
            return answer;
        });
        using var client = Client(web);
        await client.Resolve(ImageName.Parse("acme/api:1"), null, CancellationToken.None);
        Assert.Equal(seconds > 0, client.IsRateLimited("docker.io"));
        Assert.False(client.IsRateLimited("ghcr.io"));
        if (seconds == 0)
            return;
        // who cannot wait is served all the same
        Assert.Equal(Digest, await client.Resolve(ImageName.Parse("acme/api:1"), null, CancellationToken.None));
        _clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.True(client.IsRateLimited("docker.io"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(client.IsRateLimited("docker.io"));
    }

    [Theory]
    [InlineData(null, 60)]
    [InlineData(17, 17)]
    [InlineData(31_536_000, 3600)]
    [InlineData(int.MaxValue, 3600)]
    public async Task A_host_that_has_had_too_many_requests_rests(int? retryAfter, int seconds)
    {
        var web = new AnsweringHandler(_ => new HttpResponseMessage(HttpStatusCode.TooManyRequests)
        {
            Headers = { RetryAfter = retryAfter is { } wait ? new RetryConditionHeaderValue(TimeSpan.FromSeconds(wait)) : null },
        });
        using var client = Client(web);
        await Assert.ThrowsAsync<RegistryException>(() => client.Resolve(ImageName.Parse("acme/api:1"), null, CancellationToken.None));
        Assert.True(client.IsRateLimited("docker.io"));
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.False(client.IsRateLimited("docker.io"));
    }

    [Theory]
    [InlineData(401, RegistryFault.Unauthorized, "refuses the credentials for acme/api")]
    [InlineData(403, RegistryFault.Unauthorized, "refuses the credentials for acme/api")]
    [InlineData(404, RegistryFault.NotFound, "has no tag \"1\" of acme/api")]
    [InlineData(429, RegistryFault.TooManyRequests, "too many requests from us; it wants us to wait 17 s")]
    [InlineData(500, RegistryFault.Unreachable, "answered 500")]
    [InlineData(503, RegistryFault.Unreachable, "answered 503")]
    [InlineData(418, RegistryFault.Refused, "answered 418")]
    public async Task Each_refusal_has_its_sentence(int status, RegistryFault fault, string sentence)
    {
        var web = new AnsweringHandler(_ => new HttpResponseMessage((HttpStatusCode)status)
        {
            Headers = { RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(17)) },
        });
        var e = await Fails(web, "ghcr.io/acme/api:1", new RegistryCredential("ghcr.io", "deploy", "s3cret"));
        Assert.Equal(fault, e.Fault);
        Assert.Contains(sentence, e.Message);
        Assert.StartsWith("The registry ghcr.io ", e.Message);
        Assert.DoesNotContain("s3cret", e.ToString());
    }

    [Theory]
    [InlineData(401, RegistryFault.Unauthorized)]
    [InlineData(403, RegistryFault.Unauthorized)]
    [InlineData(429, RegistryFault.TooManyRequests)]
    [InlineData(500, RegistryFault.Unreachable)]
    [InlineData(404, RegistryFault.Refused)]
    public async Task The_token_servers_refusals_too(int status, RegistryFault fault)
    {
        var web = new AnsweringHandler(request =>
            request.RequestUri!.Host == "auth.acme.com"
                ? new HttpResponseMessage((HttpStatusCode)status)
                : Challenge("realm=\"https://auth.acme.com/token\"")
        );
        Assert.Equal(fault, (await Fails(web, "ghcr.io/acme/api:1")).Fault);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"token":5}""")]
    public async Task A_token_that_cannot_be_read_is_refused(string body)
    {
        var web = new AnsweringHandler(request =>
            request.RequestUri!.Host == "auth.acme.com" ? Json(body) : Challenge("realm=\"https://auth.acme.com/token\"")
        );
        Assert.Equal(RegistryFault.Refused, (await Fails(web, "ghcr.io/acme/api:1")).Fault);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_in_time_is_unreachable()
    {
        var web = new AnsweringHandler(
            async (_, cancellationToken) =>
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return Found();
            }
        );
        using var client = new RegistryClient(
            Options.Create(new RegistryOptions { RegistryTimeout = TimeSpan.FromMilliseconds(50) }),
            TimeProvider.System,
            web
        );
        var e = await Assert.ThrowsAsync<RegistryException>(() =>
            client.Resolve(ImageName.Parse("ghcr.io/acme/api:1"), null, CancellationToken.None)
        );
        Assert.Equal(RegistryFault.Unreachable, e.Fault);
        Assert.Contains("did not answer within 0.05 s", e.Message);

        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            client.Resolve(ImageName.Parse("ghcr.io/acme/api:1"), null, cancelled.Token)
        );
    }

    [Fact]
    public async Task A_certificate_or_protocol_that_is_wrong_is_told_apart_from_a_registry_that_is_down()
    {
        await using var plain = await RegistryServer.Start();
        using var misled = new RegistryClient(
            Options.Create(new RegistryOptions()),
            TimeProvider.System,
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellationToken) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(IPAddress.Loopback, plain.Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        );
        var e = await Assert.ThrowsAsync<RegistryException>(() =>
            misled.Resolve(ImageName.Parse("reg.acme.com/api:1"), null, CancellationToken.None)
        );
        Assert.Equal(RegistryFault.Refused, e.Fault);
        Assert.Contains("list it as insecure", e.Message);

        using var client = new RegistryClient(Options.Create(new RegistryOptions()), TimeProvider.System);
        e = await Assert.ThrowsAsync<RegistryException>(() =>
            client.Resolve(ImageName.Parse("no-such-host.invalid/api:1"), null, CancellationToken.None)
        );
        Assert.Equal(RegistryFault.Unreachable, e.Fault);
    }

    private static HttpResponseMessage Found() => new() { Headers = { { "Docker-Content-Digest", Digest } } };

    private static HttpResponseMessage Json(string body) => new() { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Challenge(string parameters) =>
        new(HttpStatusCode.Unauthorized) { Headers = { WwwAuthenticate = { new AuthenticationHeaderValue("Bearer", parameters.Trim()) } } };

    private RegistryClient Client(AnsweringHandler web) =>
        new(Options.Create(new RegistryOptions { InsecureRegistries = { "plain.acme.com:5000" } }), _clock, web);

    private async Task<string> Resolve(AnsweringHandler web, string image)
    {
        using var client = Client(web);
        return await client.Resolve(ImageName.Parse(image), null, CancellationToken.None);
    }

    private async Task<RegistryException> Fails(AnsweringHandler web, string image, RegistryCredential? credential = null)
    {
        using var client = Client(web);
        return await Assert.ThrowsAsync<RegistryException>(() =>
            client.Resolve(ImageName.Parse(image), credential, CancellationToken.None)
        );
    }
}
