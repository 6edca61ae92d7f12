using System.Net;
using System.Net.Sockets;
using AutoDeploy.Deployments;
using AutoDeploy.Engine;
using AutoDeploy.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace AutoDeploy.Silo;

/// <summary>The composition root: puts the grains, the ledger and the engine together in one process.</summary>
public static class SiloHosting
{
    /// <summary>The embedded shape: everything in this process, one SQLite file in <paramref name="dataDirectory"/>.</summary>
    public static IHostApplicationBuilder AddAutoDeploySilo(this IHostApplicationBuilder builder, string dataDirectory)
    {
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSqliteLedger(new LedgerOptions
        {
            DataDirectory = dataDirectory,
            SecretKey = builder.Configuration["AUTODEPLOY_SECRET_KEY"],
        });
        builder.Services.AddDockerEngine(engine =>
            engine.InsecureRegistries.UnionWith((builder.Configuration["AUTODEPLOY_INSECURE_REGISTRIES"] ?? "").Split(
                ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));

        builder.Services.AddGit(git => git.Directory = Path.Combine(dataDirectory, "git"));
        builder.Services.AddSingleton<SharedBuilds>();

        // hosted services start in this order: nothing asks the ledger before it is open
        builder.Services.AddHostedService<LedgerOpening>();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: 0));
        builder.Services.AddHostedService<Sweeper>();
        builder.Services.AddHostedService<EngineWatcher>();
        return builder;
    }

    /// <summary>Several processes can be on one machine; each silo listens, on loopback, where nobody else does.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
