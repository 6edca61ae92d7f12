using System.Net;
using System.Net.Sockets;
using AutoDeploy.Testing;

namespace AutoDeploy.Cluster.Tests;

/// <summary>Why a program cannot start is one clear sentence, and an exit code: 1, or 2 where it is the options.</summary>
public sealed class ApiProgramTests(ApiProgramTests.Server server) : IClassFixture<ApiProgramTests.Server>
{
    private const string Key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    public static TheoryData<string, string> Programs() =>
        new() { { "AutoDeploy.Silo", "autodeploy-silo.dll" }, { "AutoDeploy.Api", "autodeploy.dll" } };

    [Fact]
    public async Task A_silo_needs_a_database() =>
        await Ends(
            "AutoDeploy.Silo",
            "autodeploy-silo.dll",
            2,
            "A silo needs the PostgreSQL database of its cluster: the setting AutoDeploy:Cluster:ConnectionString",
            connection: ""
        );

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_connection_string_that_cannot_be_read(string project, string name) =>
        await Ends(
            project,
            name,
            2,
            "The setting AutoDeploy:Cluster:ConnectionString makes no sense. The PostgreSQL connection string has the key \"color\"",
            connection: "Host=127.0.0.1;Color=blue;Password=secret"
        );

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_server_that_is_not_there(string project, string name) =>
        await Ends(
            project,
            name,
            1,
            "cannot start: PostgreSQL at 127.0.0.1:1 cannot be reached: Connection refused.",
            connection: "Host=127.0.0.1;Port=1;Username=ada;Password=secret"
        );

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_database_that_is_not_there(string project, string name) =>
        await Ends(
            project,
            name,
            1,
            "cannot start: There is no database \"nowhere\"",
            connection: server.Postgres.ConnectionString("nowhere")
        );

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_server_that_is_too_old(string project, string name)
    {
        using var older = new OldVersionPostgresProxy(server.Postgres.Port, "12");
        await Ends(
            project,
            name,
            1,
            "; AutoDeploy needs 13 or a newer one.",
            connection: older.ConnectionString(server.Postgres.ConnectionString(server.Database))
        );
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_wrong_password(string project, string name) =>
        await Ends(
            project,
            name,
            1,
            "the password is not the right one",
            connection: server.Postgres.ConnectionString().Replace(PostgresServer.Password, "secret", StringComparison.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task No_key_for_secrets(string project, string name) =>
        await Ends(project, name, 1, "AUTODEPLOY_SECRET_KEY", ("AUTODEPLOY_SECRET_KEY", ""));

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_setting_that_makes_no_sense(string project, string name) =>
        await Ends(
            project,
            name,
            2,
            "The setting AutoDeploy:Cluster:SiloPort is \"x\"; expected a number from 0 to 65535.",
            ("AutoDeploy__Cluster__SiloPort", "x")
        );

    [Theory]
    [InlineData("SiloPort")]
    [InlineData("GatewayPort")]
    public async Task A_port_that_is_taken(string setting)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await Ends(
            "AutoDeploy.Silo",
            "autodeploy-silo.dll",
            1,
            $"The port {port} is taken by another program; choose another one with AutoDeploy:Cluster:{setting}.",
            ($"AutoDeploy__Cluster__{setting}", $"{port}")
        );
    }

    [Fact]
    public async Task An_address_that_is_not_ours() =>
        await Ends(
            "AutoDeploy.Silo",
            "autodeploy-silo.dll",
            1,
            "The address 192.0.2.1 is not one of this machine; choose another one with AutoDeploy:Cluster:Address.",
            ("AutoDeploy__Cluster__Address", "192.0.2.1")
        );

    private async Task Ends(
        string project,
        string name,
        int code,
        string sentence,
        (string Name, string Value)? setting = null,
        string? connection = null
    )
    {
        var environment = new Dictionary<string, string>
        {
            ["AutoDeploy__Cluster__ConnectionString"] = connection ?? server.Postgres.ConnectionString(server.Database),
            ["AutoDeploy__Cluster__Address"] = "127.0.0.1",
            ["AutoDeploy__Cluster__SiloPort"] = "0",
            ["AutoDeploy__Cluster__GatewayPort"] = "0",
            ["AUTODEPLOY_SECRET_KEY"] = Key,
            ["AUTODEPLOY_TOKEN"] = "the-token-of-the-tests",
        };
        if (setting is { } other)
            environment[other.Name] = other.Value;
        await using var program = new ProductProcess([ProductProcess.Binary(project, name)], [], Path.GetTempPath(), environment);
        program.Begin();
        var ended = await program.End(TimeSpan.FromSeconds(60));
        var said = program.Output.Trim();
        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.Equal(code, ended);
        Assert.DoesNotContain("secret;", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    public sealed class Server : IAsyncLifetime
    {
        public PostgresServer Postgres { get; private set; } = null!;

        public string Database { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Postgres = await PostgresServer.Start(new PostgresServerOptions { Fsync = false });
            Database = await Postgres.CreateDatabase();
        }

        public async Task DisposeAsync() => await Postgres.DisposeAsync();
    }
}
