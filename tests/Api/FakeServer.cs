using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Api.Tests;

/// <summary>The real application with an engine on paper.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly FakeEngines _engines = new();
    private ApiServer _server = null!;

    private FakeServer() { }

    public FakeEngine Engine => _engines.Engine;

    public ApiServer Api => _server;

    public static async Task<FakeServer> Start(TimeProvider? time = null, Action<IServiceCollection>? replace = null)
    {
        var server = new FakeServer();
        server._server = new ApiServer
        {
            Time = time,
            Replace = services =>
            {
                services.AddSingleton<IEngineProvider>(server._engines);
                replace?.Invoke(services);
            },
        };
        await server._server.InitializeAsync();
        return server;
    }

    public IServiceGrain Grain(Guid serviceId) =>
        _server.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IServiceGrain>(serviceId.ToString());

    /// <summary>A service that needs no registry, and whose containers are proven at once; not started.</summary>
    public async Task<Guid> CreateService(string members = "") =>
        Guid.Parse(
            (
                await _server.CreateService(
                    $$$"""  "health_check": {"tcp": {"port": 80}}{{{members}}} """,
                    $"acme/api@{RegistrySamples.Digest}"
                )
            ).Split('/')[^2]
        );

    /// <summary>As <see cref="CreateService"/>, and it runs.</summary>
    public async Task<Guid> CreateRunningService()
    {
        var serviceId = await CreateService();
        var apiResponse = await _server.Post($"/api/app/v1/service/{serviceId}/start/");
        Assert.True(apiResponse.Status == 202, apiResponse.Text);
        await Eventually.Until(async () => (await Grain(serviceId).Get())!.Status == ServiceStatus.Running, "it runs");
        return serviceId;
    }

    /// <summary>The newest action of a service.</summary>
    public async Task<Deployment> FindNewestDeployment(Guid serviceId) =>
        (await _server.Ledger.ListDeployments(new DeploymentFilter { ServiceId = serviceId }, 1, 0, CancellationToken.None)).Items[0];

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();
}
