using AutoDeploy.Testing;
using Npgsql;

namespace AutoDeploy.Ledger.Tests;

public sealed class PostgresTestDatabase(PostgresServer server, string name) : IAsyncDisposable
{
    public string Name => name;

    public string Connection => server.ConnectionString(name);

    public Task<SqlLedger> Open(TimeProvider? time = null) => PostgresFixture.Open(Connection, time);

    public object? Execute(string sql)
    {
        using var connection = new NpgsqlConnection(Connection);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    public async ValueTask DisposeAsync() => await server.Execute($"DROP DATABASE {name} WITH (FORCE)");
}
