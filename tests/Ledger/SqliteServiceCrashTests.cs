using AutoDeploy.Ledger.Tests.Contract;
using Orleans.Storage;

namespace AutoDeploy.Ledger.Tests;

public sealed class SqliteServiceCrashTests : ServiceCrashContract, IDisposable
{
    private readonly List<TemporaryDirectory> _directories = [];

    protected override string[] Arguments => ["files", _directories[^1].Data];

    public void Dispose() => _directories.ForEach(directory => directory.Dispose());

    protected override Task NewDatabase()
    {
        _directories.Add(new TemporaryDirectory());
        return Task.CompletedTask;
    }

    protected override Task<SqlLedger> OpenLedger() => LedgerSamples.OpenLedger(_directories[^1].Data);

    protected override Task<IGrainStorage> OpenStorage(SqlLedger ledger) => Task.FromResult<IGrainStorage>(new SqliteGrainStorage(ledger));
}
