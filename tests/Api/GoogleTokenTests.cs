using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Organizations;
using AutoDeploy.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace AutoDeploy.Api.Tests;

/// <summary>The token that Pub/Sub sends where its subscription has authentication enabled.</summary>
[Collection("server")]
public sealed class GoogleTokenTests(ApiServer server)
{
    private const string Account = "push@acme.iam.gserviceaccount.com";

    private static readonly Hook Asking = HookSampleReader.Hook("google") with
    {
        ServiceAccount = Account,
        Audience = "https://deploy.acme.com",
    };

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2025, 10, 9, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeSenderServers _web = new();

    [Fact]
    public async Task Only_pushes_with_the_accounts_token_are_heard()
    {
        var created = await server.Post(
            "/api/app/v1/hook/",
            JsonSerializer.Serialize(new { sender = "google", service_account = Account })
        );
        Assert.Equal(
            (201, Account, JsonValueKind.Null),
            (created.Status, created.Json.GetProperty("service_account").GetString(), created.Json.GetProperty("audience").ValueKind)
        );
        var url = created.Json.GetProperty("url").GetString()!;
        var claims = Claims(DateTimeOffset.UtcNow);
        // as Pub/Sub has it unless told otherwise: for the URL, by whatever name the server is reached
        claims["aud"] = "https://deploy.acme.com/base" + new Uri(url).AbsolutePath;
        Assert.Equal(202, await Deliver("Bearer " + FakeSenderServers.Token(claims)));

        Assert.Equal(401, await Deliver(null));
        Assert.Equal(401, await Deliver("Bearer x"));
        claims["aud"] = "https://deploy.acme.com/hooks/google/another";
        Assert.Equal(401, await Deliver("Bearer " + FakeSenderServers.Token(claims)));
        Assert.Equal(3, (await server.Get(created.Headers["Location"])).Json.GetProperty("rejected_deliveries").GetInt64());

        async Task<int> Deliver(string? authorization) =>
            (
                await server.Send(
                    "POST",
                    new Uri(url).AbsolutePath,
                    Encoding.UTF8.GetBytes(ImageSamples.PubSub(ImageSamples.Google("web/oidc", "1.2"))),
                    "application/json",
                    authorization ?? ""
                )
            ).Status;
    }

    [Fact]
    public async Task A_token_of_the_account_for_the_audience_is_right()
    {
        Assert.Equal(SenderVerification.Verified, await Prove(FakeSenderServers.Token(Claims(_clock.GetUtcNow()))));
        Assert.Equal(
            SenderVerification.Verified,
            await Prove(
                FakeSenderServers.Token(Claims(_clock.GetUtcNow(), ("email", Account.ToUpperInvariant()), ("iss", "accounts.google.com")))
            )
        );
    }

