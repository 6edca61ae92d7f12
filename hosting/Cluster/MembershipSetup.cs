using Orleans.Configuration;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>How soon it is noticed that a silo has gone without a word.</summary>
internal static class MembershipSetup
{
    /// <summary>How often who is there is read from the database, should nobody have told.</summary>
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A silo that was killed is out after 3 unanswered probes, one every 2 s (1 to 4, as fast as it usually answers): 5 to 15 s. One that
    /// hangs
    /// keeps its connections, which count for it for 12 s more.
    /// </summary>
    public static void Configure(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.MinProbeTimeout = TimeSpan.FromSeconds(1);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(4);
        options.NumMissedProbesLimit = 3;
        options.TableRefreshTimeout = RefreshInterval;
        // when all have gone without a word, the first that comes back waits for 3 of these before it believes that
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.DefunctSiloExpiration = TimeSpan.FromDays(1);
    }
}
