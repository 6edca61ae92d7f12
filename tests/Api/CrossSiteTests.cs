using System.Text;
using AutoDeploy.Api.Access;
using Microsoft.AspNetCore.Http;

namespace AutoDeploy.Api.Tests;

/// <summary>What a page of another site has a browser do with the admin's credentials is refused.</summary>
[Collection("server")]
public sealed class CrossSiteTests(ApiServer server)
{
    private const string Services = "/api/app/v1/service/";

    private string Own => server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "something-new")]
    [InlineData("Sec-Fetch-Site", "")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "https://evil.test")]
    [InlineData("Origin", "http://127.0.0.1")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Origin", "http://127.0.0.1.evil.test")]
    [InlineData("Origin", "not an origin")]
    public async Task A_change_for_another_site_is_refused_with_a_sentence_and_changes_nothing(string header, string value)
    {
        var service = await server.CreateService();
        var before = await server.ReadAllFiles();
        foreach (
            var (method, path) in ((string, string)[])
                [
                    ("POST", Services),
                    ("PATCH", service),
                    ("DELETE", service),
                    ("POST", service + "start/"),
                    ("PUT", service),
                    ("POST", "/nowhere"),
                ]
        )
        {
            var apiResponse = await Send(method, path, "application/json", (header, value));
            Assert.Equal((path, 403), (path, apiResponse.Status));
            Assert.Contains($"`{header}", apiResponse.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, await server.ReadAllFiles());
    }

    [Fact]
    public async Task Qoverys_paths_are_guarded_too() =>
        Assert.Equal(
            403,
            (
                await server.Send(
                    "POST",
                    "/organization/default/container/deploy",
                    "{}"u8.ToArray(),
                    "text/plain",
                    null,
                    ("Sec-Fetch-Site", "cross-site")
                )
            ).Status
        );

    [Fact]
    public async Task Our_own_pages_and_clients_that_are_no_browsers_may_change()
    {
        foreach (
            var headers in ((string, string)[][])
                [
                    [],
                    [("Sec-Fetch-Site", "same-origin")],
                    [("Sec-Fetch-Site", "none")],
                    [("Origin", Own)],
                    [("Origin", Own), ("Sec-Fetch-Site", "same-origin")],
                ]
        )
            Assert.Equal(201, (await Send("POST", Services, "application/json", headers)).Status);
        // as curl -d sends it
        Assert.Equal(201, (await Send("POST", Services, "application/x-www-form-urlencoded")).Status);
        // behind a proxy that speaks TLS and is not named, only the browser knows the scheme
        Assert.Equal(
            201,
            (
                await Send(
                    "POST",
                    Services,
                    "application/json",
                    ("Origin", Own.Replace("http:", "https:", StringComparison.Ordinal)),
                    ("Sec-Fetch-Site", "same-origin")
                )
            ).Status
        );
        Assert.Equal(
            403,
            (await Send("POST", Services, "application/json", ("Origin", Own.Replace("http:", "https:", StringComparison.Ordinal)))).Status
        );
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task A_browser_that_says_nothing_of_sites_may_not_send_a_form(string type)
    {
        const string Old = "Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 Firefox/60.0";
        var apiResponse = await Send("POST", Services, type, ("User-Agent", Old));
        Assert.Equal(415, apiResponse.Status);
        Assert.Contains("expected", apiResponse.Error, StringComparison.Ordinal);
        Assert.Equal(201, (await Send("POST", Services, "application/json; charset=utf-8", ("User-Agent", Old))).Status);
        Assert.Equal(201, (await Send("POST", Services, "application/merge-patch+json", ("User-Agent", Old))).Status);
    }

    [Fact]
    public async Task Reading_is_not_refused_but_a_socket_is()
    {
        Assert.Equal(200, (await Send("GET", Services, null, ("Origin", "https://evil.test"), ("Sec-Fetch-Site", "cross-site"))).Status);
        Assert.Equal(
            403,
            (await Send("GET", "/api/audit/v1/events", null, ("Origin", "https://evil.test"), ("Upgrade", "websocket"))).Status
        );
    }

    [Fact]
    public async Task Hooks_and_triggers_take_what_any_page_sends()
    {
        var hook = await server.CreateHook("dockerhub");
        var path = new Uri(hook.GetProperty("url").GetString()!).AbsolutePath;
        (string, string)[] foreign = [("Origin", "https://hub.docker.com"), ("Sec-Fetch-Site", "cross-site")];
        Assert.Equal(400, (await server.Send("POST", path, "{}"u8.ToArray(), "text/plain", "", foreign)).Status);
        var service = await server.CreateService();
        var trigger = (await server.Post(service + "trigger/", "{}")).Json.GetProperty("url").GetString()!;
        Assert.Equal(409, (await server.Send("POST", trigger, null, null, "", foreign)).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Mode", "navigate")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36")]
    [InlineData("Accept", "text/html,application/xhtml+xml")]
    [InlineData("Origin", "https://evil.test")]
    public async Task A_browser_is_not_made_to_ask_for_a_password(string header, string value)
    {
        var apiResponse = await server.Send("GET", "/auth/", null, null, "", (header, value));
        Assert.Equal((401, "Bearer realm=\"AutoDeploy\""), (apiResponse.Status, apiResponse.Headers["WWW-Authenticate"]));
        Assert.Equal(
            "Basic realm=\"AutoDeploy\"",
            (await server.Send("GET", "/auth/", null, null, "", ("User-Agent", "curl/8.14.1"))).Headers["WWW-Authenticate"]
        );
    }

    [Theory]
    [InlineData("GET", "/healthz", 200)]
    [InlineData("GET", "/auth/", 200)]
    [InlineData("GET", "/openapi.json", 200)]
    [InlineData("GET", "/api/app/v1/hook/", 200)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("PUT", Services, 405)]
    [InlineData("POST", "/hooks/registry/unknown", 404)]
    [InlineData("POST", Services, 400)]
    public async Task Every_answer_tells_browsers_to_run_frame_and_keep_nothing_of_it(string method, string path, int status)
    {
        var apiResponse = await server.Send(method, path);
        Assert.Equal(status, apiResponse.Status);
        Assert.Equal("nosniff", apiResponse.Headers["X-Content-Type-Options"]);
        Assert.Equal(
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            apiResponse.Headers["Content-Security-Policy"]
        );
        Assert.Equal("DENY", apiResponse.Headers["X-Frame-Options"]);
        Assert.Equal("no-referrer", apiResponse.Headers["Referrer-Policy"]);
        Assert.Equal("same-origin", apiResponse.Headers["Cross-Origin-Resource-Policy"]);
        Assert.Equal("no-store", apiResponse.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task With_a_url_other_names_are_refused_and_make_no_urls()
    {
        await using var named = await ApiServer.Start(options: new ApiOptions { Url = "https://deploy.acme.test" });
        foreach (var host in (string[])["evil.test", "evil.test:8080", "deploy.acme.test.evil.test", "acme.test"])
        {
            var apiResponse = await named.Send(
                "POST",
                "/api/app/v1/hook/",
                """{"sender": "registry"}"""u8.ToArray(),
                "application/json",
                null,
                ("Host", host)
            );
            Assert.Equal((host, 400), (host, apiResponse.Status));
            Assert.Equal($"`Host` is \"{host}\"; expected \"deploy.acme.test\", as --url says, or an address.", apiResponse.Error);
        }

        foreach (var host in (string[])["deploy.acme.test", "DEPLOY.acme.test:8443", "localhost:8080", "127.0.0.1", "[::1]:8080"])
        {
            var apiResponse = await named.Send(
                "POST",
                "/api/app/v1/hook/",
                """{"sender": "registry"}"""u8.ToArray(),
                "application/json",
                null,
                ("Host", host)
            );
            Assert.Equal((host, 201), (host, apiResponse.Status));
            Assert.StartsWith(
                "https://deploy.acme.test/hooks/registry/",
                apiResponse.Json.GetProperty("url").GetString(),
                StringComparison.Ordinal
            );
        }

        // probes and senders in the same network
        Assert.Equal(200, (await named.Send("GET", "/healthz", null, null, "", ("Host", "api"))).Status);
        Assert.Equal(404, (await named.Send("POST", "/hooks/registry/unknown", null, null, "", ("Host", "autodeploy:8080"))).Status);
        // its own pages are those of that URL
        Assert.Equal(
            400,
            (await named.Send("POST", Services, "{}"u8.ToArray(), "application/json", null, ("Origin", "https://deploy.acme.test"))).Status
        );
        Assert.Equal(
            403,
            (
                await named.Send("POST", Services, "{}"u8.ToArray(), "application/json", null, ("Origin", "https://deploy.acme.test:444"))
            ).Status
        );
    }

    [Theory]
    [InlineData("[2001:db8::1]:8080", "[2001:db8::1]", true)]
    [InlineData("", "deploy.acme.test", false)]
    public void Hosts_are_compared_without_port_and_brackets(string host, string name, bool isAccepted) =>
        Assert.Equal(isAccepted, HostGuard.IsAccepted(new HostString(host), name));

    private Task<ApiResponse> Send(string method, string path, string? contentType, params (string, string)[] headers) =>
        server.Send(
            method,
            path,
            contentType is null ? null : Encoding.UTF8.GetBytes($$"""{"image": "acme/api:1", "name": "{{server.CreateName()}}"}"""),
            contentType,
            null,
            headers
        );
}
