using System.Text.Json;

namespace AutoDeploy.Api.Tests;

/// <summary>Registries, hooks, and what clients of Docker Cloud ask for on the way.</summary>
[Collection("server")]
public sealed class OrganizationNamesTests(ApiServer server)
{
    private const string Registries = "/api/app/v1/registry/";
    private const string Hooks = "/api/app/v1/hook/";

    [Fact]
    public async Task A_registry_host_can_have_two_accounts_for_two_paths()
    {
        var host = $"{server.CreateName("paths")}.acme.test";
        var whole = await server.Post(Registries, $$"""{"host": "{{host}}", "username": "all", "password": "p"}""");
        var acme = await server.Post(Registries, $$"""{"host": "{{host}}", "path": "/acme/team/", "username": "acme", "password": "p"}""");
        Assert.Equal((201, 201), (whole.Status, acme.Status));
        Assert.Equal(
            (JsonValueKind.Null, "acme/team"),
            (whole.Json.GetProperty("path").ValueKind, acme.Json.GetProperty("path").GetString())
        );
        var again = await server.Post(Registries, $$"""{"host": "{{host}}", "path": "acme/team", "username": "x", "password": "p"}""");
        Assert.Equal(
            (409, $"`host` is \"{host}\" and `path` \"acme/team\", and there are credentials for it already; change those instead."),
            (again.Status, again.Error)
        );
        Assert.Equal(409, (await server.Patch(acme.Headers["Location"], """{"path": null}""")).Status);
        foreach (var path in (string[])["\"a//b\"", "\"a:1\"", "\"Acme\"", "\"..\"", "1"])
            Assert.Contains(
                "`path`",
                (await server.Patch(acme.Headers["Location"], $$"""{"path": {{path}}}""")).Error,
                StringComparison.Ordinal
            );
        Assert.Equal(
            "acme/api",
            (await server.Patch(acme.Headers["Location"], """{"path": "acme/api"}""")).Json.GetProperty("path").GetString()
        );
    }

    [Fact]
    public async Task A_password_goes_in_and_never_comes_out()
    {
        var created = await server.Post(Registries, """{"host": "pw.acme.test:5000", "username": "ci", "password": "pw-that-is-secret"}""");
        Assert.Equal(201, created.Status);
        var uri = created.Headers["Location"];
        Assert.Equal(
            ["uuid", "resource_uri", "host", "path", "username", "token_host", "created_datetime"],
            created.Json.EnumerateObject().Select(m => m.Name)
        );
        Assert.Equal(
            ("pw.acme.test:5000", "ci"),
            (created.Json.GetProperty("host").GetString(), created.Json.GetProperty("username").GetString())
        );

        var patched = await server.Patch(uri, """{"password": "pw-that-is-new"}""");
        Assert.Equal(200, patched.Status);
        var found = await server.Ledger.FindRegistry(created.Json.GetProperty("uuid").GetGuid(), CancellationToken.None);
        Assert.Equal(("ci", "pw-that-is-new"), (found!.Username, found.Password));

        foreach (var text in (string[])[created.Text, patched.Text, (await server.Get(uri)).Text, (await server.Get(Registries)).Text])
            Assert.DoesNotContain("pw-that-is", text, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(server.Data, "*.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain("pw-that-is", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(204, (await server.Delete(uri)).Status);
        Assert.Equal(404, (await server.Get(uri)).Status);
        Assert.Equal(404, (await server.Delete(uri)).Status);
    }

    [Fact]
    public async Task A_token_servers_host_is_allowed_and_taken_back()
    {
        var created = await server.Post(
            Registries,
            """{"host": "tokens.acme.test", "username": "ci", "password": "p", "token_host": "https://Git.acme.test:8443/"}"""
        );
        Assert.Equal("git.acme.test:8443", created.Json.GetProperty("token_host").GetString());
        var uri = created.Headers["Location"];
        Assert.Equal("git.acme.test:8443", (await server.Patch(uri, """{"username": "cd"}""")).Json.GetProperty("token_host").GetString());
        Assert.Equal(
            System.Text.Json.JsonValueKind.Null,
            (await server.Patch(uri, """{"token_host": null}""")).Json.GetProperty("token_host").ValueKind
        );
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await server.Get(uri)).Json.GetProperty("token_host").ValueKind);
        await server.Delete(uri);
    }

