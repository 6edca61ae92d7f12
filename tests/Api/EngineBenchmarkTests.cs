using System.Text.Json;

namespace AutoDeploy.Api.Tests;

/// <summary>Engines by name, none of which is there: what the API says of them.</summary>
public sealed class EngineBenchmarkTests : IClassFixture<EngineBenchmarkTests.TwoEnginesFixture>
{
    private const string Services = "/api/app/v1/service/";
    private const string Nodes = "/api/infra/v1/node/";

    private readonly ApiServer _server;

    public EngineBenchmarkTests(TwoEnginesFixture engines) => _server = engines.Server;

    [Theory]
    [InlineData("", "`engine` is missing; expected \"east\" or \"west\".")]
    [InlineData(", \"engine\": null", "`engine` is missing; expected \"east\" or \"west\".")]
    [InlineData(", \"engine\": \"\"", "`engine` is \"\"; expected \"east\" or \"west\".")]
    [InlineData(", \"engine\": \"local\"", "`engine` is \"local\"; expected \"east\" or \"west\".")]
    [InlineData(", \"engine\": \"East\"", "`engine` is \"East\"; expected \"east\" or \"west\".")]
    [InlineData(", \"engine\": 1", "`engine` is a number; expected text.")]
    public async Task A_service_has_to_name_an_engine_that_there_is(string member, string sentence)
    {
        var before = await _server.ReadAllFiles();
        var apiResponse = await _server.Post(Services, $$"""{"image": "acme/api"{{member}}}""");
        Assert.Equal((400, sentence), (apiResponse.Status, apiResponse.Error));
        Assert.Equal(before, await _server.ReadAllFiles());
    }

    [Fact]
    public async Task A_service_stays_on_its_engine()
    {
        var service = await _server.CreateService("""  "engine": "west" """);
        Assert.Equal("west", Engine(await _server.Get(service)));
        Assert.Equal("west", Engine(await _server.Patch(service, """{"engine": "west", "nickname": "x"}""")));
        Assert.Equal("west", Engine(await _server.Patch(service, """{"engine": null}""")));

        var moved = await _server.Patch(service, """{"engine": "east"}""");
        Assert.Equal((400, "`engine` cannot be changed."), (moved.Status, moved.Error));
        Assert.Equal("west", Engine(await _server.Get(service)));
    }

    [Fact]
    public async Task Volumes_are_those_of_a_service_on_the_same_engine()
    {
        var data = await _server.CreateService("""  "engine": "west" """);
        var apiResponse = await _server.Post(
            Services,
            $$"""{"image": "acme/api", "engine": "east", "bindings": [{"volumes_from": "{{data}}"}]}"""
        );
        Assert.Equal(
            (400, "`bindings[0].volumes_from` is on the engine \"west\"; expected a service on \"east\", since engines share no volumes."),
            (apiResponse.Status, apiResponse.Error)
        );
        await _server.CreateService($$"""  "engine": "west", "bindings": [{"volumes_from": "{{data}}"}] """);
    }

    [Fact]
    public async Task Each_engine_is_a_node_with_a_uuid_of_its_own()
    {
        var nodes = (await _server.Get(Nodes)).Json.GetProperty("objects").EnumerateArray().ToList();
        Assert.Equal(["east", "west"], nodes.Select(Name));
        Assert.All(nodes, node => Assert.Equal("Unreachable", node.GetProperty("state").GetString()));
        foreach (var node in nodes)
            Assert.Equal(Name(node), Name((await _server.Get(node.GetProperty("resource_uri").GetString()!)).Json));
        Assert.Equal(2, nodes.DistinctBy(node => node.GetProperty("uuid").GetGuid()).Count());

        var second = (await _server.Get(Nodes + "?limit=1&offset=1")).Json;
        Assert.Equal("west", Name(Assert.Single(second.GetProperty("objects").EnumerateArray())));
        Assert.Equal(2, second.GetProperty("meta").GetProperty("total_count").GetInt32());
        var start = nodes[1].GetProperty("uuid").GetString()![..8];
        Assert.Equal(
            "west",
            Name(Assert.Single((await _server.Get($"{Nodes}?uuid__startswith={start}")).Json.GetProperty("objects").EnumerateArray()))
        );
        Assert.Equal(404, (await _server.Get($"{Nodes}{Guid.NewGuid()}/")).Status);
    }

    [Fact]
    public async Task Without_any_engine_that_answers_it_is_not_ready_and_says_which_do_not()
    {
        await _server.Get(Nodes); // the first question to a grain may take longer than this one waits
        var ready = await _server.Get("/readyz");
        Assert.Equal(503, ready.Status);
        Assert.Equal(
            """{"ledger":"ok","engine":"does not answer","cluster":"ok","engines":{"east":"does not answer","west":"does not answer"}}""",
            ready.Text
        );
    }

    [Fact]
    public async Task Engines_that_are_not_configured_any_more_are_not_known_any_more()
    {
        await using var first = new ApiServer { Engines = ["east", "local"] };
        await first.InitializeAsync();
        var service = await first.CreateService("""  "engine": "east" """);
        Assert.Equal("local", Engine(await first.Get(await first.CreateService())));
        var node = (await first.Get(Nodes)).Json.GetProperty("objects")[1].GetProperty("uuid").GetGuid();
        var token = first.Token;
        await first.Stop();

        var second = new ApiServer
        {
            Data = first.Data,
            Engines = ["local", "north"],
            Token = token,
        };
        await second.InitializeAsync();
        await using var stopping = new StoppingServer(second);
        var apiResponse = await second.Post(Services, """{"image": "acme/api", "engine": "east"}""");
        Assert.Equal("`engine` is \"east\"; expected \"local\" or \"north\".", apiResponse.Error);
        Assert.Equal("east", Engine(await second.Patch(service, """{"nickname": "x"}""")));
        var nodes = (await second.Get(Nodes)).Json.GetProperty("objects").EnumerateArray().ToList();
        Assert.Equal((node, "local"), (nodes[0].GetProperty("uuid").GetGuid(), Name(nodes[0])));
    }

    private static string? Engine(ApiResponse apiResponse) => apiResponse.Json.GetProperty("engine").GetString();

    private static string? Name(JsonElement node) => node.GetProperty("engine").GetString();

    /// <summary>The data is the first one's.</summary>
    private sealed class StoppingServer(ApiServer server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await server.Stop();
    }

    public sealed class TwoEnginesFixture : IAsyncLifetime
    {
        public ApiServer Server { get; } = new() { Engines = ["west", "east"] };

        public Task InitializeAsync() => Server.InitializeAsync();

        public Task DisposeAsync() => Server.DisposeAsync();
    }
}
