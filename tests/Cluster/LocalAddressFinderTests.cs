using System.Net;
using AutoDeploy.Hosting.Cluster;
using AutoDeploy.Testing;
using Npgsql;

namespace AutoDeploy.Cluster.Tests;

/// <summary>A silo that is not told where others reach it finds out.</summary>
[Collection(nameof(LocalAddressFinderTests))]
[CollectionDefinition(nameof(LocalAddressFinderTests), DisableParallelization = true)]
public sealed class LocalAddressFinderTests : IClassFixture<ApiProgramTests.Server>, IDisposable
{
    private const string Bridge = "adtestown";

    private readonly string _folder = Directory.CreateTempSubdirectory("autodeploy-test-").FullName;
    private readonly ApiProgramTests.Server _server;

    public LocalAddressFinderTests(ApiProgramTests.Server server)
    {
        _server = server;
        UnixTools.Run("ip", "link", "add", Bridge, "type", "bridge");
        UnixTools.Run("ip", "address", "add", "198.51.100.1/30", "dev", Bridge);
        UnixTools.Run("ip", "link", "set", Bridge, "up");
    }

    [Fact]
    public async Task A_silo_that_is_not_told_it_is_a_member_with_it()
    {
        var environment = new Dictionary<string, string>
        {
            ["AutoDeploy__Cluster__ConnectionString"] = _server.Postgres.ConnectionString(_server.Database),
            ["AutoDeploy__Cluster__SiloPort"] = "0",
            ["AutoDeploy__Cluster__GatewayPort"] = "0",
            ["AUTODEPLOY_SECRET_KEY"] = Convert.ToBase64String(new byte[32]),
        };
        await using var silo = new ProductProcess(
            [ProductProcess.Binary("AutoDeploy.Silo", "autodeploy-silo.dll")],
            ["--data", _folder],
            _folder,
            environment
        );
        await silo.Start();
        await using var database = NpgsqlDataSource.Create(_server.Postgres.ConnectionString(_server.Database));
        Assert.Equal(
            LocalAddressFinder.FindAddressTowards("127.0.0.1").ToString(),
            await Eventually.UntilFound(() => Member(database), "it is a member")
        );
    }

    /// <returns>Null: there is none yet.</returns>
    private static async Task<string?> Member(NpgsqlDataSource database)
    {
        try
        {
            await using var command = database.CreateCommand("SELECT Address FROM OrleansMembershipTable");
            return (string?)await command.ExecuteScalarAsync();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return null;
        }
    }

    public void Dispose()
    {
        UnixTools.Run("ip", "link", "delete", Bridge);
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("198.51.100.2")]
    [InlineData("198.51.100.2:5433")]
    [InlineData("198.51.100.2, 127.0.0.1")]
    public void It_is_where_the_database_sees_it(string database) =>
        Assert.Equal(IPAddress.Parse("198.51.100.1"), LocalAddressFinder.FindAddressTowards(database));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost,198.51.100.2")]
    [InlineData("/var/run/postgresql")]
    [InlineData("nowhere.invalid")]
    public void Without_a_way_to_the_database_it_is_the_way_to_anywhere_and_not_that_to_a_bridge(string database)
    {
        Assert.Equal(LocalAddressFinder.FindAddressTowards("192.0.2.7"), LocalAddressFinder.FindAddressTowards(database));
        Assert.NotEqual(IPAddress.Parse("198.51.100.1"), LocalAddressFinder.FindAddressTowards(database));
    }
}
