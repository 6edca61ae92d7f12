using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoDeploy.EndToEnd.Tests;
using AutoDeploy.Testing;

namespace AutoDeploy.Cluster.Tests;

/// <summary>Two silos and two APIs as processes, on a PostgreSQL that can be killed; and the rest of the world as anywhere.</summary>
public sealed class ClusterFixture : TestEnvironment, IAsyncLifetime
{
    private ClusterShape? _shape;

    public PostgresServer Postgres => _shape!.Postgres!;

    protected override ClusterShape? Shape => _shape;

    /// <summary>Starts what a test has left dead.</summary>
    public async Task RestoreProcesses()
    {
        if (!await Postgres.Answers())
            await Postgres.StartAgain();
        // one that the others have given up may find that out, and end, at any moment
        await Eventually.Until(
            async () =>
            {
                var all = App.Silos.Concat(App.Apis).ToList();
                await Task.WhenAll(all.Where(process => process.HasExited).Select(process => process.Start()));
                return (await Task.WhenAll(all.Select(process => process.Answers("/readyz")))).All(ready => ready);
            },
            "all is ready",
            TimeSpan.FromSeconds(90)
        );
    }

    /// <summary>One deployment for each push, which succeeded; and nothing is left of the rest.</summary>
    /// <param name="alone">Two silos cannot have been at it at once; those who were both tell of what they find done.</param>
    public static async Task WaitForDeployment(TestService service, string version, int pushes = 1, bool alone = true)
    {
        var action = await service.WaitForDeployment(pushes);
        Assert.Equal(version, await service.AskService());
        Assert.Single(await service.ListContainers());
        Assert.Equal(1 + pushes, (await service.ListActions()).Count);
        var log = await service.ReadLog(action);
        if (alone)
            Assert.Equal(1, log.Split("serves as").Length + log.Split("Switched").Length - 2);
    }

    /// <summary>Tells one API of a push.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Answer)> SendDelivery(
        ProductProcess api,
        TestService service,
        string digest,
        string? id = null
    )
    {
        using var http = AutoDeployProcess.HttpOf(api);
        using var answer = await http.PostAsJsonAsync(new Uri(Hook, UriKind.Relative), CreateDelivery(service.Name, "latest", digest, id));
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    async Task IAsyncLifetime.InitializeAsync()
    {
        _shape = new ClusterShape(2, 2, await PostgresServer.Start());
        await InitializeAsync();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
