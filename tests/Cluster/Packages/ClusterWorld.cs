using AutoDeploy.EndToEnd.Tests;
using AutoDeploy.Fixtures;

namespace AutoDeploy.Cluster.Tests;

/// <summary>Two silos and two APIs as processes, on a PostgreSQL that can be killed; and the rest of the world as anywhere.</summary>
public sealed class ClusterWorld : World, IAsyncLifetime
{
    private ClusterShape? _shape;

    public PostgresServer Postgres => _shape!.Postgres!;

    protected override ClusterShape? Shape => _shape;

    /// <summary>Starts what a test has left dead.</summary>
    public async Task Mend()
    {
        if (!await Postgres.Answers())
            await Postgres.StartAgain();
        // one that the others have given up may find that out, and end, at any moment
        await Wait.Until(
            async () =>
            {
                var all = App.Silos.Concat(App.Apis).ToList();
                await Task.WhenAll(all.Where(process => process.HasExited).Select(process => process.Start()));
                return (await Task.WhenAll(all.Select(process => process.Answers("/readyz")))).All(ready => ready);
            },
            "all is ready",
            TimeSpan.FromSeconds(90));
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

[CollectionDefinition(nameof(ClusterWorld))]
public sealed class ClusterWorldCollection : ICollectionFixture<ClusterWorld>;
