using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

public sealed class CrashTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_acknowledged_push_is_there_after_the_process_was_killed()
    {
        var acknowledged = await KilledProcess.Run("files", _directory.Data);
        Assert.True(File.Exists(_directory.File + "-wal"), "it had no time to clean up");

        await using var ledger = await OpenLedger(_directory.Data);
        await KilledProcess.AssertThere(ledger, acknowledged);
    }

    [Fact]
    public async Task A_copy_of_the_open_files_holds_what_was_acknowledged()
    {
        await using var ledger = await OpenLedger(_directory.Data);
        var pushes = Enumerable.Range(0, 100).Select(i => Push($"{i}")).ToArray();
        await ledger.RecordPushes(pushes, Never);

        var copy = Directory.CreateDirectory(Path.Combine(_directory.Root, "copy")).FullName;
        foreach (var file in new[] { "autodeploy.db", "autodeploy.db-wal", "secret.key" })
            File.Copy(Path.Combine(_directory.Data, file), Path.Combine(copy, file));

        await using var copied = await OpenLedger(copy);
        Assert.Equal(pushes, (await copied.ListOpenPushes(Source, 1_000, Never)).Select(open => open.Push));
    }
}
