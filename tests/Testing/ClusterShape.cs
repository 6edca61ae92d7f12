using System.Globalization;
using System.Security.Cryptography;

namespace AutoDeploy.Testing;

/// <summary>So many processes of each kind that AutoDeploy runs as, on a PostgreSQL database of its own.</summary>
/// <param name="Postgres">Null: one for all of this test run.</param>
public sealed record ClusterShape(int Silos, int Apis, PostgresServer? Postgres = null)
{
    /// <summary>"cluster": all tests that start AutoDeploy start it as a cluster.</summary>
    public const string Variable = "AUTODEPLOY_TEST_SHAPE";

    private static readonly Lazy<Task<PostgresServer>> Shared = new(() =>
        PostgresServer.Start(new PostgresServerOptions { Fsync = false, MaxConnections = 400 })
    );

    /// <summary>One process with everything, also where tests start a cluster: what they look at is in one.</summary>
    public static readonly ClusterShape OneProcess = new(0, 0);

    /// <summary>Null: one process with everything.</summary>
    public static ClusterShape? Usual { get; } = Environment.GetEnvironmentVariable(Variable) == "cluster" ? new ClusterShape(2, 1) : null;

    /// <summary>The processes of a new cluster, none of them started.</summary>
    internal async Task<(IReadOnlyList<ProductProcess> Silos, IReadOnlyList<ProductProcess> Apis)> Create(
        string folder,
        IReadOnlyList<string> api,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var postgres = Postgres ?? await Shared.Value;
        var all = new Dictionary<string, string>(environment)
        {
            ["AutoDeploy__Cluster__ConnectionString"] =
                postgres.ConnectionString(await postgres.CreateDatabase()) + ";Pooling=true;Maximum Pool Size=20",
            ["AUTODEPLOY_SECRET_KEY"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        };
        return (
            [.. Enumerable.Range(1, Silos).Select(Silo)],
            [.. Enumerable.Range(1, Apis).Select(_ => new ProductProcess(api, [], folder, all))]
        );

        ProductProcess Silo(int number) =>
            new(
                [ProductProcess.Binary("AutoDeploy.Silo", "autodeploy-silo.dll")],
                ["--data", Path.Combine(folder, $"silo{number}")],
                folder,
                new Dictionary<string, string>(all)
                {
                    ["AutoDeploy__Cluster__Address"] = "127.0.0.1",
                    ["AutoDeploy__Cluster__SiloPort"] = UnixTools.FreePort().ToString(CultureInfo.InvariantCulture),
                    ["AutoDeploy__Cluster__GatewayPort"] = UnixTools.FreePort().ToString(CultureInfo.InvariantCulture),
                }
            );
    }
}
