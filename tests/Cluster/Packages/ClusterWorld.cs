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
        await Task.WhenAll(App.Silos.Concat(App.Apis).Where(process => process.HasExited).Select(process => process.Start()));
        foreach (var process in App.Silos.Concat(App.Apis))
            await Wait.Until(() => process.Answers("/readyz"), "all is ready", TimeSpan.FromSeconds(60));
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
