using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace AutoDeploy.Api.Tests;

/// <summary>In one process, Orleans has no socket: no other process can join it or call its grains.</summary>
public sealed class NoTransportTests
{
    [Fact]
    public async Task The_only_listening_socket_of_the_process_is_its_port()
    {
        var environment = new Dictionary<string, string> { ["DOTNET_EnableDiagnostics"] = "0" }; // as ./run and the images set it
        await using var app = await AutoDeployProcess.Start(
            "unix:///nonexistent/docker.sock",
            environment: environment,
            cluster: ClusterShape.OneProcess
        );
        // grains have been called
        await app.Call(HttpMethod.Post, "/api/app/v1/service/", new { name = "web", image = "registry.acme.test/web:1" });

        Assert.Equal([$"tcp 127.0.0.1:{app.Port}"], ListeningSockets.Of(app.ProcessId));
    }

    [Fact]
    public async Task A_second_silo_with_the_same_cluster_id_cannot_join()
    {
        await using var server = await ApiServer.Start();
        var cluster = server.App.Services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        var first = server.App.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(silo =>
            silo.UseLocalhostClustering(UnixTools.FreePort(), gatewayPort: 0, first.Endpoint, cluster.ServiceId, cluster.ClusterId)
                // it tries for 5 minutes otherwise
                .Configure<ClusterMembershipOptions>(options => options.MaxJoinAttemptTime = TimeSpan.FromSeconds(1))
        );
        using var second = builder.Build();

        var refused = await Assert.ThrowsAnyAsync<OrleansException>(() => second.StartAsync());

        Assert.Contains("Error: ConnectionRefused", refused.ToString(), StringComparison.Ordinal);
        var hosts = await server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts();
        Assert.Equal([first], hosts.Keys);
    }
}
