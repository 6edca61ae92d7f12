using AutoDeploy.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AutoDeploy.Engine;

public static class GitServices
{
    /// <summary>Provides <see cref="IGit"/> on the <c>git</c> command.</summary>
    public static IServiceCollection AddGit(this IServiceCollection services, Action<GitOptions>? configure = null)
    {
        services.AddOptions<GitOptions>();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IGit, GitMirrors>();
        return services;
    }
}
