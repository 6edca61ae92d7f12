using System.Net;
using AutoDeploy.Hosting.Configuration;
using AutoDeploy.Ledger;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ledger.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>
/// The composition root of the cluster: silos, and the API as their client; PostgreSQL stores the ledger, the grain state and the
/// membership.
/// </summary>
public static class ClusterHosting
{
    /// <summary>The invariant name of Orleans' ADO.NET provider for PostgreSQL.</summary>
    private const string Npgsql = "Npgsql";

    /// <summary>The Orleans dashboard uses inline styles and scripts.</summary>
    private const string DashboardPolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src "
        + "'self' data:; "
        + "base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    /// <param name="dataDirectory">The folder for data that can be recreated: mirrors of git repositories.</param>
    /// <param name="publicUrl">How people reach the API, without a slash at the end; null: not known.</param>
    public static IHostApplicationBuilder AddClusterSilo(
        this IHostApplicationBuilder builder,
        ClusterSettings cluster,
        string dataDirectory,
        string? publicUrl
    )
    {
        builder.AddClusterLedger(cluster);
        builder.Services.AddPostgresGrainStorage();
        builder.AddSiloServices(dataDirectory, publicUrl);

        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => Name(options, cluster));
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Npgsql, CreateConnectionString(cluster)));
            silo.ConfigureSilo(cluster);
            silo.UseClusterTls(builder.Certificates(cluster));
            silo.AddDashboard();
        });
        builder.Services.AddSiloJobs(alone: false).AddClusterJobs();
        builder.SetShutdownTimeout();
        return builder;
    }

    /// <summary>Adds an API without a silo: the ledger and an Orleans client.</summary>
    public static IHostApplicationBuilder AddClusterClient(this IHostApplicationBuilder builder, ClusterSettings cluster, string? publicUrl)
    {
        builder.AddClusterLedger(cluster);
        builder.AddClientServices(publicUrl);
        builder.Services.AddHostedService<LedgerOpenService>();

        var connection = new ClusterConnectionState();
        builder.Services.AddSingleton(connection);
        var before = builder.Services.Count;
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => Name(options, cluster));
            client.UseAdoNetClustering(options =>
                (options.Invariant, options.ConnectionString) = (Npgsql, CreateConnectionString(cluster))
            );
            client.Configure<ClientMessagingOptions>(options => options.LocalAddress = FindOwnAddress(cluster));
            client.UseClusterTls(builder.Certificates(cluster));
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = MembershipSetup.RefreshInterval);
            client.UseConnectionRetryFilter<ConnectionRetryFilter>();
            client.AddOutgoingGrainCallFilter<NoSiloTimeoutFilter>();
            client.AddDashboard();
            client.AddGatewayCountChangedHandler((_, change) => connection.Gateways = change.NumberOfConnectedGateways);
        });
        builder.Services.ConnectInBackground(before);
        builder.SetShutdownTimeout();
        return builder;
    }

    /// <summary>Maps the Orleans dashboard. The embedded shape has none.</summary>
    public static void MapClusterDashboard(this WebApplication app)
    {
        if (app.Services.GetService<ClusterConnectionState>() is not null)
            app.MapOrleansDashboard("/dashboard").WithMetadata(new ContentSecurityPolicy(DashboardPolicy));
    }

    internal static void ConfigureSilo(this ISiloBuilder silo, ClusterSettings cluster)
    {
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = cluster.Address ?? FindOwnAddress(cluster);
            options.SiloPort = Port(cluster, cluster.SiloPort);
            options.GatewayPort = Port(cluster, cluster.GatewayPort);
        });
        silo.Configure<ClusterMembershipOptions>(MembershipSetup.Configure);
    }

    /// <summary>As <see cref="SiloHosting.AddSiloJobs"/>, for a silo of a cluster.</summary>
    internal static IServiceCollection AddClusterJobs(this IServiceCollection services) =>
        services.AddHostedService<SiloSuccessionService>();

    private static void AddClusterLedger(this IHostApplicationBuilder builder, ClusterSettings cluster)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPostgresLedger(
            new PostgresLedgerOptions
            {
                ConnectionString = cluster.ConnectionString,
                SecretKey = SecretKeySetting.Read(builder.Configuration),
            }
        );
    }

    private static Lazy<ClusterCertificates> Certificates(this IHostApplicationBuilder builder, ClusterSettings cluster) =>
        new(() =>
        {
            var key = new SecretKey(SecretKeySetting.Read(builder.Configuration), dataDirectory: null);
            return new ClusterCertificates(key.Find() ?? key.Create(), cluster.Id, TimeProvider.System);
        });

    /// <summary>Ends requests, background jobs and grains within the 30 s that service managers wait.</summary>
    private static void SetShutdownTimeout(this IHostApplicationBuilder builder) =>
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(25));

    /// <summary>Orleans opens a connection per query, so connections are pooled.</summary>
    private static string CreateConnectionString(ClusterSettings cluster)
    {
        var address = PostgresAddress.Read(cluster.ConnectionString);
        address.Pooling = true;
        address.PersistSecurityInfo = true;
        return address.ConnectionString;
    }

    private static IPAddress FindOwnAddress(ClusterSettings cluster) =>
        LocalAddressFinder.FindAddressTowards(PostgresAddress.Read(cluster.ConnectionString).Host!);

    private static void Name(ClusterOptions options, ClusterSettings cluster) =>
        (options.ClusterId, options.ServiceId) = (cluster.Id, LedgerExtensions.ServiceId);

    private static int Port(ClusterSettings cluster, int port) =>
        port > 0 ? port : PortProbe.ReserveFreePort(cluster.Address ?? IPAddress.Any);
}
