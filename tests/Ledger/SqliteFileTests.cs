using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;
using Microsoft.Data.Sqlite;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

/// <summary>The file: how it is made, brought up to date, and refused with a sentence.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Directory_files_and_key_are_made_for_their_owner_alone()
    {
        if (OperatingSystem.IsWindows())
            return;

        await using var ledger = await OpenLedger(_directory.Data);
        await ledger.RecordPushes([Push()], Never);

        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory.Data));
        foreach (var file in Directory.GetFiles(_directory.Data))
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        Assert.Equal(
            ["autodeploy.db", "autodeploy.db-shm", "autodeploy.db-wal", "autodeploy.lock", "secret.key"],
            Directory.GetFiles(_directory.Data).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Closing_leaves_everything_in_one_file()
    {
        await using (var ledger = await OpenLedger(_directory.Data))
            await ledger.RecordPushes([Push()], Never);

        Assert.False(File.Exists(_directory.File + "-wal"));
    }

    [Fact]
    public async Task A_commit_is_on_disk_when_it_returns()
    {
        await using var ledger = await OpenLedger(_directory.Data);

        var (journal, synchronous) = await ledger.Database.Write(
            session =>
                (session.First("PRAGMA journal_mode", row => row.Text(0)), session.First("PRAGMA synchronous", row => row.Number(0))),
            Never
        );

        Assert.Equal(("wal", 2), (journal, synchronous));
    }

    [Fact]
    public async Task The_file_takes_at_most_two_megabytes_of_memory_for_each_connection_however_large_it_grows()
    {
        await using var ledger = await OpenLedger(_directory.Data);

        // negative: kB
        Assert.InRange(await ledger.Database.Write(Cache, Never), -2000, -1);
        Assert.InRange(await ledger.Database.Read(Cache, Never), -2000, -1);

        static long Cache(Session session) => session.First("PRAGMA cache_size", row => row.Number(0));
    }

    [Fact]
    public async Task A_ledger_is_not_used_before_it_is_opened_nor_after_it_is_closed()
    {
        var ledger = Closed(_directory.Data);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.RecordPushes([Push()], Never));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.FindPush(Guid.Empty, Never));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ledger.FindHook("key", Never));

        await ledger.Open(Never);
        await ledger.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => ledger.RecordPushes([Push()], Never));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ledger.Ping(Never));
        await ledger.DisposeAsync();
        ledger.Dispose();
    }

    [Fact]
    public async Task What_is_no_database_is_refused()
    {
        Directory.CreateDirectory(_directory.Data);
        await File.WriteAllTextAsync(_directory.File, string.Join('\n', Enumerable.Repeat("dear diary", 1_000)));

        Assert.Equal($"The ledger's file {_directory.File} is not a database.", await Refusal());
        Assert.StartsWith("dear diary", await File.ReadAllTextAsync(_directory.File), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_refused()
    {
        await (await OpenLedger(_directory.Data)).DisposeAsync();
        await using (var file = new FileStream(_directory.File, FileMode.Open))
        {
            // the first page after its header: the tables' definitions
            file.Position = 100;
            file.Write(Enumerable.Repeat((byte)0xee, 3_996).ToArray());
        }

        Assert.Equal($"The ledger's file {_directory.File} is damaged; restore it from a backup.", await Refusal());
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_and_left_alone()
    {
        await (await OpenLedger(_directory.Data)).DisposeAsync();
        Execute("PRAGMA user_version = 99");

        Assert.Equal(
            $"The ledger's file {_directory.File} was written by a newer AutoDeploy "
                + $"(schema 99, this one knows {SqliteMigrations.All.Count}); run that one.",
            await Refusal()
        );
    }

    [Fact]
    public async Task Another_programs_database_is_refused()
    {
        Directory.CreateDirectory(_directory.Data);
        Execute("CREATE TABLE songs (title TEXT)");

        Assert.Equal($"The ledger's file {_directory.File} is a database of another program.", await Refusal());
    }

    [Fact]
    public async Task A_read_only_file_is_refused()
    {
        await (await OpenLedger(_directory.Data)).DisposeAsync();
        File.SetAttributes(_directory.File, FileAttributes.ReadOnly);

        Assert.Equal($"The ledger's file {_directory.File} is read-only.", await Refusal());
    }

    [Fact]
    public async Task A_directory_has_one_ledger_at_a_time()
    {
        var first = await OpenLedger(_directory.Data);

        Assert.Equal($"The data directory {_directory.Data} is in use by another AutoDeploy; stop that one first.", await Refusal());

        await first.RecordPushes([Push()], Never);
        await first.DisposeAsync();
        await using var second = await OpenLedger(_directory.Data);
        Assert.Single(await second.ListOpenPushes(Source, 10, Never));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(_directory.Root, "file");
        await File.WriteAllTextAsync(file, "");
        await using var ledger = Closed(Path.Combine(file, "data"));

        var exception = await Assert.ThrowsAsync<LedgerException>(() => ledger.Open(Never));

        Assert.Equal($"The data directory {Path.Combine(file, "data")} is missing and cannot be created.", exception.Message);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_named()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // not even root can make a file there
        await using var ledger = Closed("/proc");

        var exception = await Assert.ThrowsAsync<LedgerException>(() => ledger.Open(Never));

        Assert.Equal("The data directory /proc is not writable.", exception.Message);
    }

    [Fact]
    public async Task An_older_schema_is_brought_up_to_date_with_its_rows()
    {
        Directory.CreateDirectory(_directory.Data);
        string[] migrations =
        [
            "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);",
            "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 2;",
            "INSERT INTO a VALUES (3, 4);",
        ];
        await using (var old = new SqliteDatabase(_directory.File))
            Assert.Equal((0, 1), old.Open(migrations[..1]));

        await using (var database = new SqliteDatabase(_directory.File))
        {
            Assert.Equal((1, 3), database.Open(migrations));
            Assert.Equal(
                [(1, 2), (3, 4)],
                await database.Read(session => session.Query("SELECT x, y FROM a", row => (row.Number(0), row.Number(1))), Never)
            );
        }

        await using var again = new SqliteDatabase(_directory.File);
        Assert.Equal((3, 3), again.Open(migrations));
        Assert.Equal(2, await again.Read(session => session.First("SELECT count(*) FROM a", row => row.Number(0)), Never));
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_the_old_schema()
    {
        Directory.CreateDirectory(_directory.Data);
        string[] migrations =
        [
            "CREATE TABLE a (x INTEGER);",
            "ALTER TABLE a ADD COLUMN y INTEGER;",
            "ALTER TABLE missing ADD COLUMN y INTEGER;",
        ];
        await using (var old = new SqliteDatabase(_directory.File))
            old.Open(migrations[..1]);

        await using (var database = new SqliteDatabase(_directory.File))
            Assert.Throws<LedgerException>(() => database.Open(migrations));

        await using var again = new SqliteDatabase(_directory.File);
        Assert.Equal((1, 2), again.Open(migrations[..2]));
    }

    [Fact]
    public async Task Two_callers_that_open_at_once_open_it_once()
    {
        await using var ledger = Closed(_directory.Data);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ledger.Open(Never))));

        Assert.True((await ledger.RecordPushes([Push()], Never))[0].New);
    }

    [Fact]
    public async Task Columns_are_what_the_schema_says()
    {
        await using (var ledger = await OpenLedger(_directory.Data))
            await ledger.RecordPushes([Push()], Never);

        Assert.Equal(
            "registry|latest|1|1772366400.1234567",
            Execute(
                "SELECT sender || '|' || tag || '|' || open || '|' || (received / 10000000) || '.' || printf('%07d', received % "
                    + "10000000) FROM pushes"
            )
        );
        Assert.Equal(1L, Execute("SELECT uuid = lower(uuid) AND length(uuid) = 36 FROM pushes"));
        Assert.Equal(
            0L,
            Execute("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND strict = 0")
        );
    }

    private async Task<string> Refusal()
    {
        await using var ledger = Closed(_directory.Data);
        return (await Assert.ThrowsAsync<LedgerException>(() => ledger.Open(Never))).Message;
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
