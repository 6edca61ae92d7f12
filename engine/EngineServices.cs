using AutoDeploy.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AutoDeploy.Engine;

public static class EngineServices
{
    /// <summary>Provides <see cref="IEngines"/> on Docker daemons, and <see cref="IRegistry"/>.</summary>
    public static IServiceCollection AddDockerEngine(this IServiceCollection services, Action<EngineOptions>? configure = null)
    {
        services.AddOptions<EngineOptions>();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IEngines, DockerEngines>();
        services.AddSingleton<IRegistry, RegistryClient>();
        return services;
    }
}
