using AutoDeploy.Ledger.Tests.Contract;

namespace AutoDeploy.Ledger.Tests;

[Collection(nameof(Postgres))]
public sealed class PostgresGrainStorageTests(Postgres postgres) : GrainStorageContract
{
    private PostgresDatabaseOfTest? _database;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _database!.DisposeAsync();
    }

    protected override async Task<SqlLedger> OpenLedger() => await (_database ??= await postgres.NewDatabase()).Open();

    protected override object? Execute(string sql) => _database!.Execute(sql);
}
