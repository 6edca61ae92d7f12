using AutoDeploy.Ports;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoDeploy.Hosting.Health;

/// <summary>The ledger's database answers.</summary>
internal sealed class LedgerReadinessCheck(ILedger ledger) : IHealthCheck
{
    public const string Name = "ledger";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await ledger.Ping(cancellationToken).WaitAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
