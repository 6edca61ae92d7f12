using AutoDeploy.Hosting.Jobs;
using Microsoft.Extensions.Hosting;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>Starts a recovery sweep as soon as another silo leaves or fails.</summary>
internal sealed class SiloSuccessionService(IClusterMembershipService membership, ILocalSiloDetails local, RecoverySweep sweep)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ClusterMembershipSnapshot? before = null;
        try
        {
            await foreach (var now in membership.MembershipUpdates.WithCancellation(stoppingToken))
            {
                if (
                    before is not null
                    && now.Members.Values.Any(member => IsGoing(member) && before.GetSiloStatus(member.SiloAddress) != member.Status)
                )
                    sweep.SweepNow();
                before = now;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    // sweep when the silo starts to stop, and again when it has stopped: until then some of its grains may still be active
    private bool IsGoing(ClusterMember member) => !member.SiloAddress.Equals(local.SiloAddress) && member.Status.IsTerminating();
}
