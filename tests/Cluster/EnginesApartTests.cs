using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.Cluster.Tests;

/// <summary>Two silos, each with a Docker engine that the other one does not reach, and an API that reaches none: all real.</summary>
public sealed class EnginesApartTests : IAsyncLifetime
{
    private const string Token = "the-token-of-the-tests";
    private const string Services = "/api/app/v1/service/";

    private readonly string _folder = Directory.CreateTempSubdirectory("autodeploy-test-").FullName;
    private readonly Dictionary<string, DockerDaemon> _engines = [];
    private readonly Dictionary<string, ProductProcess> _silos = [];
    private PostgresServer _postgres = null!;
    private RegistryServer _registry = null!;
    private ProductProcess _api = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _postgres = await PostgresServer.Start(new PostgresServerOptions { Fsync = false });
        _registry = await RegistryServer.Start();
        var common = new Dictionary<string, string>
        {
            ["AutoDeploy__Cluster__ConnectionString"] = _postgres.ConnectionString(await _postgres.CreateDatabase()),
            ["AUTODEPLOY_SECRET_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["AUTODEPLOY_TOKEN"] = Token,
            ["DOCKER_HOST"] = "unix:///nowhere",
        };
        foreach (var name in (string[])["east", "west"])
        {
            _engines[name] = await DockerDaemon.Start();
            _silos[name] = new ProductProcess(
                [ProductProcess.Binary("AutoDeploy.Silo", "autodeploy-silo.dll")],
                ["--data", Path.Combine(_folder, name)],
                _folder,
                new Dictionary<string, string>(common)
                {
                    ["AutoDeploy__Cluster__Address"] = "127.0.0.1",
                    ["AutoDeploy__Cluster__SiloPort"] = UnixTools.FreePort().ToString(CultureInfo.InvariantCulture),
                    ["AutoDeploy__Cluster__GatewayPort"] = UnixTools.FreePort().ToString(CultureInfo.InvariantCulture),
                    [$"AutoDeploy__Engines__{name}"] = _engines[name].Host,
                }
            );
        }

        _api = new ProductProcess([ProductProcess.Binary("AutoDeploy.Api", "autodeploy.dll")], [], _folder, common);
        await Task.WhenAll([.. _silos.Values.Select(silo => silo.Start()), _api.Start()]);
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_api.Port}") };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        await Ready("east", "west");
    }

    public async Task DisposeAsync()
    {
        _http?.Dispose();
        if (_api is not null)
            await _api.DisposeAsync();
        foreach (var silo in _silos.Values)
            await silo.DisposeAsync();
        foreach (var engine in _engines.Values)
            await engine.DisposeAsync();
        await _registry.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Each_service_is_on_its_engine_and_waits_for_a_silo_that_reaches_it()
    {
        await TestImage.HealthyWeb("v1").Push(_registry, "apart", "latest");
        var (east, west) = (await Running("east"), await Running("west"));
        var more = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Create($"more{i}", "east")));

        // where it was killed, nothing is lost; elsewhere, all goes on
        await _silos["west"].Kill();
        var started = await Task.WhenAll(more.Select(uuid => Begin($"{Services}{uuid}/start/")));
        Assert.Equal(more.Select(_ => "Success"), await Task.WhenAll(started.Select(End)));
        await TestImage.HealthyWeb("v2").Push(_registry, "apart", "latest");
        var waiting = await Redeploy(west);
        Assert.Equal("Success", await End(await Redeploy(east)));
        await Eventually.Until(
            async () =>
                (await _http.GetStringAsync(waiting + "log/")).Contains(
                    "No AutoDeploy process reaches the engine \"west\".",
                    StringComparison.Ordinal
                ),
            "it says what it waits for",
            TimeSpan.FromMinutes(2)
        );
        Assert.Equal("v1", await Serves("west", west));

        await _silos["west"].Start();
        Assert.Equal("Success", await End(waiting));
        foreach (var (engine, other, service) in (IEnumerable<(string, string, string)>)[("east", "west", east), ("west", "east", west)])
        {
            Assert.Equal("v2", await Serves(engine, service));
            Assert.Equal("", await Container(other, service));
        }

        // the new silo listens
        await _engines["west"].Cli("stop", "-t", "0", await Container("west", west));
        await Eventually.Until(
            async () => (string)(await Get($"{Services}{west}/"))["state"]! == "Stopped",
            "it is seen to be stopped",
            TimeSpan.FromMinutes(1)
        );
    }

    private async Task Ready(params string[] engines) =>
        await Eventually.Until(
            async () =>
            {
                using var answer = await _http.GetAsync("/readyz");
                var text = await answer.Content.ReadAsStringAsync();
                return engines.All(engine => text.Contains($"\"{engine}\":\"ok\"", StringComparison.Ordinal));
            },
            "the engines are known",
            TimeSpan.FromMinutes(1)
        );

    private async Task<string> Running(string engine)
    {
        var uuid = await Create(engine, engine);
        Assert.Equal("Success", await End(await Begin($"{Services}{uuid}/start/")));
        Assert.Equal("v1", await Serves(engine, uuid));
        return uuid;
    }

    private async Task<string> Create(string name, string engine) =>
        (string)
            (
                await Call(
                    HttpMethod.Post,
                    Services,
                    new
                    {
                        name,
                        image = $"{_registry.Host}/apart:latest",
                        engine,
                    }
                )
            )["uuid"]!;

    private Task<string> Redeploy(string service) => Begin($"{Services}{service}/redeploy/");

    /// <summary>Answers the action's path; a silo that has just gone may be asked first.</summary>
    private Task<string> Begin(string path) =>
        Eventually.UntilFound(
            async () =>
            {
                using var answer = await _http.PostAsync(path, null);
                return answer.IsSuccessStatusCode ? answer.Headers.GetValues("X-DockerCloud-Action-URI").Single() : null;
            },
            $"{path} is taken"
        );

    /// <summary>How an action has ended.</summary>
    private async Task<string> End(string action)
    {
        var state = "";
        await Eventually.Until(
            async () => (state = (string)(await Get(action))["state"]!) is "Success" or "Failed" or "Canceled",
            $"{action} ends",
            TimeSpan.FromMinutes(2)
        );
        return state == "Success" ? state : $"{state}: {await _http.GetStringAsync(action + "log/")}";
    }

    private Task<string> Container(string engine, string service) =>
        _engines[engine].Cli("ps", "-q", "--filter", $"label=autodeploy.service={service}");

    private async Task<string> Serves(string engine, string service) =>
        await _engines[engine].Cli("exec", await Container(engine, service), "wget", "-q", "-O", "-", "http://127.0.0.1:8080/");

    private Task<JsonNode> Get(string path) => Call(HttpMethod.Get, path, null);

    private async Task<JsonNode> Call(HttpMethod method, string path, object? body)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            using var answer = await _http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode)
                return JsonNode.Parse(text)!;
            // that a silo has gone is noticed a moment later
            if (
                method != HttpMethod.Get
                || attempt == 100
                || answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
            )
                throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {text}");
            await Task.Delay(300);
        }
    }
}
