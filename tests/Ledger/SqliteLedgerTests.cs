using AutoDeploy.Ledger.Tests.Contract;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger.Tests;

/// <summary>What every ledger promises, kept by the embedded one.</summary>
public sealed class SqliteLedgerTests : LedgerContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override async Task<ILedger> Open() => await LedgerSamples.OpenLedger(_directory.Data, Time);

    protected override async Task Close(ILedger ledger) => await ((SqlLedger)ledger).DisposeAsync();
}
