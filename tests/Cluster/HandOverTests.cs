using AutoDeploy.EndToEnd.Tests;
using AutoDeploy.Testing;

namespace AutoDeploy.Cluster.Tests;

/// <summary>A silo goes while it deploys, in good order and not; another one goes on with that.</summary>
public sealed class HandOverTests(ClusterFixture world) : IClassFixture<ClusterFixture>, IAsyncLifetime
{
    private const int Many = 6;

    private AutoDeployProcess App => world.App;

    public Task InitializeAsync() => world.RestoreProcesses();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Killed_while_it_deploys_a_silo_is_replaced_by_another()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => world.CreateRunningService("killed")));
        var client = await world.StartClient(services[0].Name);
        await DeployOn(App.Silos[0], services);

        await App.Silos[0].Kill();
        await Eventually.Until(
            async () => (await Logs(services)).Any(log => log.Contains("Taken up again", StringComparison.Ordinal)),
            "another silo takes over",
            TimeSpan.FromSeconds(45)
        );
        await Task.WhenAll(services.Select(service => service.Touch("/tmp/healthy")));
        await Task.WhenAll(services.Select(service => ClusterFixture.WaitForDeployment(service, "v2")));
        Assert.Equal(0, (await client.Stop()).Failed);
        await App.Silos[0].Start();
    }

    [Fact]
    public async Task Stopped_while_it_deploys_a_silo_hands_over_at_once()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => world.CreateRunningService("stopped")));
        await DeployOn(App.Silos[1], services);

        Assert.Equal(0, await App.Silos[1].Stop());
        await Eventually.Until(
            async () => (await Logs(services)).Any(log => log.Contains("Taken up again", StringComparison.Ordinal)),
            "another silo takes over",
            TimeSpan.FromSeconds(20)
        );
        await Task.WhenAll(services.Select(service => service.Touch("/tmp/healthy")));
        await Task.WhenAll(services.Select(service => ClusterFixture.WaitForDeployment(service, "v2")));
        await App.Silos[1].Start();
    }

    [Fact]
    public async Task A_silo_that_comes_back_after_it_was_given_up_does_no_harm_and_ends_itself()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => world.CreateRunningService("frozen")));
        var client = await world.StartClient([.. services.Select(service => service.Name)]);
        await DeployOn(App.Silos[0], services);
        App.Silos[0].Freeze();
        await Eventually.Until(
            async () => (await Logs(services)).Any(log => log.Contains("Taken up again", StringComparison.Ordinal)),
            "another silo takes over",
            TimeSpan.FromSeconds(90)
        );

        // for a moment both are at the same deployments
        App.Silos[0].Thaw();
        await Task.WhenAll(services.Select(service => service.Touch("/tmp/healthy")));
        await Task.WhenAll(services.Select(service => ClusterFixture.WaitForDeployment(service, "v2", alone: false)));
        Assert.Equal(0, (await client.Stop()).Failed);
        await Eventually.Until(() => App.Silos[0].HasExited, "it has ended itself", TimeSpan.FromSeconds(60));
    }

    /// <summary>
    /// Has one silo begin all deployments, and waits until as many as can at a time wait for their new containers to be healthy.
    /// </summary>
    private async Task DeployOn(ProductProcess silo, IReadOnlyList<TestService> services)
    {
        var others = App.Silos.Where(other => other != silo).ToList();
        await Task.WhenAll(others.Select(other => other.Stop()));
        await Task.WhenAll(services.Select(service => service.Push(TestImage.HealthyOnFile("v2"))));
        await Eventually.Until(
            async () =>
                (await Task.WhenAll(services.Select(service => service.CountRunningContainers()))).Count(running => running == 2) == 4,
            "four are being deployed"
        );
        await Task.WhenAll(others.Select(other => other.Start()));
    }

    private static async Task<string[]> Logs(IEnumerable<TestService> services) =>
        await Task.WhenAll(
            services.Select(async service => (await service.ListActions()) is [var newest, ..] ? await service.ReadLog(newest) : "")
        );
}
