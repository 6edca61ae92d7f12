using AutoDeploy.Ledger.Tests.Contract;
using Orleans.Storage;

namespace AutoDeploy.Ledger.Tests;

[Collection(nameof(PostgresFixture))]
public sealed class PostgresServiceCrashTests(PostgresFixture postgresFixture) : ServiceCrashContract, IAsyncLifetime
{
    private PostgresTestDatabase? _database;

    protected override string[] Arguments => ["postgres", _database!.Connection];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await (_database?.DisposeAsync() ?? ValueTask.CompletedTask);

    protected override async Task NewDatabase()
    {
        await DisposeAsync();
        _database = await postgresFixture.NewDatabase();
    }

    protected override Task<SqlLedger> OpenLedger() => _database!.Open();

    protected override async Task<IGrainStorage> OpenStorage(SqlLedger ledger) => await PostgresStates.Open(ledger);
}