    public static TheoryData<string, object?, string> Wrong =>
        new()
        {
            { "iss", "https://accounts.evil.test", "not Google's" },
            { "iss", null, "not Google's" },
            { "aud", "https://deploy.acme.com/", "another audience" },
            { "aud", "", "another audience" },
            { "aud", null, "another audience" },
            { "exp", -61L, "expired" },
            { "exp", null, "expired" },
            { "nbf", 61L, "expired" },
            { "email", "other@acme.iam.gserviceaccount.com", "`service_account`" },
            { "email", null, "`service_account`" },
            { "email_verified", false, "`service_account`" },
            { "email_verified", null, "`service_account`" },
            { "email_verified", "true", "`service_account`" },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Each_claim_has_to_be_right(string claim, object? value, string mentions)
    {
        var claims = Claims(_clock.GetUtcNow());
        if (value is null)
            claims.Remove(claim);
        else
            claims[claim] = value is long seconds ? _clock.GetUtcNow().ToUnixTimeSeconds() + seconds : value;
        var verification = await Prove(FakeSenderServers.Token(claims));
        Assert.Equal(401, verification.Status);
        Assert.Contains(mentions, verification.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clocks_may_differ_by_a_minute() =>
        Assert.Equal(
            SenderVerification.Verified,
            await Prove(
                FakeSenderServers.Token(
                    Claims(
                        _clock.GetUtcNow(),
                        ("exp", _clock.GetUtcNow().ToUnixTimeSeconds() - 59),
                        ("nbf", _clock.GetUtcNow().ToUnixTimeSeconds() + 59)
                    )
                )
            )
        );

    [Fact]
    public async Task Only_Googles_keys_sign()
    {
        var other = new RsaSecurityKey(RSA.Create(2048)) { KeyId = FakeSenderServers.GoogleKey.KeyId };
        var secret = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(FakeSenderServers.Jwks(FakeSenderServers.GoogleKey)))
        {
            KeyId = FakeSenderServers.GoogleKey.KeyId,
        };
        var right = FakeSenderServers.Token(Claims(_clock.GetUtcNow()));
        var parts = right.Split('.');
        foreach (
            var token in (string[])
                [
                    FakeSenderServers.Token(Claims(_clock.GetUtcNow()), other),
                    FakeSenderServers.Token(Claims(_clock.GetUtcNow()), secret, SecurityAlgorithms.HmacSha256),
                    FakeSenderServers.Token(Claims(_clock.GetUtcNow()), algorithm: SecurityAlgorithms.RsaSha512),
                    $"{parts[0]}.{parts[1]}.",
                    $"{Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{parts[1]}.",
                    $"{parts[0]}."
                        + $"{Base64UrlEncoder.Encode(JsonSerializer.Serialize(Claims(_clock.GetUtcNow(), ("email", "x"))))}.{parts[2]}",
                    "",
                    "a",
                    "a.b.c",
                    "....",
                    new string('a', 10_000),
                ]
        )
            Assert.Equal(401, (await Prove(token)).Status);
        Assert.Equal(
            401,
            (await new GoogleTokens(_web, _clock).Verify(Asking, new HeaderDictionary { ["Authorization"] = "Basic " + right })).Status
        );
        Assert.Equal(
            401,
            (
                await new GoogleTokens(_web, _clock).Verify(
                    Asking,
                    new HeaderDictionary { ["Authorization"] = new[] { "Bearer " + right, "Bearer " + right } }
                )
            ).Status
        );
    }

    [Fact]
    public async Task Keys_are_kept_as_long_as_Google_says_and_new_ones_found()
    {
        var tokens = new GoogleTokens(_web, _clock);
        RsaSecurityKey[] published = [FakeSenderServers.GoogleKey];
        _web.Answers[GoogleTokens.Keys.AbsoluteUri] = () => FakeSenderServers.Ok(FakeSenderServers.Jwks(published), TimeSpan.FromHours(5));
        for (var i = 0; i < 3; i++)
            Assert.Equal(SenderVerification.Verified, await Prove(FakeSenderServers.Token(Claims(_clock.GetUtcNow())), tokens));
        Assert.Single(_web.Visited);

        _clock.Advance(TimeSpan.FromHours(5));
        Assert.Equal(SenderVerification.Verified, await Prove(FakeSenderServers.Token(Claims(_clock.GetUtcNow())), tokens));
        Assert.Equal(2, _web.Visited.Count);

        // one that is not known yet is asked for, but not again and again
        var young = new RsaSecurityKey(RSA.Create(2048)) { KeyId = "key-2" };
        Assert.Equal(401, (await Prove(FakeSenderServers.Token(Claims(_clock.GetUtcNow()), young), tokens)).Status);
        Assert.Equal(2, _web.Visited.Count);
        published = [FakeSenderServers.GoogleKey, young];
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(SenderVerification.Verified, await Prove(FakeSenderServers.Token(Claims(_clock.GetUtcNow()), young), tokens));
        Assert.Equal(3, _web.Visited.Count);
    }

    [Fact]
    public async Task Keys_that_are_not_to_be_had_let_the_sender_try_again()
    {
        var tokens = new GoogleTokens(_web, _clock);
        foreach (
            var answer in (Func<SenderHttpResponse>[])
                [
                    () => new SenderHttpResponse(500, []),
                    () => FakeSenderServers.Ok("{}"),
                    () => FakeSenderServers.Ok("x"),
                    () => throw new SenderHttpException("No."),
                ]
        )
        {
            _web.Answers[GoogleTokens.Keys.AbsoluteUri] = answer;
            Assert.Equal(503, (await Prove(FakeSenderServers.Token(Claims(_clock.GetUtcNow())), tokens)).Status);
            _clock.Advance(TimeSpan.FromSeconds(6));
        }

        _web.Answers.Clear();
        Assert.Equal(SenderVerification.Verified, await Prove(FakeSenderServers.Token(Claims(_clock.GetUtcNow())), tokens));
    }

    private static Dictionary<string, object> Claims(DateTimeOffset now, params (string Name, object Value)[] others)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = "https://accounts.google.com",
            ["aud"] = "https://deploy.acme.com",
            ["azp"] = "113774264463038321964",
            ["sub"] = "113774264463038321964",
            ["email"] = Account,
            ["email_verified"] = true,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + 3600,
        };
        foreach (var (name, value) in others)
            claims[name] = value;
        return claims;
    }

    private Task<SenderVerification> Prove(string token, GoogleTokens? tokens = null) =>
        (tokens ?? new GoogleTokens(_web, _clock)).Verify(Asking, new HeaderDictionary { ["Authorization"] = "Bearer " + token });
}
