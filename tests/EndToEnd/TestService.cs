using System.Net;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>A service of a test, seen from outside: through the API and at the engine.</summary>
public sealed class TestService(World world, string uuid, string name, AutoDeployProcess? app = null)
{
    private AutoDeployProcess App => app ?? world.App;

    public string Uuid => uuid;

    public string Name => name;

    private string Path => $"/api/app/v1/service/{uuid}/";

    public Task<JsonNode> Get() => App.Get(Path);

    public async Task<string> State() => (string)(await Get())["state"]!;

    public Task<JsonNode> Post(string verb) => App.Call(HttpMethod.Post, Path + verb);

    public Task<(HttpStatusCode Status, JsonNode Body)> TryPost(string verb) => App.Send(HttpMethod.Post, Path + verb);

    public Task<JsonNode> Patch(object settings) => App.Call(HttpMethod.Patch, Path, settings);

    public Task<JsonNode> Terminate(string query = "") => App.Call(HttpMethod.Delete, Path + query);

    /// <summary>Pushes a version under its tag; answers the digest.</summary>
    public Task<string> Push(TestImage image, string tag = "latest") => image.Push(world.Registry, name, tag);

    /// <summary>Waits until so many pushes were judged, and answers the verdicts, newest first.</summary>
    public Task<JsonArray> Verdicts(int count) => Wait.For(
        async () => (await App.Get(Path + "verdict/"))["objects"]!.AsArray() is { } verdicts && verdicts.Count >= count ? verdicts : null,
        $"{count} verdicts of {name}");

    public static (string Verdict, string Reason) Judgement(JsonNode? verdict) => ((string)verdict!["verdict"]!, (string)verdict["reason"]!);

    /// <summary>The only push so far is skipped; answers the sentence.</summary>
    public async Task<string> Skipped(string reason)
    {
        var verdict = (await Verdicts(1)).Single()!;
        Assert.Equal(("skip", reason), Judgement(verdict));
        Assert.Null(verdict["action"]);
        return (string)verdict["detail"]!;
    }

    /// <summary>Its actions, newest first.</summary>
    public async Task<List<JsonNode>> Actions() =>
        [.. (await App.Get($"/api/audit/v1/action/?object={Uri.EscapeDataString(Path)}&limit=100"))["objects"]!.AsArray().Select(a => a!)];

    /// <summary>Waits until nothing goes on, and answers its newest action.</summary>
    public async Task<JsonNode> Ended()
    {
        List<JsonNode> actions = [];
        await Wait.Until(
            async () => (actions = await Actions()).Count > 0 && actions.All(a => (string)a["state"]! is "Success" or "Failed" or "Canceled")
                && await State() is "Running" or "Stopped" or "Partly running" or "Not running" or "Terminated",
            $"nothing goes on with {name}", TimeSpan.FromSeconds(90));
        return actions[0];
    }

    /// <summary>Waits until what the last of so many pushes led to has ended, and answers the newest action.</summary>
    public async Task<JsonNode> Judged(int verdicts = 1)
    {
        await Verdicts(verdicts);
        return await Ended();
    }

    /// <summary>As <see cref="Judged"/>; it has to have succeeded.</summary>
    public async Task<JsonNode> Deployed(int verdicts = 1)
    {
        var action = await Judged(verdicts);
        if ((string)action["state"]! != "Success" || (string)action["action"]! != "Service Redeploy"
            || ((string)action["result"]!).Contains("could not", StringComparison.Ordinal))
            Assert.Fail($"{action.ToJsonString()}\n{(await Verdicts(verdicts)).ToJsonString()}\n{await Log(action)}");
        return action;
    }

    public Task<string> Log(JsonNode action) => App.Http.GetStringAsync(new Uri((string)action["resource_uri"]! + "log/", UriKind.Relative));

    /// <summary>Its containers at the engine, running or not.</summary>
    public async Task<List<JsonNode>> Containers()
    {
        var filters = Uri.EscapeDataString($$"""{"label":["autodeploy.service={{uuid}}"]}""");
        var text = await world.Docker.Http.GetStringAsync(new Uri($"v1.41/containers/json?all=1&filters={filters}", UriKind.Relative));
        return [.. JsonNode.Parse(text)!.AsArray().Select(c => c!)];
    }

    /// <summary>Its only container at the engine.</summary>
    public async Task<JsonNode> Container() => Assert.Single(await Containers());

    /// <summary>The ids of its containers, to see whether they are still the same.</summary>
    public async Task<List<string>> Ids() => [.. (await Containers()).Select(c => (string)c["Id"]!).Order(StringComparer.Ordinal)];

    /// <summary>Waits until its newest action is at a step, and answers it.</summary>
    public Task<JsonNode> At(string step) => Wait.For(
        async () => (await Actions()).FirstOrDefault() is { } action && (string)action["step"]! == step && action["end_date"] is null ? action : null,
        $"{name} is at {step}");

    /// <summary>Its one container that was not there before.</summary>
    public async Task<string> Fresh(IReadOnlyCollection<string> before) => (await Ids()).Single(id => !before.Contains(id));

    /// <summary>So many of its containers run.</summary>
    public async Task<int> RunningContainers() => (await Containers()).Count(c => (string)c["State"]! == "running");

    /// <summary>Waits until so many of its containers run.</summary>
    public async Task Run(int containers)
    {
        try
        {
            await Wait.Until(async () => await RunningContainers() == containers, $"{containers} containers of {name} run");
        }
        catch (TimeoutException e)
        {
            var there = (await Containers()).Select(c => $"{c["Names"]![0]} is {c["State"]}");
            throw new TimeoutException($"{e.Message}: {string.Join(", ", there)}\n{string.Concat(await Task.WhenAll((await Actions()).Take(2).Select(Log)))}", e);
        }
    }

    /// <summary>Makes a file in all its containers, when so many run.</summary>
    public async Task Touch(string file, int running = 2)
    {
        await Run(running);
        // the newest, of which Docker tells first, comes last: with it the others may go
        foreach (var container in Enumerable.Reverse(await Containers()))
            await world.Cli("exec", (string)container["Id"]!, "touch", file);
    }

    /// <summary>Waits until a version answers; until then nobody may.</summary>
    public Task Serves(string version) => Wait.Until(
        async () =>
        {
            try
            {
                return await Ask() == version;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        },
        $"{name} serves {version}");

    public Task<string> Ask() => world.Ask(name);
}
