using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AutoDeploy.EndToEnd.Tests;
using AutoDeploy.Testing;

namespace AutoDeploy.Cluster.Tests;

/// <summary>Processes of a cluster and its database are away for a while; no push and no deployment is lost.</summary>
public sealed class OutageTests(ClusterFixture world) : IClassFixture<ClusterFixture>, IAsyncLifetime
{
    private AutoDeployProcess App => world.App;

    public Task InitializeAsync() => world.RestoreProcesses();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Without_any_silo_pushes_are_taken_and_what_cannot_be_done_is_said()
    {
        var service = await world.CreateRunningService("alone");
        await Task.WhenAll(App.Silos.Select(silo => silo.Kill()));
        var (status, answer) = await App.Send(HttpMethod.Get, $"/api/app/v1/service/{service.Uuid}/");
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "No silo answers at the moment; try again later."),
            (status, (string)answer["error"]!)
        );

        // told by hand: the registry tells the first API
        var digest = await TestImage.HealthyWeb("v2").Push(world.QuietRegistry, service.Name, "latest");
        Assert.Equal(HttpStatusCode.Accepted, (await world.SendDelivery(App.Apis[1], service, digest)).Status);
        await App.Apis[1].Kill();
        await Task.WhenAll(App.Silos.Select(silo => silo.Start()));
        await App.Apis[1].Start();
        await Eventually.Until(
            async () => (await App.Send(HttpMethod.Get, "/readyz")).Status == HttpStatusCode.OK,
            "the silos are found again",
            TimeSpan.FromSeconds(60)
        );
        await ClusterFixture.WaitForDeployment(service, "v2");
    }

    [Fact]
    public async Task An_API_is_there_before_any_silo()
    {
        await Task.WhenAll(App.Silos.Select(silo => silo.Stop()));
        await App.Apis[0].Stop();
        await App.Apis[0].Start();
        Assert.Equal(HttpStatusCode.OK, (await App.Send(HttpMethod.Get, "/api/app/v1/hook/")).Status);
        await Eventually.Until(
            async () =>
                await App.Send(HttpMethod.Get, "/readyz") is (HttpStatusCode.ServiceUnavailable, var ready)
                && ((string)ready["ledger"]!, (string)ready["cluster"]!) == ("ok", "does not answer"),
            "it says what is missing"
        );
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (
                await App.Send(
                    HttpMethod.Post,
                    "/api/app/v1/service/",
                    new { name = TestEnvironment.CreateName("early"), image = "acme/early" }
                )
            ).Status
        );
        await Task.WhenAll(App.Silos.Select(silo => silo.Start()));
        await world.CreateRunningService("early");
    }

    [Fact]
    public async Task While_PostgreSQL_is_away_everything_waits_for_it()
    {
        var service = await world.CreateRunningService("away");
        await service.Push(TestImage.HealthyOnFile("v2"));
        await service.Run(2);
        await world.Postgres.Kill();
        var away = Stopwatch.StartNew();
        await service.Touch("/tmp/healthy");
        while (away.Elapsed < TimeSpan.FromSeconds(20))
        {
            var (status, _) = await world.SendDelivery(App.Apis[0], service, $"sha256:{new string('a', 64)}");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.True(await App.Apis[0].Answers("/healthz"));
            Assert.False(await App.Silos[0].Answers("/readyz"));
            await Task.Delay(500);
        }

        await world.Postgres.StartAgain();
        await Eventually.Until(
            async () =>
                await App.Apis[0].Answers("/readyz") && await App.Silos[0].Answers("/readyz") && await App.Silos[1].Answers("/readyz"),
            "all is ready again",
            TimeSpan.FromSeconds(60)
        );
        Assert.All(App.Silos, silo => Assert.False(silo.HasExited));
        await ClusterFixture.WaitForDeployment(service, "v2");
        await service.Push(TestImage.HealthyWeb("v3"));
        await ClusterFixture.WaitForDeployment(service, "v3", 2);
    }

    [Fact]
    public async Task All_silos_and_APIs_are_restarted_one_by_one_under_a_stream_of_pushes()
    {
        var services = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => world.CreateRunningService("rolling")));
        var client = await world.StartClient(services[0].Name);
        using var enough = new CancellationTokenSource();
        var streams = services.Select(service => Stream(service, enough.Token)).ToList();

        foreach (var process in (ProductProcess[])[.. App.Silos, .. App.Apis])
        {
            Assert.Equal(0, await process.Stop());
            await process.Start();
            await Eventually.Until(() => process.Answers("/readyz"), "it is ready", TimeSpan.FromSeconds(60));
        }

        await enough.CancelAsync();
        var sent = await Task.WhenAll(streams);
        for (var i = 0; i < services.Length; i++)
        {
            var (service, count) = (services[i], sent[i]);
            Assert.True(count > 3, $"only {count} pushes were sent");
            var verdicts = await Eventually.UntilFound(
                async () =>
                    (await App.Get($"/api/app/v1/service/{service.Uuid}/verdict/?limit=100"))["objects"]!.AsArray() is { } all
                    && all.Count >= count
                        ? all
                        : null,
                $"{count} verdicts of {service.Name}"
            );
            Assert.Equal(count, verdicts.Count);
            await service.WaitForEnd();
            Assert.Equal($"v{count + 1}", await service.AskService());
            Assert.Single(await service.ListContainers());
            Assert.All(await service.ListActions(), action => Assert.Contains((string)action["state"]!, (string[])["Success", "Canceled"]));
        }

        Assert.Equal(0, (await client.Stop()).Failed);
    }

    /// <summary>
    /// Pushes versions, v2 and on, until it is enough; an API that is down is not asked again and again, but the other one.
    /// </summary>
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
                    var (status, answer) = await world.SendDelivery(App.Apis[attempt % 2], service, digest, id);
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
}
