using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.Hosting;

internal sealed class SiloBuilder(IServiceCollection services, IConfiguration configuration) : ISiloBuilder
{
    public IServiceCollection Services { get; } = services;

    public IConfiguration Configuration { get; } = configuration;

    /// <summary>However often UseOrleans is called, there is one silo.</summary>
    public static SiloBuilder For(IServiceCollection services, IConfiguration configuration)
    {
        if (!services.Any(service => service.ServiceType == typeof(Silo)))
        {
            services.TryAddSingleton(TimeProvider.System);
            services.AddSingleton<Silo>();
            services.AddHostedService(provider => provider.GetRequiredService<Silo>());
            services.AddSingleton<IClusterClient, ClusterClient>();
            services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<IClusterClient>());
        }

        return new(services, configuration);
    }
}
