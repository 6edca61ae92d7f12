using AutoDeploy.Hosting.Jobs;
using Microsoft.Extensions.Hosting;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>When another silo goes, in good order or not, what it was at is taken up at once: the sweeper need not be waited for.</summary>
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

    // first when it begins to stop, and again when it has: until then some of its grains may still be there
    private bool IsGoing(ClusterMember member) => !member.SiloAddress.Equals(local.SiloAddress) && member.Status.IsTerminating();
}
