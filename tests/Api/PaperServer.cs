using AutoDeploy.Deployments;
using AutoDeploy.Engines;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace AutoDeploy.Api.Tests;

/// <summary>The real application with an engine on paper.</summary>
internal sealed class PaperServer : IAsyncDisposable
{
    private readonly PaperEngines _engines = new();
    private ApiServer _server = null!;

    private PaperServer()
    {
    }

    public PaperEngine Engine => _engines.Engine;

    public ApiServer Api => _server;

    public static async Task<PaperServer> Start(TimeProvider? time = null, Action<IServiceCollection>? replace = null)
    {
        var server = new PaperServer();
        server._server = new ApiServer
        {
            Time = time,
            Replace = services =>
            {
                services.AddSingleton<IEngines>(server._engines);
                replace?.Invoke(services);
            },
        };
        await server._server.InitializeAsync();
        return server;
    }

    public IServiceGrain Grain(Guid service) => _server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IServiceGrain>(service.ToString());

    /// <summary>A service that needs no registry, and whose containers are proven at once; not started.</summary>
    public async Task<Guid> NewService(string members = "") => Guid.Parse(
        (await _server.NewService($$$"""  "health_check": {"tcp": {"port": 80}}{{{members}}} """, $"acme/api@{Samples.Digest}")).Split('/')[^2]);

    /// <summary>As <see cref="NewService"/>, and it runs.</summary>
    public async Task<Guid> Running()
    {
        var service = await NewService();
        var answer = await _server.Post($"/api/app/v1/service/{service}/start/");
        Assert.True(answer.Status == 202, answer.Text);
        await Wait.Until(async () => (await Grain(service).Get())!.Status == ServiceStatus.Running, "it runs");
        return service;
    }

    /// <summary>The newest action of a service.</summary>
    public async Task<Deployment> Newest(Guid service) =>
        (await _server.Ledger.Deployments(new DeploymentFilter { Service = service }, 1, 0, CancellationToken.None)).Items[0];

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();
}
