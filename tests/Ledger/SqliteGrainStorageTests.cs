using AutoDeploy.Ledger.Tests.Contract;
using Microsoft.Data.Sqlite;
using Orleans.Storage;

namespace AutoDeploy.Ledger.Tests;

public sealed class SqliteGrainStorageTests : GrainStorageContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<SqlLedger> OpenLedger() => LedgerSamples.OpenLedger(_directory.Data);

    protected override Task<IGrainStorage> OpenStorage(SqlLedger ledger) => Task.FromResult<IGrainStorage>(new SqliteGrainStorage(ledger));

    protected override string StoredJson() => (string)Execute("SELECT json FROM grain_state")!;

    protected override void Replace(string json) => Execute($"UPDATE grain_state SET json = '{json}'");

    [Fact]
    public async Task A_refused_write_says_which_etags_there_are()
    {
        var mine = new GrainState<SampleState>(new SampleState());
        await Storage.WriteStateAsync("sample", Grain, mine);
        var theirs = await Read<SampleState>();
        await Storage.WriteStateAsync("sample", Grain, theirs);

        var exception = await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("sample", Grain, mine));
        Assert.Equal((theirs.ETag, mine.ETag), (exception.StoredEtag, exception.CurrentEtag));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("sample", Grain, new GrainState<SampleState>()));
    }

    [Fact]
    public async Task A_foreign_etag_fits_nothing()
    {
        await Storage.WriteStateAsync("sample", Grain, new GrainState<SampleState>(new SampleState()));
        var state = await Read<SampleState>();
        state.ETag = "\"weird\"";

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("sample", Grain, state));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("sample", Grain, state));
    }

    private object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_directory.File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
