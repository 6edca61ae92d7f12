using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace AutoDeploy.Silo.Cluster;

/// <summary>Stands in for the cluster where the packages are missing: it says so.</summary>
public static class ClusterHosting
{
    private const string Sentence =
        "This build has no cluster, because its package source lacked Microsoft.Orleans 10.4.2: build it where that can be restored, or start ./run for everything in one process.";

    public static bool IsPossible => false;

    public static IHostApplicationBuilder AddClusterSilo(this IHostApplicationBuilder builder, ClusterSettings cluster, string dataDirectory, string? publicUrl) =>
        throw new OptionsException(Sentence);

    public static IHostApplicationBuilder AddClusterClient(this IHostApplicationBuilder builder, ClusterSettings cluster, string? publicUrl) =>
        throw new OptionsException(Sentence);

    public static void MapClusterDashboard(this WebApplication app)
    {
    }
}
