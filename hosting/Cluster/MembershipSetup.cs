using Orleans.Configuration;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>Configures how soon a failed silo is detected.</summary>
internal static class MembershipSetup
{
    /// <summary>How often the membership table is read, in case a notification was missed.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A killed silo is removed after 3 unanswered probes, 5 to 15 s. Probes are sent every 2 s (1 to 4 s, adapted to its usual response
    /// time). A silo that hangs keeps its connections, which delays its removal by up to 12 s.
    /// </summary>
    public static void Configure(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.MinProbeTimeout = TimeSpan.FromSeconds(1);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(4);
        options.NumMissedProbesLimit = 3;
        options.TableRefreshTimeout = RefreshInterval;
        // after all silos were killed, the first new one waits for 3 of these intervals before it declares them dead
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }
}
