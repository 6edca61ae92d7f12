using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoDeploy.Hosting.Health;

/// <summary>The health checks that <c>/readyz</c> runs: everything that a process needs, at once.</summary>
internal static class ReadinessHosting
{
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(3);

    public static IServiceCollection AddReadiness(this IServiceCollection services)
    {
        services
            .AddHealthChecks()
            .Add(Create<LedgerReadinessCheck>(LedgerReadinessCheck.Name))
            .Add(Create<EngineReadinessCheck>(EngineReadinessCheck.Name))
            .Add(Create<ClusterReadinessCheck>(ClusterReadinessCheck.Name));
        return services;
    }

    private static HealthCheckRegistration Create<TCheck>(string name)
        where TCheck : IHealthCheck =>
        new(name, services => ActivatorUtilities.CreateInstance<TCheck>(services), HealthStatus.Unhealthy, tags: null, CheckTimeout);
}
