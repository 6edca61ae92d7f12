using AutoDeploy.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AutoDeploy.Registry;

public static class RegistryServiceCollectionExtensions
{
    /// <summary>Provides <see cref="IRegistry"/>.</summary>
    public static IServiceCollection AddRegistryClient(this IServiceCollection services, Action<RegistryOptions>? configure = null)
    {
        services.AddOptions<RegistryOptions>();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IRegistry, RegistryClient>();
        return services;
    }
}
