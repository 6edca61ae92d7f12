using AutoDeploy.Ledger.Tests.Contract;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger.Tests;

/// <summary>What every ledger promises, kept by the one on PostgreSQL.</summary>
[Collection(nameof(PostgresFixture))]
public sealed class PostgresLedgerTests(PostgresFixture postgresFixture) : LedgerContract
{
    private PostgresTestDatabase? _database;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _database!.DisposeAsync();
    }

    protected override async Task<ILedger> Open() => await (_database ??= await postgresFixture.NewDatabase()).Open(Time);

    protected override async Task Close(ILedger ledger) => await ((SqlLedger)ledger).DisposeAsync();
}
