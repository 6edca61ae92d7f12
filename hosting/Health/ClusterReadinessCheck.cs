using AutoDeploy.Jobs;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoDeploy.Hosting.Health;

/// <summary>The silos answer: a grain can be called.</summary>
internal sealed class ClusterReadinessCheck(IGrainFactory grains) : IHealthCheck
{
    public const string Name = "cluster";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // any grain will do: this one has nothing to do under such a name
        await grains.GetGrain<ISingletonJobGrain>("ready").Ensure().WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
