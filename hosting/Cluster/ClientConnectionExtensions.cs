using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Cluster;

internal static class ClientConnectionExtensions
{
    /// <summary>
    /// Has what the client put there to be started with the host started by <see cref="ClientConnectionService"/> instead.
    /// </summary>
    /// <param name="before">So many services there were before the client's.</param>
    public static void ConnectInBackground(this IServiceCollection services, int before)
    {
        var starts = services
            .Skip(before)
            .Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null)
            .ToList();
        foreach (var start in starts)
            services.Remove(start);
        services.AddHostedService(provider => new ClientConnectionService(
            [.. starts.Select(start => (IHostedService)start.ImplementationFactory!(provider))],
            provider.GetRequiredService<ClusterConnectionState>(),
            provider.GetRequiredService<ILogger<ClientConnectionService>>()
        ));
    }
}
