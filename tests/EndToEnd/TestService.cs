using System.Net;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>A service of a test, seen from outside: through the API and at the engine.</summary>
public sealed class TestService(TestEnvironment environment, string uuid, string name, AutoDeployProcess? app = null)
{
    private AutoDeployProcess App => app ?? environment.App;

    public string Uuid => uuid;

    public string Name => name;

    private string Path => $"/api/app/v1/service/{uuid}/";

    public Task<JsonNode> Get() => App.Get(Path);

    public async Task<string> GetState() => (string)(await Get())["state"]!;

    public Task<JsonNode> Post(string verb) => App.Call(HttpMethod.Post, Path + verb);

    public Task<(HttpStatusCode Status, JsonNode Body)> TryPost(string verb) => App.Send(HttpMethod.Post, Path + verb);

    public Task<JsonNode> Patch(object settings) => App.Call(HttpMethod.Patch, Path, settings);

    public Task<JsonNode> Terminate(string query = "") => App.Call(HttpMethod.Delete, Path + query);

    /// <summary>Pushes a version under its tag; answers the digest.</summary>
    public Task<string> Push(TestImage image, string tag = "latest") => image.Push(environment.Registry, name, tag);

    /// <summary>Waits until so many pushes were judged, and answers the verdicts, newest first.</summary>
    public Task<JsonArray> WaitForVerdicts(int count) =>
        Eventually.UntilFound(
            async () =>
                (await App.Get(Path + "verdict/"))["objects"]!.AsArray() is { } verdicts && verdicts.Count >= count ? verdicts : null,
            $"{count} verdicts of {name}"
        );

    public static (string Verdict, string Reason) ReadJudgement(JsonNode? verdict) =>
        ((string)verdict!["verdict"]!, (string)verdict["reason"]!);

    /// <summary>The only push so far is skipped; answers the sentence.</summary>
    public async Task<string> WaitForSkip(string reason)
    {
        var verdict = (await WaitForVerdicts(1)).Single()!;
        Assert.Equal(("skip", reason), ReadJudgement(verdict));
        Assert.Null(verdict["action"]);
        return (string)verdict["detail"]!;
    }

    /// <summary>Its actions, newest first.</summary>
    public async Task<List<JsonNode>> ListActions() =>
        [.. (await App.Get($"/api/audit/v1/action/?object={Uri.EscapeDataString(Path)}&limit=100"))["objects"]!.AsArray().Select(a => a!)];

    /// <summary>Waits until nothing goes on, and answers its newest action.</summary>
    public async Task<JsonNode> WaitForEnd()
    {
        List<JsonNode> actions = [];
        await Eventually.Until(
            async () =>
                (actions = await ListActions()).Count > 0
                && actions.All(a => (string)a["state"]! is "Success" or "Failed" or "Canceled")
                && await GetState() is "Running" or "Stopped" or "Partly running" or "Not running" or "Terminated",
            $"nothing goes on with {name}",
            TimeSpan.FromSeconds(90)
        );
        return actions[0];
    }

    /// <summary>Waits until what the last of so many pushes led to has ended, and answers the newest action.</summary>
    public async Task<JsonNode> WaitForJudgement(int verdicts = 1)
    {
        await WaitForVerdicts(verdicts);
        return await WaitForEnd();
    }

    /// <summary>As <see cref="WaitForJudgement"/>; it has to have succeeded.</summary>
    public async Task<JsonNode> WaitForDeployment(int verdicts = 1)
    {
        var action = await WaitForJudgement(verdicts);
        if (
            (string)action["state"]! != "Success"
            || (string)action["action"]! != "Service Redeploy"
            || ((string)action["result"]!).Contains("could not", StringComparison.Ordinal)
        )
            Assert.Fail($"{action.ToJsonString()}\n{(await WaitForVerdicts(verdicts)).ToJsonString()}\n{await ReadLog(action)}");
        return action;
    }

    public Task<string> ReadLog(JsonNode action) =>
        App.Http.GetStringAsync(new Uri((string)action["resource_uri"]! + "log/", UriKind.Relative));

    /// <summary>Its containers at the engine, running or not.</summary>
    public async Task<List<JsonNode>> ListContainers()
    {
        var filters = Uri.EscapeDataString($$"""{"label":["autodeploy.service={{uuid}}"]}""");
        var text = await environment.Docker.Http.GetStringAsync(
            new Uri($"v1.41/containers/json?all=1&filters={filters}", UriKind.Relative)
        );
        return [.. JsonNode.Parse(text)!.AsArray().Select(c => c!)];
    }

    /// <summary>Its only container at the engine.</summary>
    public async Task<JsonNode> GetContainer() => Assert.Single(await ListContainers());

    /// <summary>The ids of its containers, to see whether they are still the same.</summary>
    public async Task<List<string>> ListContainerIds() =>
        [.. (await ListContainers()).Select(c => (string)c["Id"]!).Order(StringComparer.Ordinal)];

    /// <summary>Waits until its newest action is at a step, and answers it.</summary>
    public Task<JsonNode> WaitForStep(string step) =>
        Eventually.UntilFound(
            async () =>
                (await ListActions()).FirstOrDefault() is { } action && (string)action["step"]! == step && action["end_date"] is null
                    ? action
                    : null,
            $"{name} is at {step}"
        );

    /// <summary>Its one container that was not there before.</summary>
    public async Task<string> WaitForNewContainer(IReadOnlyCollection<string> before) =>
        (await ListContainerIds()).Single(id => !before.Contains(id));

    /// <summary>So many of its containers run.</summary>
    public async Task<int> CountRunningContainers() => (await ListContainers()).Count(c => (string)c["State"]! == "running");

    /// <summary>Waits until so many of its containers run.</summary>
    public async Task Run(int containers)
    {
        try
        {
            await Eventually.Until(async () => await CountRunningContainers() == containers, $"{containers} containers of {name} run");
        }
        catch (TimeoutException e)
        {
            var there = (await ListContainers()).Select(c => $"{c["Names"]![0]} is {c["State"]}");
            throw new TimeoutException(
                $"{e.Message}: "
                    + $"{string.Join(", ", there)}\n{string.Concat(await Task.WhenAll((await ListActions()).Take(2).Select(ReadLog)))}",
                e
            );
        }
    }

    /// <summary>Makes a file in all its containers, when so many run.</summary>
    public async Task Touch(string file, int running = 2)
    {
        await Run(running);
        // the newest, of which Docker tells first, comes last: with it the others may go
        foreach (var container in Enumerable.Reverse(await ListContainers()))
            await environment.Cli("exec", (string)container["Id"]!, "touch", file);
    }

    /// <summary>Waits until a version answers; until then nobody may.</summary>
    public Task WaitUntilServing(string version) =>
        Eventually.Until(
            async () =>
            {
                try
                {
                    return await AskService() == version;
                }
                catch (InvalidOperationException)
                {
                    return false;
                }
            },
            $"{name} serves {version}"
        );

    public Task<string> AskService() => environment.AskService(name);
}
