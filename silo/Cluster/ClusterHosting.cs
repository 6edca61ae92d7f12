using System.Net;
using AutoDeploy.Ledger;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ledger.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;

namespace AutoDeploy.Silo.Cluster;

/// <summary>The composition root of the cluster: silos, and the API as their client; PostgreSQL has the ledger, the grains' state and who is a member.</summary>
public static class ClusterHosting
{
    /// <summary>The provider of Orleans' for PostgreSQL.</summary>
    private const string Npgsql = "Npgsql";

    /// <summary>Orleans' own pages have styles and scripts in them.</summary>
    private const string DashboardPolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    /// <param name="dataDirectory">What can be lost: mirrors of git repositories.</param>
    /// <param name="publicUrl">How people reach the API, without a slash at the end; null: not known.</param>
    public static IHostApplicationBuilder AddClusterSilo(this IHostApplicationBuilder builder, ClusterSettings cluster, string dataDirectory, string? publicUrl)
    {
        builder.AddClusterLedger(cluster);
        builder.Services.AddPostgresGrainStorage();
        builder.AddSiloParts(dataDirectory, publicUrl);

        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(options => Name(options, cluster));
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Npgsql, ConnectionOf(cluster)));
            silo.ConfigureSilo(cluster);
            silo.UseClusterTls(builder.Certificates(cluster));
            silo.AddDashboard();
        });
        builder.Services.AddSiloWork(alone: false).AddClusterWork();
        builder.StopInTime();
        return builder;
    }

    /// <summary>The API: the ledger and a way to the silos, but none of its own.</summary>
    public static IHostApplicationBuilder AddClusterClient(this IHostApplicationBuilder builder, ClusterSettings cluster, string? publicUrl)
    {
        builder.AddClusterLedger(cluster);
        builder.AddClientParts(publicUrl);
        builder.Services.AddHostedService<LedgerOpening>();

        var reach = new ClusterReach();
        builder.Services.AddSingleton(reach);
        var before = builder.Services.Count;
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(options => Name(options, cluster));
            client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Npgsql, ConnectionOf(cluster)));
            client.Configure<ClientMessagingOptions>(options => options.LocalAddress = OwnAddressOf(cluster));
            client.UseClusterTls(builder.Certificates(cluster));
            client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = Membership.Refresh);
            client.UseConnectionRetryFilter<PatientConnection>();
            client.AddOutgoingGrainCallFilter<CallsWithinReach>();
            client.AddDashboard();
            client.AddGatewayCountChangedHandler((_, change) => reach.Gateways = change.NumberOfConnectedGateways);
        });
        builder.Services.ConnectInBackground(before);
        builder.StopInTime();
        return builder;
    }

    /// <summary>Orleans' own page about the silos and their grains; in one process there is none.</summary>
    public static void MapClusterDashboard(this WebApplication app)
    {
        if (app.Services.GetService<ClusterReach>() is not null)
            app.MapOrleansDashboard("/dashboard").WithMetadata(new ContentSecurityPolicy(DashboardPolicy));
    }

    internal static void ConfigureSilo(this ISiloBuilder silo, ClusterSettings cluster)
    {
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = cluster.Address ?? OwnAddressOf(cluster);
            options.SiloPort = Port(cluster, cluster.SiloPort);
            options.GatewayPort = Port(cluster, cluster.GatewayPort);
        });
        silo.Configure<ClusterMembershipOptions>(Membership.Set);
    }

    /// <summary>As <see cref="SiloHosting.AddSiloWork"/>, for a silo that has others.</summary>
    internal static IServiceCollection AddClusterWork(this IServiceCollection services) => services.AddHostedService<Successor>();

    private static void AddClusterLedger(this IHostApplicationBuilder builder, ClusterSettings cluster)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPostgresLedger(new PostgresLedgerOptions { ConnectionString = cluster.ConnectionString, SecretKey = SecretKeySetting.Read(builder.Configuration) });
    }

    private static Lazy<ClusterCertificates> Certificates(this IHostApplicationBuilder builder, ClusterSettings cluster) => new(() =>
    {
        var key = new SecretKey(SecretKeySetting.Read(builder.Configuration), dataDirectory: null);
        return new ClusterCertificates(key.Find() ?? key.Create(), cluster.Id, TimeProvider.System);
    });

    /// <summary>Requests, a silo's work and its grains, all within the 30 s that whoever stops us waits.</summary>
    private static void StopInTime(this IHostApplicationBuilder builder) =>
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(25));

    /// <summary>Orleans opens a connection for every question: they come from a pool, and go back to it.</summary>
    private static string ConnectionOf(ClusterSettings cluster)
    {
        var address = PostgresAddress.Read(cluster.ConnectionString);
        address.Pooling = true;
        address.PersistSecurityInfo = true;
        return address.ConnectionString;
    }

    private static IPAddress OwnAddressOf(ClusterSettings cluster) => OwnAddress.Towards(PostgresAddress.Read(cluster.ConnectionString).Host!);

    private static void Name(ClusterOptions options, ClusterSettings cluster) => (options.ClusterId, options.ServiceId) = (cluster.Id, LedgerExtensions.ServiceId);

    private static int Port(ClusterSettings cluster, int port) => port > 0 ? port : Listening.FreePort(cluster.Address ?? IPAddress.Any);
}
