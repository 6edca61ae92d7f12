using AutoDeploy.Ports;
using AutoDeploy.Testing;
using Microsoft.Extensions.Time.Testing;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

/// <summary>What <see cref="ILedger"/> promises, whatever the database.</summary>
public abstract partial class LedgerContract : IAsyncLifetime
{
    protected FakeTimeProvider Time { get; } = new(LedgerSamples.Noon);

    protected ILedger Ledger { get; private set; } = null!;

    /// <summary>Opens the test's own ledger; a second time, after the first was closed, with the same content.</summary>
    protected abstract Task<ILedger> Open();

    protected abstract Task Close(ILedger ledger);

    public async Task InitializeAsync() => Ledger = await Open();

    public virtual Task DisposeAsync() => Close(Ledger);

    private async Task Reopen()
    {
        await Close(Ledger);
        Ledger = await Open();
    }

    [Fact]
    public async Task Opening_again_changes_nothing()
    {
        var push = Push();
        await Ledger.RecordPushes([push], Never);

        await Ledger.Open(Never);
        await Reopen();

        Assert.Equal(push, await Ledger.FindPush(push.Uuid, Never));
    }

    [Fact]
    public async Task Ping_answers() => await Ledger.Ping(Never);

    [Fact]
    public async Task A_cancelled_caller_gets_nothing_done()
    {
        var cancelled = new CancellationToken(canceled: true);
        var push = Push();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ledger.RecordPushes([push], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ledger.FindPush(push.Uuid, cancelled));

        Assert.Null(await Ledger.FindPush(push.Uuid, Never));
    }
}
