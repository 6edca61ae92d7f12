using AutoDeploy.Ledger.Tests.Contract;
using Orleans.Storage;

namespace AutoDeploy.Ledger.Tests;

[Collection(nameof(PostgresFixture))]
public sealed class PostgresGrainStorageTests(PostgresFixture postgresFixture) : GrainStorageContract
{
    private PostgresTestDatabase? _database;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _database!.DisposeAsync();
    }

    protected override async Task<SqlLedger> OpenLedger() => await (_database ??= await postgresFixture.NewDatabase()).Open();

    protected override async Task<IGrainStorage> OpenStorage(SqlLedger ledger) => await PostgresStates.Open(ledger);

    protected override string StoredJson() => (string)_database!.Execute("SELECT convert_from(PayloadBinary, 'UTF8') FROM OrleansStorage")!;

    protected override void Replace(string json) =>
        _database!.Execute($"UPDATE OrleansStorage SET PayloadBinary = convert_to('{json}', 'UTF8')");
}
