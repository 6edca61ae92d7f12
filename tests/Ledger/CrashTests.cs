using System.Diagnostics;
using static AutoDeploy.Ledger.Tests.Given;

namespace AutoDeploy.Ledger.Tests;

public sealed class CrashTests : IDisposable
{
    private const int Enough = 500;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_acknowledged_push_is_there_after_the_process_was_killed()
    {
        using var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["exec", typeof(CrashTests).Assembly.Location, "files", _directory.Data])
        {
            RedirectStandardOutput = true,
        })!;
        List<Guid> acknowledged = [];
        try
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                // the very last line may be half a one
                if (Guid.TryParseExact(line, "D", out var uuid))
                    acknowledged.Add(uuid);
                if (acknowledged.Count == Enough)
                    process.Kill();
            }
        }
        finally
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        Assert.True(acknowledged.Count >= Enough, "it ran until it was killed");
        Assert.True(File.Exists(_directory.File + "-wal"), "it had no time to clean up");

        await using var ledger = await OpenLedger(_directory.Data);
        foreach (var uuid in acknowledged)
            Assert.NotNull(await ledger.FindPush(uuid, Never));
        Assert.False((await ledger.Record([Push("0-0")], Never))[0].New);
    }

    [Fact]
    public async Task A_copy_of_the_open_files_holds_what_was_acknowledged()
    {
        await using var ledger = await OpenLedger(_directory.Data);
        var pushes = Enumerable.Range(0, 100).Select(i => Push($"{i}")).ToArray();
        await ledger.Record(pushes, Never);

        var copy = Directory.CreateDirectory(Path.Combine(_directory.Root, "copy")).FullName;
        foreach (var file in new[] { "autodeploy.db", "autodeploy.db-wal", "secret.key" })
            File.Copy(Path.Combine(_directory.Data, file), Path.Combine(copy, file));

        await using var copied = await OpenLedger(copy);
        Assert.Equal(pushes, (await copied.OpenPushes(Source, 1_000, Never)).Select(open => open.Push));
    }
}
