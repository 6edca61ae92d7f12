using System.Text;
using AutoDeploy.Api.Access;

namespace AutoDeploy.Api.Tests;

/// <summary>Each on a server of its own: wrong tokens are counted per address.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task The_token_opens_the_api_in_every_form_that_clients_use()
    {
        await using var server = await ApiServer.Start();
        var t = server.Token;
        string[] right =
        [
            $"Bearer {t}", $"bearer {t}", $"Token {t}", $"TOKEN {t}", $"Bearer   {t} ",
            Basic($"admin:{t}"), Basic($":{t}"), Basic($"anybody at all:{t}"), Basic($"admin:{t}").Replace("Basic", "bAsIc", StringComparison.Ordinal),
        ];
        foreach (var authorization in right)
            Assert.Equal((authorization, 200), (authorization, (await server.Send("GET", "/auth/", null, null, authorization)).Status));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer wrong")]
    [InlineData("Basic !!!!")]
    [InlineData("Basic YWRtaW4=")]
    [InlineData("Basic YWRtaW46d3Jvbmc=")]
    [InlineData("Digest username=x")]
    [InlineData("adt_wrong")]
    public async Task A_wrong_or_missing_token_is_refused_everywhere_but_at_open_paths(string authorization)
    {
        await using var server = await ApiServer.Start();
        foreach (var path in (string[])["/api/app/v1/service/", "/openapi.json", "/auth", "/nowhere", "/", "/api/app/v1//service", "/hook", "/healthzz"])
        {
            var answer = await server.Send("GET", path, null, null, authorization);
            Assert.Equal((path, 401), (path, answer.Status));
            Assert.Equal("Basic realm=\"AutoDeploy\"", answer.Headers["WWW-Authenticate"]);
            Assert.Contains("token", answer.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Probes_need_no_token()
    {
        await using var server = await ApiServer.Start();
        var live = await server.Send("GET", "/healthz", null, null, "");
        Assert.Equal((200, "ok"), (live.Status, live.Text));
        var ready = await server.Send("GET", "/readyz/", null, null, "");
        Assert.Equal(503, ready.Status);
        Assert.Equal("ok", ready.Json.GetProperty("ledger").GetString());
        Assert.Equal("does not answer", ready.Json.GetProperty("engine").GetString());
    }

    [Fact]
    public async Task After_ten_wrong_tokens_an_address_is_told_to_wait_and_the_right_token_still_opens()
    {
        await using var server = await ApiServer.Start();
        for (var i = 0; i < 10; i++)
            Assert.Equal(401, (await server.Send("GET", "/auth/", null, null, $"Bearer wrong-{i}")).Status);

        var slowed = await server.Send("GET", "/auth/", null, null, "Bearer wrong");
        Assert.Equal(429, slowed.Status);
        Assert.InRange(int.Parse(slowed.Headers["Retry-After"]), 1, 60);
        Assert.Contains("Too many wrong tokens", slowed.Error, StringComparison.Ordinal);

        Assert.Equal(200, (await server.Get("/auth/")).Status);
        Assert.Equal(429, (await server.Send("GET", "/auth/", null, null, "Bearer wrong")).Status);
        Assert.Equal(401, (await server.Send("GET", "/auth/", null, null, "")).Status);
    }

    [Fact]
    public void Failures_are_forgotten_after_a_minute_and_counted_per_address_within_bounds()
    {
        var time = new SetTime();
        var failed = new FailedAttempts(time);
        var address = System.Net.IPAddress.Parse("192.0.2.7");
        for (var i = 0; i < FailedAttempts.Allowed; i++)
            Assert.Null(failed.Add(address));
        Assert.Equal(TimeSpan.FromMinutes(1), failed.Add(address));
        Assert.Null(failed.Add(System.Net.IPAddress.Parse("192.0.2.8")));
        time.Now += TimeSpan.FromSeconds(60);
        Assert.Null(failed.Add(address));

        for (var i = 0; i < 30_000; i++)
            failed.Add(new System.Net.IPAddress(i));
        Assert.InRange(failed.Addresses, 1, 10_000);
    }

    [Fact]
    public void Addresses_of_one_ipv6_network_count_together()
    {
        var failed = new FailedAttempts(new SetTime());
        for (var i = 0; i < FailedAttempts.Allowed; i++)
            Assert.Null(failed.Add(System.Net.IPAddress.Parse($"2001:db8::{i + 1:x}")));
        Assert.NotNull(failed.Add(System.Net.IPAddress.Parse("2001:db8::ffff:1")));
        Assert.Null(failed.Add(System.Net.IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public async Task The_token_is_printed_at_the_first_start_only_and_kept_as_a_hash()
    {
        var first = await ApiServer.Start();
        var token = first.Token;
        Assert.Matches("^adt_[A-Za-z0-9_-]{43}$", token);
        await first.Stop();

        foreach (var file in Directory.EnumerateFiles(first.Data, "*", SearchOption.AllDirectories))
            Assert.False((await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(token)) >= 0, file);

        await using var second = await ApiServer.Start(first.Data);
        Assert.Equal("", second.Output.ToString());
        second.Token = token;
        Assert.Equal(200, (await second.Get("/auth/")).Status);
    }

    [Fact]
    public async Task A_given_token_is_used_and_none_is_printed()
    {
        await using var server = await ApiServer.Start(options: new AppOptions { Token = "a token that somebody chose" });
        Assert.Equal("", server.Output.ToString());
        server.Token = "a token that somebody chose";
        Assert.Equal(200, (await server.Get("/auth/")).Status);
    }

    [Fact]
    public async Task The_user_name_of_basic_goes_on_record()
    {
        await using var server = await ApiServer.Start();
        var answer = await server.Send("GET", "/auth/", null, null, Basic($"ida:{server.Token}"));
        Assert.Equal("ida", answer.Json.GetProperty("username").GetString());
    }

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2025, 10, 13, 11, 1, 43, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
