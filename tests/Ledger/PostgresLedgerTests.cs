using AutoDeploy.Ledger.Tests.Contract;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger.Tests;

/// <summary>What every ledger promises, kept by the one on PostgreSQL.</summary>
[Collection(nameof(Postgres))]
public sealed class PostgresLedgerTests(Postgres postgres) : LedgerContract
{
    private PostgresDatabaseOfTest? _database;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _database!.DisposeAsync();
    }

    protected override async Task<ILedger> Open() => await (_database ??= await postgres.NewDatabase()).Open(Time);

    protected override async Task Close(ILedger ledger) => await ((SqlLedger)ledger).DisposeAsync();
}
