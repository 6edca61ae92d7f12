using System.Net;
using AutoDeploy.Testing;
using Npgsql;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>The one process of the embedded shape, with its records in PostgreSQL.</summary>
[Collection(TestEnvironment.SteeringCollectionName)]
public class PostgresFixtureTests(TestEnvironment world)
{
    [Fact]
    public async Task A_deployment_that_another_process_has_taken_up_is_left_to_it()
    {
        await using var postgres = await PostgresServer.Start(new PostgresServerOptions { Fsync = false });
        await using var app = await AutoDeployProcess.Start(
            world.Docker.Host,
            environment: new Dictionary<string, string> { ["AUTODEPLOY_POSTGRES"] = postgres.ConnectionString() }
        );
        var service = await world.CreateRunningService("taken", app: app, host: world.QuietRegistry.Host);
        await TestImage.HealthyOnFile("v2").Push(world.QuietRegistry, service.Name, "latest");
        await app.Call(HttpMethod.Post, $"/api/app/v1/service/{service.Uuid}/redeploy/");
        await service.Run(2);

        await postgres.Execute("UPDATE deployments SET taken_up = taken_up + 1, open = 0 WHERE open = 1"); // which no sweep here finds
        await service.Touch("/tmp/healthy");
        await Eventually.Until(() => app.Output.Contains("was acquired by another process", StringComparison.Ordinal));
        Assert.Equal("v1", await service.AskService());
        Assert.Equal(2, (await service.ListContainers()).Count);

        // there is no such process: it is taken up again by the next sweep, which the start does
        await app.Kill();
        await postgres.Execute("UPDATE deployments SET open = 1 WHERE ended IS NULL");
        await app.Start();
        await service.WaitForEnd();
        Assert.Equal("v2", await service.AskService());
        Assert.Single(await service.ListContainers());
    }

    [Fact]
    public async Task Pushes_are_deployed_and_none_that_was_acknowledged_is_lost_when_the_server_is_killed()
    {
        await using var postgres = await PostgresServer.Start();
        var environment = new Dictionary<string, string>
        {
            ["AUTODEPLOY_POSTGRES"] =
                $"postgres://{PostgresServer.User}:{Uri.EscapeDataString(PostgresServer.Password)}@127.0.0.1:{postgres.Port}/postgres",
            ["AUTODEPLOY_HOOK_RATE"] = "0",
        };
        await using var app = await AutoDeployProcess.Start(world.Docker.Host, environment: environment);
        var hook = new Uri((string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "image" }))["url"]!).PathAndQuery;
        var service = await world.CreateRunningService("postgres", app: app, host: world.QuietRegistry.Host);
        await Deploy("v2", 1);

        using var stop = new CancellationTokenSource();
        List<string> acknowledged = [];
        List<HttpStatusCode> others = [];
        var pushing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var (status, _) = await app.Send(HttpMethod.Post, hook, new { image = $"registry.example.com/acme/kept:{i}" });
                lock (others)
                {
                    if (status == HttpStatusCode.Accepted)
                        acknowledged.Add($"{i}");
                    else
                        others.Add(status);
                }
            }
        });
        await Eventually.Until(() => Count(acknowledged) >= 20);
        await postgres.Kill();
        await Eventually.Until(() => Count(others) >= 20);
        using (
            var refused = await app.Http.PostAsync(
                new Uri(hook, UriKind.Relative),
                new StringContent("""{"image": "registry.example.com/acme/kept:refused"}""")
            )
        )
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (refused.StatusCode, refused.Headers.RetryAfter?.ToString()));
        await postgres.StartAgain();
        var before = Count(acknowledged);
        await Eventually.Until(() => Count(acknowledged) >= before + 20);
        await stop.CancelAsync();
        await pushing;

        Assert.Equal([HttpStatusCode.ServiceUnavailable], others.Distinct());
        Assert.Empty(acknowledged.Except(await Recorded("")));
        await Eventually.Until(async () => (await Recorded(" AND open = 1")).Count == 0, "the pushes have their verdicts");
        await Deploy("v3", 2);
        Assert.DoesNotContain(PostgresServer.Password, app.Output, StringComparison.Ordinal);

        var second = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            AutoDeployProcess.Start(world.Docker.Host, environment: environment)
        );
        Assert.Contains("ended with code 1", second.Message, StringComparison.Ordinal);
        Assert.Contains("there is another AutoDeploy; stop that one first.", second.Message, StringComparison.Ordinal);

        async Task Deploy(string version, int verdicts)
        {
            var digest = await TestImage.HealthyWeb(version).Push(world.QuietRegistry, service.Name, "latest");
            await app.Call(HttpMethod.Post, hook, new { image = $"{world.QuietRegistry.Host}/{service.Name}:latest", digest });
            await service.WaitForDeployment(verdicts);
            Assert.Equal(version, await service.AskService());
        }

        async Task<List<string>> Recorded(string condition)
        {
            await using var connection = new NpgsqlConnection(postgres.ConnectionString());
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                $"SELECT tag FROM pushes WHERE source = 'registry.example.com/acme/kept'{condition}",
                connection
            );
            await using var reader = await command.ExecuteReaderAsync();
            List<string> tags = [];
            while (await reader.ReadAsync())
                tags.Add(reader.GetString(0));
            return tags;
        }

        int Count<T>(List<T> list)
        {
            lock (others)
                return list.Count;
        }
    }
}
