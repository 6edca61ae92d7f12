using AutoDeploy.Ledger.Tests.Contract;
using Microsoft.Data.Sqlite;

namespace AutoDeploy.Ledger.Tests;

public sealed class SqliteGrainStorageTests : GrainStorageContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<SqlLedger> OpenLedger() => Given.OpenLedger(_directory.Data);

    protected override object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_directory.File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
