using AutoDeploy.Ports;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

public sealed class LedgerExtensionsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_ledger_and_the_grains_storage_share_one_file()
    {
        var options = new LedgerOptions { DataDirectory = _directory.Data };
        await using (var services = new ServiceCollection().AddSqliteLedger(options).BuildServiceProvider())
        {
            var ledger = services.GetRequiredService<ILedger>();
            await ledger.Open(Never);
            await ledger.RecordPushes([Push()], Never);
            var storage = services.GetRequiredKeyedService<IGrainStorage>("state");
            await storage.WriteStateAsync("name", GrainId.Create("type", "key"), new GrainState<List<int>>([1, 2]));
            Assert.Same(ledger, services.GetRequiredService<SqlLedger>());
        }

        await using var again = await OpenLedger(_directory.Data);
        Assert.Single(await again.ListOpenPushes(Source, 10, Never));
        var state = new GrainState<List<int>>();
        await new SqliteGrainStorage(again).ReadStateAsync("name", GrainId.Create("type", "key"), state);
        Assert.Equal([1, 2], state.State);
    }
}
