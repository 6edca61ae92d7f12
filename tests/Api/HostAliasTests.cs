using System.Text;
using System.Text.Json;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>What is told under one name of a host concerns the services that use another.</summary>
public sealed class HostAliasTests : IAsyncLifetime
{
    private const string Aliases = "/api/app/v1/hostalias/";

    private readonly ApiServer _server = new();

    private int _ids;

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Aliases_are_created_listed_and_removed()
    {
        var created = await Alias("registry.internal:5000", "registry.acme.com");
        Assert.Equal(["uuid", "resource_uri", "alias", "host", "created_datetime"], created.EnumerateObject().Select(m => m.Name));
        Assert.Equal(("registry.internal:5000", "registry.acme.com"), (Text(created, "alias"), Text(created, "host")));
        var uri = Text(created, "resource_uri");
        Assert.Equal(created.GetRawText(), (await _server.Get(uri)).Text);
        Assert.Equal(created.GetRawText(), (await _server.Get(Aliases)).Json.GetProperty("objects")[0].GetRawText());

        Assert.Equal(204, (await _server.Delete(uri)).Status);
        Assert.Equal(404, (await _server.Get(uri)).Status);
        Assert.Equal(404, (await _server.Delete(uri)).Status);
        Assert.Equal(0, (await _server.Get(Aliases)).Json.GetProperty("meta").GetProperty("total_count").GetInt32());
    }

    [Theory]
    [InlineData("Registry.Acme.com", "registry.acme.com")]
    [InlineData("https://registry.acme.com/", "registry.acme.com")]
    [InlineData("registry.acme.com:443", "registry.acme.com")]
    [InlineData("index.docker.io", "docker.io")]
    [InlineData("ssh.github.com", "github.com")]
    [InlineData("gitea", "gitea")]
    [InlineData("gitea:3000", "gitea:3000")]
    [InlineData("[2001:db8::1]:5000", "[2001:db8::1]:5000")]
    public async Task Hosts_become_canonical(string host, string canonical)
    {
        Assert.Equal(canonical, Text(await Alias("one.acme.test", host), "host"));
        Assert.Equal(canonical, Text(await Alias(host, "two.acme.test"), "alias"));
    }

    [Fact]
    public async Task A_name_is_an_alias_once_and_never_of_itself()
    {
        await Alias("a.acme.test", "b.acme.test");
        await Alias("b.acme.test", "c.acme.test");

        foreach (
            var (alias, host, mentions) in ((string, string, string)[])
                [
                    ("a.acme.test", "b.acme.test", "already"),
                    ("a.acme.test", "d.acme.test", "already"),
                    ("d.acme.test", "D.acme.test", "two names"),
                    ("b.acme.test", "a.acme.test", "already"),
                    ("c.acme.test", "a.acme.test", "already"),
                ]
        )
        {
            var apiResponse = await _server.Post(Aliases, JsonSerializer.Serialize(new { alias, host }));
            Assert.Equal((alias, host, 409), (alias, host, apiResponse.Status));
            Assert.Contains(mentions, apiResponse.Error, StringComparison.Ordinal);
        }

        // several of one host, and a chain that goes on
        await Alias("d.acme.test", "c.acme.test");
        await Alias("c.acme.test", "e.acme.test");
    }

    [Fact]
    public async Task A_pushed_image_concerns_services_under_every_name_of_its_registry()
    {
        var own = await _server.CreateService(image: "told.acme.test:5000/acme/api:1.2");
        var other = await _server.CreateService(image: "used.acme.test/acme/api:1.2");
        var third = await _server.CreateService(image: "third.acme.test/acme/api:1.2");
        var elsewhere = await _server.CreateService(image: "elsewhere.acme.test/acme/api:1.2");
        var otherPath = await _server.CreateService(image: "used.acme.test/acme/web:1.2");
        var hook = await Hook("registry");
        var delivery = RegistrySamples.Registry(RegistrySamples.Event("id-1", "acme/api", "1.2", host: "told.acme.test:5000"));

        // before there is an alias, only under the name that was told
        Assert.Equal("""{"pushes":1}""", (await Deliver(hook, delivery)).Text);
        await Alias("told.acme.test:5000", "used.acme.test");
        // a chain, from its other end
        await Alias("third.acme.test", "used.acme.test");
        Assert.Equal(
            """{"pushes":3}""",
            (
                await Deliver(hook, RegistrySamples.Registry(RegistrySamples.Event("id-2", "acme/api", "1.2", host: "told.acme.test:5000")))
            ).Text
        );
        Assert.Equal(
            200,
            (
                await Deliver(hook, RegistrySamples.Registry(RegistrySamples.Event("id-2", "acme/api", "1.2", host: "told.acme.test:5000")))
            ).Status
        );

        Assert.Equal(["told.acme.test:5000/acme/api", "told.acme.test:5000/acme/api"], await Images(own));
        Assert.Equal(["used.acme.test/acme/api"], await Images(other));
        Assert.Equal(["third.acme.test/acme/api"], await Images(third));
        Assert.Empty(await Images(elsewhere));
        Assert.Empty(await Images(otherPath));
    }