    [Theory]
    [InlineData("index.docker.io", "docker.io")]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    [InlineData("https://registry-1.docker.io/v2/", "docker.io")]
    [InlineData("GHCR.io", "ghcr.io")]
    [InlineData("reg.acme.test:443", "reg.acme.test")]
    [InlineData("http://localhost:5001", "localhost:5001")]
    [InlineData("[2001:db8::1]:5000", "[2001:db8::1]:5000")]
    [InlineData("10.0.0.1:5000/", "10.0.0.1:5000")]
    public async Task A_registrys_host_becomes_canonical_and_is_there_once(string host, string canonical)
    {
        var body = $$"""{"host": "{{host}}", "username": "u", "password": "p"}""";
        var created = await server.Post(Registries, body);
        Assert.True(created.Status == 201, created.Text);
        Assert.Equal(canonical, created.Json.GetProperty("host").GetString());
        Assert.Equal(409, (await server.Post(Registries, body)).Status);
        Assert.Equal(409, (await server.Post(Registries, body.Replace(host, canonical, StringComparison.Ordinal))).Status);

        // with its own host a PATCH is no conflict, with another one's it is
        Assert.Equal(200, (await server.Patch(created.Headers["Location"], $$"""{"host": "{{canonical}}", "username": "v"}""")).Status);
        var second = await server.Post(Registries, """{"host": "second.acme.test", "username": "u", "password": "p"}""");
        Assert.Equal(409, (await server.Patch(second.Headers["Location"], $$"""{"host": "{{host}}"}""")).Status);
        foreach (var uri in (string[])[created.Headers["Location"], second.Headers["Location"]])
            Assert.Equal(204, (await server.Delete(uri)).Status);
    }

    [Fact]
    public async Task A_hook_shows_its_url_and_never_its_secret()
    {
        var created = await server.Post(Hooks, """{"sender": "registry", "secret": "hook-secret"}""");
        Assert.Equal(201, created.Status);
        Assert.Equal(
            [
                "uuid",
                "resource_uri",
                "sender",
                "url",
                "has_secret",
                "service_account",
                "audience",
                "rejected_deliveries",
                "created_datetime",
            ],
            created.Json.EnumerateObject().Select(m => m.Name)
        );
        Assert.True(created.Json.GetProperty("has_secret").GetBoolean());
        Assert.StartsWith(
            server.Client.BaseAddress + "hooks/registry/",
            created.Json.GetProperty("url").GetString(),
            StringComparison.Ordinal
        );
        var got = await server.Get(created.Headers["Location"]);
        Assert.Equal(created.Text, got.Text);
        Assert.DoesNotContain("hook-secret", got.Text + (await server.Get(Hooks)).Text, StringComparison.Ordinal);
        Assert.False((await server.CreateHook("DockerHub")).GetProperty("has_secret").GetBoolean());
    }

    [Fact]
    public async Task A_hooks_url_is_the_public_one_where_that_is_set()
    {
        await using var own = await ApiServer.Start(options: new ApiOptions { Url = "https://deploy.acme.com/base" });
        Assert.StartsWith(
            "https://deploy.acme.com/base/hooks/dockerhub/",
            (await own.CreateHook("dockerhub")).GetProperty("url").GetString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Forwarded_headers_are_believed_from_a_known_proxy_only()
    {
        var headers = new[] { ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "deploy.acme.com") };
        var body = """{"sender": "dockerhub"}"""u8.ToArray();
        var direct = await server.Send("POST", Hooks, body, null, null, headers);
        Assert.StartsWith(server.Client.BaseAddress!.ToString(), direct.Json.GetProperty("url").GetString(), StringComparison.Ordinal);

        await using var own = await ApiServer.Start(options: new ApiOptions { Proxies = [System.Net.IPNetwork.Parse("127.0.0.0/8")] });
        var behind = await own.Send("POST", Hooks, body, null, null, headers);
        Assert.StartsWith("https://deploy.acme.com/hooks/dockerhub/", behind.Json.GetProperty("url").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_one_node_keeps_its_uuid_and_says_that_the_engine_does_not_answer()
    {
        var list = (await server.Get("/api/infra/v1/node/")).Json;
        var node = Assert.Single(list.GetProperty("objects").EnumerateArray());
        Assert.Equal("Unreachable", node.GetProperty("state").GetString());
        var uri = node.GetProperty("resource_uri").GetString()!;
        Assert.Equal(uri, (await server.Get(uri)).Json.GetProperty("resource_uri").GetString());
        Assert.Equal(
            0,
            (await server.Get("/api/infra/v1/node/?uuid__startswith=zz")).Json.GetProperty("meta").GetProperty("total_count").GetInt32()
        );
    }

    [Fact]
    public async Task Containers_are_listed_even_when_there_are_none()
    {
        var service = await server.CreateService();
        foreach (
            var query in (string[])["", $"?service={service}", "?service__name=nobody", "?name=web-1&state=Running", "?uuid__startswith=a"]
        )
            Assert.Equal(
                0,
                (await server.Get("/api/app/v1/container/" + query)).Json.GetProperty("meta").GetProperty("total_count").GetInt32()
            );
    }
}
