using AutoDeploy.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AutoDeploy.Containers;

public static class ContainersServiceCollectionExtensions
{
    /// <summary>Provides <see cref="IEngineProvider"/> on Docker daemons.</summary>
    public static IServiceCollection AddDockerEngine(this IServiceCollection services, Action<DockerOptions>? configure = null)
    {
        services.AddOptions<DockerOptions>();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IEngineProvider, DockerEngineProvider>();
        return services;
    }
}
