using AutoDeploy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoDeploy.Ledger.Tests;

/// <summary>A server that the tests share, each with a database of its own.</summary>
public sealed class Postgres : IAsyncLifetime
{
    /// <summary>32 bytes, as all processes on a database have them.</summary>
    public const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private string _template = "";

    public PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await PostgresServer.Start(new PostgresServerOptions { Fsync = false });
        _template = await Server.CreateDatabase();
        await (await Open(Server.ConnectionString(_template))).DisposeAsync();
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>With our tables, and nothing in them but what shows that the key is the right one.</summary>
    public async Task<PostgresDatabaseOfTest> NewDatabase() => new(Server, await Server.CreateDatabase(_template));

    public async Task<PostgresDatabaseOfTest> EmptyDatabase() => new(Server, await Server.CreateDatabase());

    public static SqlLedger Closed(string connection, TimeProvider? time = null, string? key = Key, bool exclusive = false, string? data = null) => new(
        new PostgresLedgerOptions { ConnectionString = connection, SecretKey = key, Exclusive = exclusive, DataDirectory = data },
        time ?? TimeProvider.System, NullLogger<SqlLedger>.Instance);

    public static async Task<SqlLedger> Open(string connection, TimeProvider? time = null, bool exclusive = false)
    {
        var ledger = Closed(connection, time, exclusive: exclusive);
        await ledger.Open(CancellationToken.None);
        return ledger;
    }
}

public sealed class PostgresDatabaseOfTest(PostgresServer server, string name) : IAsyncDisposable
{
    public string Name => name;

    public string Connection => server.ConnectionString(name);

    public Task<SqlLedger> Open(TimeProvider? time = null) => Postgres.Open(Connection, time);

    public object? Execute(string sql)
    {
        using var connection = new NpgsqlConnection(Connection);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    public async ValueTask DisposeAsync() => await server.Execute($"DROP DATABASE {name} WITH (FORCE)");
}

/// <summary>Those that share the server; they run one after the other, beside all the rest.</summary>
[CollectionDefinition(nameof(Postgres))]
public sealed class PostgresCollection : ICollectionFixture<Postgres>;
