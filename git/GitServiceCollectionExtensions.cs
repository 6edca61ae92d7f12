using AutoDeploy.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AutoDeploy.Git;

public static class GitServiceCollectionExtensions
{
    /// <summary>Provides <see cref="IGit"/> on the <c>git</c> command.</summary>
    public static IServiceCollection AddGit(this IServiceCollection services, Action<GitOptions>? configure = null)
    {
        services.AddOptions<GitOptions>();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IGit, GitMirrorClient>();
        return services;
    }
}