    [Fact]
    public async Task A_pushed_repository_concerns_services_under_every_name_of_its_host()
    {
        await _server.CreateGitService(url: "https://git.acme.test/acme/shop");
        await _server.CreateGitService(url: "https://code.acme.test:3000/acme/shop");
        await Alias("git.acme.test", "code.acme.test:3000");
        var hook = await Hook("git");

        Assert.Equal("""{"pushes":2}""", (await Deliver(hook, Push("https://git.acme.test/acme/shop"))).Text);
        Assert.Equal("""{"pushes":2}""", (await Deliver(hook, Push("https://code.acme.test:3000/acme/shop.git"))).Text);
        Assert.Equal(["git:code.acme.test:3000/acme/shop", "git:git.acme.test/acme/shop"], await Recorded());
    }

    [Fact]
    public async Task A_source_that_nobody_knows_keeps_the_name_that_was_told()
    {
        await Alias("told.acme.test", "used.acme.test");
        var hook = await Hook("registry");
        Assert.Equal(
            """{"pushes":1}""",
            (await Deliver(hook, RegistrySamples.Registry(RegistrySamples.Event("id-1", "acme/api", "1.2", host: "told.acme.test")))).Text
        );
        Assert.Equal(["told.acme.test/acme/api"], await Recorded());
    }

    [Fact]
    public async Task Who_uses_an_alias_alone_hears_and_a_removed_alias_counts_no_more()
    {
        var service = await _server.CreateService(image: "used.acme.test/acme/api:1.2");
        var alias = await Alias("told.acme.test", "used.acme.test");
        var hook = await Hook("registry");
        var envelope = RegistrySamples.Registry(
            RegistrySamples.Event("id-1", "acme/api", "1.2", host: "told.acme.test"),
            RegistrySamples.Event("id-2", "acme/api", "1.2", host: "told.acme.test")
        );
        Assert.Equal("""{"pushes":2}""", (await Deliver(hook, envelope)).Text);
        Assert.Equal(200, (await Deliver(hook, envelope)).Status);
        await _server.Delete(Text(alias, "resource_uri"));
        Assert.Equal(
            202,
            (await Deliver(hook, RegistrySamples.Registry(RegistrySamples.Event("id-3", "acme/api", "1.2", host: "told.acme.test")))).Status
        );

        Assert.Equal(["used.acme.test/acme/api", "used.acme.test/acme/api"], await Images(service));
    }

    private static string Text(JsonElement thing, string member) => thing.GetProperty(member).GetString()!;

    private static string Push(string repository) =>
        JsonSerializer.Serialize(
            new
            {
                repository,
                @ref = "main",
                after = new string('c', 40),
            }
        );

    private async Task<JsonElement> Alias(string alias, string host)
    {
        var apiResponse = await _server.Post(Aliases, JsonSerializer.Serialize(new { alias, host }));
        Assert.True(apiResponse.Status == 201, apiResponse.Text);
        Assert.Equal(Text(apiResponse.Json, "resource_uri"), apiResponse.Headers["Location"]);
        return apiResponse.Json;
    }

    private async Task<string> Hook(string sender) => new Uri(Text(await _server.CreateHook(sender), "url")).AbsolutePath;

    private Task<ApiResponse> Deliver(string hook, string body) =>
        _server.Send("POST", hook, Encoding.UTF8.GetBytes(body), null, "", ("Idempotency-Key", $"key-{++_ids}"));

    /// <summary>The images of the pushes that a service has verdicts for.</summary>
    private async Task<List<string>> Images(string service)
    {
        await _server.Settle();
        return
        [
            .. (await _server.Get(service + "verdict/"))
                .Json.GetProperty("objects")
                .EnumerateArray()
                .Select(v => Text(v.GetProperty("push"), "image")),
        ];
    }

    /// <summary>The sources of all pushes of all hooks.</summary>
    private async Task<List<string>> Recorded()
    {
        var sources = new List<string>();
        foreach (var hook in (await _server.Get("/api/app/v1/hook/")).Json.GetProperty("objects").EnumerateArray())
        foreach (var delivery in (await _server.Get(Text(hook, "resource_uri") + "delivery/")).Json.GetProperty("objects").EnumerateArray())
        foreach (var push in delivery.GetProperty("pushes").EnumerateArray())
            sources.Add((await _server.Ledger.FindPush(push.GetGuid(), CancellationToken.None))!.Source);
        return [.. sources.Distinct().Order(StringComparer.Ordinal)];
    }
}
