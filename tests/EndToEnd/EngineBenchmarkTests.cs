using System.Net;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Two Docker engines in one process: each service on its own, whatever happens to the other.</summary>
[Collection(TestEnvironment.SteeringCollectionName)]
public sealed class EngineBenchmarkTests(TestEnvironment environment) : IAsyncLifetime
{
    private const string Services = "/api/app/v1/service/";

    private readonly string _data = Directory.CreateTempSubdirectory("autodeploy-test-").FullName;
    private DockerDaemon _west = null!;
    private AutoDeployProcess _app = null!;
    private string _hook = "";

    public async Task InitializeAsync()
    {
        _west = await DockerDaemon.Start();
        _app = await Start(("east", environment.Docker), ("west", _west));
        _hook = new Uri((string)(await _app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "image" }))["url"]!).PathAndQuery;
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _west.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_push_deploys_each_service_on_its_engine_and_nowhere_else()
    {
        var (east, west) = await Both("each");
        Assert.Equal((1, 0), (await Containers(environment.Docker, east), await Containers(_west, east)));
        Assert.Equal((0, 1), (await Containers(environment.Docker, west), await Containers(_west, west)));

        // the order holds, though the name does not lead there
        await west.Patch(new { linked_to_service = new[] { new { to_service = east.Name, name = "db" } } });
        await Push(east.Name, "v2");
        Assert.Equal("Success", (string)(await east.WaitForJudgement())["state"]!);
        var second = await west.WaitForJudgement();
        Assert.Equal("Success", (string)second["state"]!);
        Assert.Contains($"Waiting for {east.Name}, which it is linked to.", await west.ReadLog(second), StringComparison.Ordinal);
        Assert.Equal((1, 0), (await Containers(environment.Docker, east), await Containers(_west, east)));
        Assert.Equal((0, 1), (await Containers(environment.Docker, west), await Containers(_west, west)));
        Assert.Equal("v2", await Serves(environment.Docker, east));
        Assert.Equal("v2", await Serves(_west, west));

        // the containers say where they are
        var nodes = (await _app.Get("/api/infra/v1/node/"))["objects"]!.AsArray();
        Assert.Equal(["east Deployed", "west Deployed"], nodes.Select(node => $"{node!["engine"]} {node["state"]}"));
        foreach (var (service, node) in (IEnumerable<(TestService, JsonNode)>)[(east, nodes[0]!), (west, nodes[1]!)])
        {
            var containers = (await _app.Get($"/api/app/v1/container/?service__name={service.Name}"))["objects"]!.AsArray();
            Assert.Equal((string)node["resource_uri"]!, (string)Assert.Single(containers)!["node"]!);
        }

        // both are listened to
        await _west.Cli("stop", "-t", "0", await _west.Cli("ps", "-q", "--filter", $"label=autodeploy.service={west.Uuid}"));
        await Eventually.Until(async () => await west.GetState() == "Stopped", "it is seen to be stopped");
        Assert.Equal("Running", await east.GetState());
    }

    [Fact]
    public async Task While_one_engine_is_down_the_other_ones_services_go_on_and_its_own_wait_for_it()
    {
        var (east, west) = await Both("down");
        await _west.Stop();
        await Push(east.Name, "v2");
        Assert.Equal("Success", (string)(await east.WaitForJudgement())["state"]!);
        Assert.Equal("v2", await Serves(environment.Docker, east));

        var waiting = await Eventually.UntilFound(async () =>
            (await west.ListActions()).FirstOrDefault(action => (string)action["state"]! == "In progress")
        );
        await Eventually.Until(
            async () => (await west.ReadLog(waiting)).Contains("Waiting for it.", StringComparison.Ordinal),
            "it says that it waits"
        );
        var ready = await _app.Send(HttpMethod.Get, "/readyz");
        Assert.Equal(
            (HttpStatusCode.OK, """{"ledger":"ok","engine":"ok","cluster":"ok","engines":{"east":"ok","west":"does not answer"}}"""),
            (ready.Status, ready.Body.ToJsonString())
        );
        Assert.Equal("Unreachable", (string)(await _app.Get("/api/infra/v1/node/"))["objects"]![1]!["state"]!);

        await _west.StartAgain();
        Assert.Equal("Success", (string)(await west.WaitForJudgement())["state"]!);
        Assert.Equal("v2", await Serves(_west, west));
        Assert.Equal((0, 1), (await Containers(environment.Docker, west), await Containers(_west, west)));
    }

    [Fact]
    public async Task What_an_engine_took_along_when_it_went_is_started_again_there()
    {
        var (east, west) = await Both("back");
        var before = await east.Get();
        await _west.Stop();
        await _west.StartAgain();
        await Eventually.Until(
            async () => (await west.ListActions()).Count == 2 && await west.GetState() == "Running",
            "it is brought back"
        );
        Assert.Equal("v1", await Serves(_west, west));
        Assert.Equal((string)before["started_datetime"]!, (string)(await east.Get())["started_datetime"]!);
        Assert.Single(await east.ListActions());
    }

    [Fact]
    public async Task A_deployment_whose_engine_nobody_reaches_waits_until_somebody_does_and_can_be_canceled()
    {
        var (_, west) = await Both("gone");
        await _app.Kill();
        await Again(("east", environment.Docker));
        west = new TestService(environment, west.Uuid, west.Name, _app);

        await west.Post("redeploy/");
        var first = (await west.ListActions())[0];
        await Says(west, first);
        await _app.Call(HttpMethod.Post, (string)first["resource_uri"]! + "cancel/");
        Assert.Equal("Canceled", (string)(await west.WaitForEnd())["state"]!);

        await west.Post("redeploy/");
        await Says(west, (await west.ListActions())[0]);
        await _app.Kill();
        await Again(("east", environment.Docker), ("west", _west));
        west = new TestService(environment, west.Uuid, west.Name, _app);
        Assert.Equal("Success", (string)(await west.WaitForEnd())["state"]!);
        Assert.Equal((0, 1), (await Containers(environment.Docker, west), await Containers(_west, west)));

        static Task Says(TestService service, JsonNode action) =>
            Eventually.Until(
                async () =>
                    (await service.ReadLog(action)).Contains(
                        "No AutoDeploy process reaches the engine \"west\". Waiting for one that does.",
                        StringComparison.Ordinal
                    ),
                "it says so"
            );
    }

    [Fact]
    public async Task A_service_whose_engine_is_gone_for_good_can_be_terminated_by_force()
    {
        var (east, west) = await Both("forever");
        await _app.Kill();
        await Again(("east", environment.Docker));
        (east, west) = (new TestService(environment, east.Uuid, east.Name, _app), new TestService(environment, west.Uuid, west.Name, _app));

        // without force it waits, and can be canceled
        await _app.Call(HttpMethod.Delete, $"{Services}{west.Uuid}/");
        await _app.Call(HttpMethod.Post, (string)(await west.ListActions())[0]["resource_uri"]! + "cancel/");
        Assert.Equal("Canceled", (string)(await west.WaitForEnd())["state"]!);

        await _app.Call(HttpMethod.Delete, $"{Services}{west.Uuid}/?force=true");
        var action = await west.WaitForEnd();
        Assert.Equal(
            ("Success", $"{west.Name} is terminated. The engine \"west\" does not answer: what the service has there is left."),
            ((string)action["state"]!, (string)action["result"]!)
        );
        Assert.Equal(("Terminated", 1), (await west.GetState(), await Containers(_west, west)));

        // one that answers is cleaned up, force or not
        await _app.Call(HttpMethod.Delete, $"{Services}{east.Uuid}/?force=true");
        Assert.Equal("Success", (string)(await east.WaitForEnd())["state"]!);
        Assert.Equal(("Terminated", 0), (await east.GetState(), await Containers(environment.Docker, east)));
    }

    [Fact]
    public async Task What_is_wrong_with_an_engines_settings_ends_the_start_with_a_sentence_and_code_2()
    {
        var settings = new Dictionary<string, string>
        {
            ["AutoDeploy__Engines__far__Url"] = "tcp://far:2376",
            ["AutoDeploy__Engines__far__CertPath"] = "/nowhere",
        };
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            AutoDeployProcess.Start("unix:///nowhere", environment: settings, cluster: ClusterShape.OneProcess)
        );
        Assert.Equal(
            "autodeploy.dll ended with code 2:\nThe engine far cannot be used: The file /nowhere/ca.pem is missing; expected "
                + "ca.pem, cert.pem and key.pem there.\n",
            failure.Message
        );
    }

    private static async Task<int> Containers(DockerDaemon engine, TestService service) =>
        (await engine.Cli("ps", "-a", "-q", "--filter", $"label=autodeploy.service={service.Uuid}"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Length;

    /// <summary>What the service's only container says, asked from inside.</summary>
    private static async Task<string> Serves(DockerDaemon engine, TestService service) =>
        await engine.Cli(
            "exec",
            await engine.Cli("ps", "-q", "--filter", $"label=autodeploy.service={service.Uuid}"),
            "wget",
            "-q",
            "-O",
            "-",
            "http://127.0.0.1:8080/"
        );

    /// <summary>A service on each engine, with one image.</summary>
    private async Task<(TestService East, TestService West)> Both(string what)
    {
        var name = TestEnvironment.CreateName(what);
        await TestImage.HealthyWeb("v1").Push(environment.QuietRegistry, name, "latest");
        var services = new List<TestService>();
        foreach (var engine in (string[])["east", "west"])
        {
            // the name of the first is the image's
            var own = services.Count == 0 ? name : $"{name}-{engine}";
            var body = new
            {
                name = own,
                image = $"{environment.QuietRegistry.Host}/{name}:latest",
                autoredeploy = true,
                engine,
            };
            var service = new TestService(environment, (string)(await _app.Call(HttpMethod.Post, Services, body))["uuid"]!, own, _app);
            await service.Post("start/");
            var started = await service.WaitForEnd();
            Assert.True((string)started["state"]! == "Success", await service.ReadLog(started));
            services.Add(service);
        }

        return (services[0], services[1]);
    }

    private async Task Push(string name, string version)
    {
        var digest = await TestImage.HealthyWeb(version).Push(environment.QuietRegistry, name, "latest");
        await _app.Call(HttpMethod.Post, _hook, new { image = $"{environment.QuietRegistry.Host}/{name}:latest", digest });
    }

    private async Task Again(params (string Name, DockerDaemon Engine)[] engines)
    {
        await _app.DisposeAsync();
        _app = await Start(engines);
    }

    private Task<AutoDeployProcess> Start(params (string Name, DockerDaemon Engine)[] engines) =>
        AutoDeployProcess.Start(
            "unix:///nowhere",
            _data,
            engines.ToDictionary(engine => $"AutoDeploy__Engines__{engine.Name}", engine => engine.Engine.Host),
            cluster: ClusterShape.OneProcess
        );
}
