using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Silo.Cluster;

/// <summary>Stands in for what goes between processes: nothing does.</summary>
internal static class Wire
{
    public static IServiceCollection AddWire(this IServiceCollection services) => services;
}
