using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Cluster;

internal static class ClientConnectionExtensions
{
    /// <summary>
    /// Moves the hosted services of the Orleans client into <see cref="ClientConnectionService"/>, which starts them in the background.
    /// </summary>
    /// <param name="before">The number of services before the client was added.</param>
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
