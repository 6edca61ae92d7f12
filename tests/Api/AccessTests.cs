using System.Net;
using System.Text;
using AutoDeploy.Api.Access;
using AutoDeploy.Integrations;
using AutoDeploy.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

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
            $"Bearer {t}",
            $"bearer {t}",
            $"Token {t}",
            $"TOKEN {t}",
            $"Bearer   {t} ",
            Basic($"admin:{t}"),
            Basic($":{t}"),
            Basic($"anybody at all:{t}"),
            Basic($"admin:{t}").Replace("Basic", "bAsIc", StringComparison.Ordinal),
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
        foreach (
            var path in (string[])
                ["/api/app/v1/service/", "/openapi.json", "/auth", "/nowhere", "/", "/api/app/v1//service", "/hook", "/healthzz"]
        )
        {
            var apiResponse = await server.Send("GET", path, null, null, authorization);
            Assert.Equal((path, 401), (path, apiResponse.Status));
            Assert.Equal("Basic realm=\"AutoDeploy\"", apiResponse.Headers["WWW-Authenticate"]);
            Assert.Equal("no-store", apiResponse.Headers["Cache-Control"]);
            Assert.Contains("token", apiResponse.Error, StringComparison.Ordinal);
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
    public async Task After_twenty_wrong_tokens_an_address_waits_with_all_its_tokens()
    {
        var time = new CreepingTime();
        await using var server = await ApiServer.Start(time: time);
        var metrics = (await server.Get("/metrics")).Text;
        Assert.DoesNotContain("autodeploy_access_refused_total{result=\"waiting\"}", metrics, StringComparison.Ordinal);
        for (var i = 0; i < 20; i++)
            Assert.Equal(401, (await server.Send("GET", "/auth/", null, null, $"Bearer wrong-{i}")).Status);

        var slowed = await server.Get("/auth/");
        Assert.Equal((429, "60"), (slowed.Status, slowed.Headers["Retry-After"]));
        Assert.Equal("Too many wrong tokens came from this address; try again in 60 seconds.", slowed.Error);
        Assert.Equal(429, (await server.Send("GET", "/auth/", null, null, "Bearer wrong")).Status);
        Assert.Equal(429, (await server.Send("GET", "/api/app/v1/service/", null, null, Basic($"admin:{server.Token}"))).Status);
        // who says nothing of a token guesses nothing, and hooks have secrets of their own
        Assert.Equal(401, (await server.Send("GET", "/auth/", null, null, "")).Status);
        Assert.Equal(404, (await server.Send("POST", "/hooks/registry/unknown", null, null)).Status);

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await server.Get("/auth/")).Status);
        metrics = (await server.Get("/metrics")).Text;
        Assert.Contains("autodeploy_access_refused_total{result=\"wrong_token\"}", metrics, StringComparison.Ordinal);
        Assert.Contains("autodeploy_access_refused_total{result=\"waiting\"}", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_of_senders_are_no_guesses_at_the_token()
    {
        await using var server = await ApiServer.Start();
        var hook = await server.CreateHook("registry", "s3cret");
        var path = new Uri(hook.GetProperty("url").GetString()!).AbsolutePath;
        for (var i = 0; i < 30; i++)
            Assert.Equal(401, (await server.Send("POST", path, "{}"u8.ToArray(), "application/json", "Bearer wrong")).Status);
        Assert.Equal(200, (await server.Get("/auth/")).Status);
    }

    [Theory]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("127.0.0.0/8", true)]
    public async Task Behind_a_proxy_that_is_trusted_the_clients_address_counts_and_only_there(string proxy, bool isTrusted)
    {
        await using var server = await ApiServer.Start(options: new ApiOptions { Proxies = [IPNetwork.Parse(proxy)] });
        for (var i = 0; i < 20; i++)
            await server.Send("GET", "/auth/", null, null, "Bearer wrong", ("X-Forwarded-For", $"198.51.100.{i}"));
        // from a proxy that nobody named, all are one, whatever it says
        Assert.Equal(
            isTrusted ? 200 : 429,
            (await server.Send("GET", "/auth/", null, null, null, ("X-Forwarded-For", "203.0.113.1"))).Status
        );
        if (!isTrusted)
            return;

        // what a client says itself stands before what the proxy adds
        for (var i = 0; i < 20; i++)
            await server.Send("GET", "/auth/", null, null, "Bearer wrong", ("X-Forwarded-For", $"198.51.100.{i}, 192.0.2.1"));
        Assert.Equal(429, (await server.Send("GET", "/auth/", null, null, null, ("X-Forwarded-For", "203.0.113.2, 192.0.2.1"))).Status);
        Assert.Equal(200, (await server.Send("GET", "/auth/", null, null, null, ("X-Forwarded-For", "192.0.2.2"))).Status);
    }

    [Fact]
    public void The_wait_grows_to_an_hour_and_is_forgotten_after_an_hour_of_quiet()
    {
        var time = new FakeTimeProvider();
        var log = new ListLogger<FailedLoginLimiter>();
        var failed = new FailedLoginLimiter(time, log);
        var address = IPAddress.Parse("192.0.2.7");
        foreach (var minutes in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            Fail(failed, address, FailedLoginLimiter.MaxAttempts - 1);
            Assert.Null(failed.WaitOf(address));
            failed.Add(address);
            Assert.Equal(TimeSpan.FromMinutes(minutes), failed.WaitOf(address));
            Assert.Null(failed.WaitOf(IPAddress.Parse("192.0.2.8")));
            time.Advance(TimeSpan.FromMinutes(minutes));
            Assert.Null(failed.WaitOf(address));
        }

        time.Advance(TimeSpan.FromHours(1));
        Fail(failed, address, FailedLoginLimiter.MaxAttempts);
        Assert.Equal(TimeSpan.FromMinutes(1), failed.WaitOf(address));
        Assert.Contains("192.0.2.7 sent a wrong token", log.Lines);
        Assert.Contains("192.0.2.7 sent 20 wrong tokens within a minute; its tokens are refused for 00:01:00", log.Lines);
        // a flood of guesses is not one of lines
        Assert.InRange(log.Lines.Count, 2, 20);
    }

    [Fact]
    public void Only_failures_within_one_minute_count_together_wherever_it_begins()
    {
        var time = new FakeTimeProvider();
        var failed = new FailedLoginLimiter(time, new ListLogger<FailedLoginLimiter>());
        var address = IPAddress.Parse("192.0.2.7");
        Fail(failed, address, 1);
        time.Advance(TimeSpan.FromSeconds(59));
        Fail(failed, address, 18);
        time.Advance(TimeSpan.FromSeconds(1));
        Fail(failed, address, 1);
        Assert.Null(failed.WaitOf(address));
        Fail(failed, address, 1);
        Assert.NotNull(failed.WaitOf(address));
    }

    [Fact]
    public void So_many_addresses_are_remembered_and_those_that_wait_the_longest()
    {
        var time = new FakeTimeProvider();
        var failed = new FailedLoginLimiter(time, new ListLogger<FailedLoginLimiter>());
        var waiting = IPAddress.Parse("192.0.2.7");
        Fail(failed, waiting, FailedLoginLimiter.MaxAttempts);
        for (var i = 0; i < 3 * FailedLoginLimiter.MaxAddresses; i++)
            failed.Add(new IPAddress(i));
        Assert.Equal(FailedLoginLimiter.MaxAddresses, failed.Addresses);
        Assert.NotNull(failed.WaitOf(waiting));

        time.Advance(TimeSpan.FromHours(2));
        failed.Add(IPAddress.Parse("192.0.2.8"));
        Assert.Equal(1, failed.Addresses);
    }

    [Fact]
    public void Addresses_of_one_ipv6_network_count_together()
    {
        var failed = new FailedLoginLimiter(new FakeTimeProvider(), new ListLogger<FailedLoginLimiter>());
        for (var i = 0; i < FailedLoginLimiter.MaxAttempts; i++)
            failed.Add(IPAddress.Parse($"2001:db8::{i + 1:x}"));
        Assert.NotNull(failed.WaitOf(IPAddress.Parse("2001:db8::ffff:1")));
        Assert.Null(failed.WaitOf(IPAddress.Parse("2001:db8:0:1::1")));

        // and an IPv4 address is the same however it is written
        Fail(failed, IPAddress.Parse("192.0.2.7"), FailedLoginLimiter.MaxAttempts);
        Assert.NotNull(failed.WaitOf(IPAddress.Parse("::ffff:192.0.2.7")));
        Assert.Null(failed.WaitOf(IPAddress.Parse("::ffff:192.0.2.8")));
    }

    [Fact]
    public void A_token_over_a_network_without_tls_is_told_of_once_an_hour()
    {
        var time = new FakeTimeProvider();
        var log = new ListLogger<ClearTextWarning>();
        var warning = new ClearTextWarning(time, log);
        warning.Look(RequestFrom("127.0.0.1", "http"));
        warning.Look(RequestFrom("::1", "http"));
        warning.Look(RequestFrom("192.0.2.7", "https"));
        Assert.Empty(log.Lines);

        warning.Look(RequestFrom("192.0.2.7", "http"));
        warning.Look(RequestFrom("192.0.2.8", "http"));
        Assert.StartsWith("A token came from 192.0.2.7 without TLS", Assert.Single(log.Lines), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromHours(1));
        warning.Look(RequestFrom("192.0.2.8", "http"));
        Assert.Equal(2, log.Lines.Count);
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
        await using var server = await ApiServer.Start(options: new ApiOptions { Token = "a token that somebody chose" });
        Assert.Equal("", server.Output.ToString());
        server.Token = "a token that somebody chose";
        Assert.Equal(200, (await server.Get("/auth/")).Status);
    }

    [Fact]
    public void A_token_that_can_be_guessed_is_refused_with_a_sentence()
    {
        var failure = Assert.Throws<OptionsException>(() =>
            ApiOptions.Read([], name => name == AdminToken.Variable ? " nineteen-characters " : null)
        );
        Assert.Equal(
            "AUTODEPLOY_TOKEN has 19 characters; expected 20 or more, such as \"openssl rand -hex 20\" makes, or none, so that "
                + "one is made.",
            failure.Message
        );
        Assert.Equal(
            "twenty-characters-ab",
            ApiOptions.Read([], name => name == AdminToken.Variable ? "twenty-characters-ab" : null).Token
        );
    }

    [Fact]
    public async Task The_user_name_of_basic_goes_on_record()
    {
        await using var server = await ApiServer.Start();
        var apiResponse = await server.Send("GET", "/auth/", null, null, Basic($"ida:{server.Token}"));
        Assert.Equal("ida", apiResponse.Json.GetProperty("username").GetString());
    }

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private static void Fail(FailedLoginLimiter failed, IPAddress address, int times)
    {
        for (var i = 0; i < times; i++)
            failed.Add(address);
    }

    private static DefaultHttpContext RequestFrom(string address, string scheme) =>
        new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) }, Request = { Scheme = scheme } };
}
