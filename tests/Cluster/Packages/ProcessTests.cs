using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AutoDeploy.EndToEnd.Tests;
using AutoDeploy.Fixtures;

namespace AutoDeploy.Cluster.Tests;

/// <summary>The processes of a cluster come and go, in good order and not; no push and no deployment does.</summary>
[Collection(nameof(ClusterWorld))]
public sealed class ProcessTests(ClusterWorld world) : IAsyncLifetime
{
    private const int Many = 6;

    private AutoDeployProcess App => world.App;

    public Task InitializeAsync() => world.Mend();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Killed_while_it_deploys_a_silo_is_replaced_by_another()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => world.Running("killed")));
        var client = await world.Loop(services[0].Name);
        await DeployOn(App.Silos[0], services);

        await App.Silos[0].Kill();
        await Wait.Until(async () => (await Logs(services)).Any(log => log.Contains("Taken up again", StringComparison.Ordinal)), "another silo takes over", TimeSpan.FromSeconds(45));
        await Task.WhenAll(services.Select(BecomeHealthy));
        await Task.WhenAll(services.Select(service => Deployed(service, "v2")));
        Assert.Equal(0, (await client.Stop()).Failed);
        await App.Silos[0].Start();
    }

    [Fact]
    public async Task Stopped_while_it_deploys_a_silo_hands_over_at_once()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => world.Running("stopped")));
        await DeployOn(App.Silos[1], services);

        Assert.Equal(0, await App.Silos[1].Stop());
        await Wait.Until(async () => (await Logs(services)).Any(log => log.Contains("Taken up again", StringComparison.Ordinal)), "another silo takes over", TimeSpan.FromSeconds(20));
        await Task.WhenAll(services.Select(BecomeHealthy));
        await Task.WhenAll(services.Select(service => Deployed(service, "v2")));
        await App.Silos[1].Start();
    }

    [Fact]
    public async Task A_silo_that_comes_back_after_it_was_given_up_does_no_harm_and_ends_itself()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => world.Running("frozen")));
        var client = await world.Loop(services[0].Name);
        await DeployOn(App.Silos[0], services);
        App.Silos[0].Freeze();
        await Wait.Until(async () => (await Logs(services)).Any(log => log.Contains("Taken up again", StringComparison.Ordinal)), "another silo takes over", TimeSpan.FromSeconds(90));

        // for a moment both are at the same deployments
        App.Silos[0].Thaw();
        await Task.WhenAll(services.Select(BecomeHealthy));
        await Task.WhenAll(services.Select(service => Deployed(service, "v2", alone: false)));
        Assert.Equal(0, (await client.Stop()).Failed);
        await Wait.Until(() => App.Silos[0].HasExited, "it has ended itself", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Without_any_silo_pushes_are_taken_and_what_cannot_be_done_is_said()
    {
        var service = await world.Running("alone");
        await Task.WhenAll(App.Silos.Select(silo => silo.Kill()));
        var (status, answer) = await App.Send(HttpMethod.Get, $"/api/app/v1/service/{service.Uuid}/");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "No silo answers at the moment; try again later."), (status, (string)answer["error"]!));

        // told by hand: the registry tells the first API
        var digest = await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, service.Name, "latest");
        Assert.Equal(HttpStatusCode.Accepted, (await Tell(App.Apis[1], service, digest)).Status);
        await App.Apis[1].Kill();
        await Task.WhenAll(App.Silos.Select(silo => silo.Start()));
        await App.Apis[1].Start();
        await Wait.Until(async () => (await App.Send(HttpMethod.Get, "/readyz")).Status == HttpStatusCode.OK, "the silos are found again", TimeSpan.FromSeconds(60));
        await Deployed(service, "v2");
    }

    [Fact]
    public async Task An_API_is_there_before_any_silo()
    {
        await Task.WhenAll(App.Silos.Select(silo => silo.Stop()));
        await App.Apis[0].Stop();
        await App.Apis[0].Start();
        Assert.Equal(HttpStatusCode.OK, (await App.Send(HttpMethod.Get, "/api/app/v1/hook/")).Status);
        var (status, ready) = await App.Send(HttpMethod.Get, "/readyz");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "ok", "does not answer"), (status, (string)ready["ledger"]!, (string)ready["cluster"]!));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await App.Send(HttpMethod.Post, "/api/app/v1/service/", new { name = World.Name("early"), image = "acme/early" })).Status);
        await Task.WhenAll(App.Silos.Select(silo => silo.Start()));
        await world.Running("early");
    }

    [Fact]
    public async Task While_PostgreSQL_is_away_everything_waits_for_it()
    {
        var service = await world.Running("away");
        await service.Push(TestImage.HealthyOnFile("v2"));
        await Wait.Until(async () => await Running(service) == 2, "it is being deployed");
        await world.Postgres.Kill();
        var away = Stopwatch.StartNew();
        await BecomeHealthy(service);
        while (away.Elapsed < TimeSpan.FromSeconds(20))
        {
            var (status, _) = await Tell(App.Apis[0], service, $"sha256:{new string('a', 64)}");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.True(await App.Apis[0].Answers("/healthz"));
            Assert.False(await App.Silos[0].Answers("/readyz"));
            await Task.Delay(500);
        }

        await world.Postgres.StartAgain();
        await Wait.Until(async () => await App.Apis[0].Answers("/readyz") && await App.Silos[0].Answers("/readyz") && await App.Silos[1].Answers("/readyz"), "all is ready again", TimeSpan.FromSeconds(60));
        Assert.All(App.Silos, silo => Assert.False(silo.HasExited));
        await Deployed(service, "v2");
        await service.Push(TestImage.HealthyWeb("v3"));
        await Deployed(service, "v3", 2);
    }

    [Fact]
    public async Task All_silos_and_APIs_are_restarted_one_by_one_under_a_stream_of_pushes()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => world.Running("rolling")));
        var client = await world.Loop(services[0].Name);
        using var enough = new CancellationTokenSource();
        var streams = services.Select(service => Stream(service, enough.Token)).ToList();

        foreach (var process in (ProductProcess[])[.. App.Silos, .. App.Apis])
        {
            Assert.Equal(0, await process.Stop());
            await process.Start();
            await Wait.Until(() => process.Answers("/readyz"), "it is ready", TimeSpan.FromSeconds(60));
        }

        await enough.CancelAsync();
        var sent = await Task.WhenAll(streams);
        for (var i = 0; i < services.Length; i++)
        {
            var (service, count) = (services[i], sent[i]);
            Assert.True(count > 3, $"only {count} pushes were sent");
            var verdicts = await Wait.For(
                async () => (await App.Get($"/api/app/v1/service/{service.Uuid}/verdict/?limit=100"))["objects"]!.AsArray() is { } all && all.Count >= count ? all : null,
                $"{count} verdicts of {service.Name}");
            Assert.Equal(count, verdicts.Count);
            await service.Ended();
            Assert.Equal($"v{count + 1}", await service.Ask());
            Assert.Single(await service.Containers());
            Assert.All(await service.Actions(), action => Assert.Contains((string)action["state"]!, (string[])["Success", "Canceled"]));
        }

        Assert.Equal(0, (await client.Stop()).Failed);
    }

    /// <summary>Pushes versions, v2 and on, until it is enough; an API that is down is not asked again and again, but the other one.</summary>
    /// <returns>So many.</returns>
    private async Task<int> Stream(TestService service, CancellationToken enough)
    {
        var count = 0;
        while (!enough.IsCancellationRequested && count < 60)
        {
            var digest = await TestImage.HealthyWeb($"v{count + 2}").Push(world.QuietRegistry, service.Name, "latest");
            var id = Guid.NewGuid().ToString();
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    var (status, answer) = await Tell(App.Apis[attempt % 2], service, digest, id);
                    if ((int)status < 300)
                        break;
                    Assert.True(attempt < 100, $"{status} {answer}");
                }
                catch (Exception e) when (attempt < 100 && e is HttpRequestException or SocketException)
                {
                    // stopped, or not started yet
                }

                await Task.Delay(100, CancellationToken.None);
            }

            count++;
            await Task.Delay(1000, CancellationToken.None);
        }

        return count;
    }

    /// <summary>Has one silo begin all deployments, and waits until as many as can at a time wait for their new containers to be healthy.</summary>
    private async Task DeployOn(ProductProcess silo, IReadOnlyList<TestService> services)
    {
        var others = App.Silos.Where(other => other != silo).ToList();
        await Task.WhenAll(others.Select(other => other.Stop()));
        await Task.WhenAll(services.Select(service => service.Push(TestImage.HealthyOnFile("v2"))));
        await Wait.Until(async () => (await Task.WhenAll(services.Select(Running))).Count(running => running == 2) == 4, "four are being deployed");
        await Task.WhenAll(others.Select(other => other.Start()));
    }

    private static async Task<int> Running(TestService service) => (await service.Containers()).Count(c => (string)c["State"]! == "running");

    private async Task BecomeHealthy(TestService service)
    {
        // its container may still have to be made
        await Wait.Until(async () => await Running(service) == 2, $"{service.Name} has two containers", TimeSpan.FromSeconds(60));
        await service.Touch("/tmp/healthy");
    }

    /// <summary>One deployment for each push, which succeeded; and nothing is left of the rest.</summary>
    /// <param name="alone">Two silos cannot have been at it at once; those who were both tell of what they find done.</param>
    private static async Task Deployed(TestService service, string version, int pushes = 1, bool alone = true)
    {
        var action = await service.Deployed(pushes);
        Assert.Equal(version, await service.Ask());
        Assert.Single(await service.Containers());
        Assert.Equal(1 + pushes, (await service.Actions()).Count);
        var log = await service.Log(action);
        if (alone)
            Assert.Equal(1, log.Split("serves as").Length + log.Split("Switched").Length - 2);
    }

    private static async Task<string[]> Logs(IEnumerable<TestService> services) =>
        await Task.WhenAll(services.Select(async service => (await service.Actions()) is [var newest, ..] ? await service.Log(newest) : ""));

    private async Task<(HttpStatusCode Status, JsonNode Answer)> Tell(ProductProcess api, TestService service, string digest, string? id = null)
    {
        using var http = AutoDeployProcess.HttpOf(api);
        using var answer = await http.PostAsJsonAsync(new Uri(world.Hook, UriKind.Relative), world.Delivery(service.Name, "latest", digest, id));
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }
}
