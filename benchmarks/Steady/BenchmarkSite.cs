using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.Benchmarks.Steady;

/// <summary>AutoDeploy as a process and a registry, whose pushes it is told of.</summary>
internal sealed class BenchmarkSite : IAsyncDisposable
{
    private readonly string _hook;

    private BenchmarkSite(AutoDeployProcess app, RegistryServer registry, string hook)
    {
        App = app;
        Registry = registry;
        _hook = hook;
    }

    public AutoDeployProcess App { get; }

    public RegistryServer Registry { get; }

    /// <param name="app">Belongs to the site from now on.</param>
    public static async Task<BenchmarkSite> Start(AutoDeployProcess app) =>
        new(
            app,
            await RegistryServer.Start(),
            new Uri((string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry" }))["url"]!).PathAndQuery
        );

    /// <summary>A service that follows an image of its name, with autoredeploy on, and runs; answers its path.</summary>
    public async Task<string> Running(string name, TestImage image)
    {
        await image.Push(Registry, name, "latest");
        var created = await App.Call(
            HttpMethod.Post,
            "/api/app/v1/service/?start=true",
            new
            {
                name,
                image = $"{Registry.Host}/{name}:latest",
                autoredeploy = true,
                stop_timeout = 2,
                stable_seconds = 0,
            }
        );
        var service = (string)created["resource_uri"]!;
        await Eventually.Until(async () => (string)(await App.Get(service))["state"]! == "Running", $"{name} runs");
        return service;
    }

    /// <summary>Pushes an image and tells of it; answers the digest.</summary>
    public async Task<string> Push(string name, TestImage image)
    {
        var digest = await image.Push(Registry, name, "latest");
        await App.Call(HttpMethod.Post, _hook, RegistryNotificationBody.Of(Registry.Host, name, "latest", digest));
        return digest;
    }

    /// <summary>Waits until the service runs that and nothing goes on.</summary>
    public Task Deployed(string service, string digest) =>
        Eventually.Until(
            async () =>
                await App.Get(service) is var now
                && (string)now["state"]! == "Running"
                && (string?)now["current_version"]?["digest"] == digest,
            $"{service} runs {digest}",
            TimeSpan.FromMinutes(2)
        );

    /// <summary>All its actions, newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> Actions(string service)
    {
        var actions = new List<JsonNode>();
        int total;
        do
        {
            var page = await App.Get($"/api/audit/v1/action/?object={Uri.EscapeDataString(service)}&limit=100&offset={actions.Count}");
            total = (int)page["meta"]!["total_count"]!;
            actions.AddRange(page["objects"]!.AsArray().Select(a => a!));
        } while (actions.Count < total);
        return actions;
    }

    /// <summary>Waits until its newest action is at a step, and answers its path.</summary>
    public async Task<string> At(string service, string step) =>
        (string)
            (
                await Eventually.UntilFound(
                    async () =>
                        (await Actions(service))[0] is var action && (string)action["step"]! == step && action["end_date"] is null
                            ? action
                            : null,
                    $"{service} is at {step}"
                )
            )["resource_uri"]!;

    public async Task<IReadOnlyList<string>> Log(string action) =>
        (await App.Http.GetStringAsync(new Uri(action + "log/", UriKind.Relative))).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Registry.DisposeAsync();
    }
}
