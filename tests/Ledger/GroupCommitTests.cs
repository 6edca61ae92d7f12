using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;
using Microsoft.Data.Sqlite;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

/// <summary>Units that wait are written together, fail apart, and can be taken back until they are taken.</summary>
public sealed class GroupCommitTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SqliteDatabase _database;

    public GroupCommitTests() => _database = new SqliteDatabase(_directory.File);

    public Task InitializeAsync()
    {
        _database.Open([
            """
            CREATE TABLE numbers (number INTEGER PRIMARY KEY);
            CREATE TABLE parents (id INTEGER PRIMARY KEY);
            CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
            """,
        ]);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Units_that_wait_are_written_in_one_transaction()
    {
        using var gate = new WriteGate(unit => _database.Write(unit, Never));
        using var stop = new StopPoint();
        var first = Insert(1);
        var second = _database.Write(session => stop.Here() + session.Execute("INSERT INTO numbers VALUES (2)"), Never);
        gate.Open();
        stop.WaitUntilHere();

        // the first unit has run, and is neither committed nor acknowledged before the second
        Assert.False(first.IsCompleted);
        Assert.Empty(await Numbers());

        stop.Go();
        await Task.WhenAll(first, second);
        Assert.Equal([1, 2], await Numbers());
    }

    [Fact]
    public async Task Units_run_in_the_order_in_which_they_came()
    {
        using var gate = new WriteGate(unit => _database.Write(unit, Never));
        List<int> order = [];
        Task[] units = [.. Enumerable.Range(0, 2_000).Select(i => _database.Write(_ => Add(order, i), Never))];

        gate.Open();
        await Task.WhenAll(units);

        Assert.Equal(Enumerable.Range(0, 2_000), order);
    }

    [Fact]
    public async Task Items_with_the_same_work_that_wait_are_handed_to_it_in_one_call()
    {
        using var gate = new WriteGate(unit => _database.Write(unit, Never));
        List<int[]> calls = [];
        Func<Session, IReadOnlyList<int>, IReadOnlyList<int>> work = (session, numbers) =>
        {
            calls.Add([.. numbers]);
            return [.. numbers.Select(number => 10 * session.Execute($"INSERT INTO numbers VALUES ({number})") * number)];
        };
        using var cancel = new CancellationTokenSource();
        Task<int>[] items = [.. Enumerable.Range(1, 10).Select(i => _database.WriteBatch(work, i, i == 4 ? cancel.Token : Never))];
        var other = Insert(11);
        await cancel.CancelAsync();
        gate.Open();
        await other;

        await Assert.ThrowsAsync<TaskCanceledException>(() => items[3]);
        var answers = await Task.WhenAll(items.Where((_, i) => i != 3));
        Assert.Equal([10, 20, 30, 50, 60, 70, 80, 90, 100], answers);
        Assert.Equal([1, 2, 3, 5, 6, 7, 8, 9, 10], Assert.Single(calls));
        Assert.Equal([1, 2, 3, 5, 6, 7, 8, 9, 10, 11], await Numbers());
    }

    [Fact]
    public async Task An_item_that_fails_leaves_the_others_that_ran_with_it()
    {
        await Insert(3);
        using var gate = new WriteGate(unit => _database.Write(unit, Never));
        Func<Session, IReadOnlyList<int>, IReadOnlyList<int>> work = (session, numbers) =>
            [.. numbers.Select(number => session.Execute($"INSERT INTO numbers VALUES ({number})"))];
        Task<int>[] items = [.. Enumerable.Range(1, 5).Select(i => _database.WriteBatch(work, i, Never))];
        gate.Open();

        await Assert.ThrowsAsync<LedgerException>(() => items[2]);
        var answers = await Task.WhenAll(items.Where((_, i) => i != 2));
        Assert.Equal([1, 1, 1, 1], answers);
        Assert.Equal([1, 2, 3, 4, 5], await Numbers());
    }

    [Fact]
    public async Task What_many_units_want_done_last_is_done_once_after_them_all()
    {
        using var gate = new WriteGate(unit => _database.Write(unit, Never));
        Task[] units =
        [
            .. Enumerable
                .Range(1, 10)
                .Select(i =>
                    _database.Write(
                        session =>
                        {
                            session.RunLast("total", () => session.Execute("INSERT INTO numbers SELECT 100 + count(*) FROM numbers"));
                            return session.Execute($"INSERT INTO numbers VALUES ({i})");
                        },
                        Never
                    )
                ),
        ];
        gate.Open();
        await Task.WhenAll(units);
        Assert.Equal([.. Enumerable.Range(1, 10), 110], await Numbers());

        // the next transaction has nothing of it
        await Insert(11);
        Assert.Equal([.. Enumerable.Range(1, 11), 110], await Numbers());
    }

    [Fact]
    public async Task What_was_to_be_done_last_goes_with_the_unit_that_failed()
    {
        var failing = _database.Write<int>(
            session =>
            {
                session.RunLast("more", () => session.Execute("INSERT INTO numbers VALUES (1)"));
                throw new InvalidOperationException("no");
            },
            Never
        );
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        await Insert(2);
        Assert.Equal([2], await Numbers());
    }

    [Fact]
    public async Task A_failing_unit_fails_alone_and_leaves_nothing()
    {
        using var gate = new WriteGate(unit => _database.Write(unit, Never));
        var before = Insert(1);
        var failing = _database.Write<int>(
            session =>
            {
                session.Execute("INSERT INTO numbers VALUES (2)");
                throw new FormatException("no");
            },
            Never
        );
        var after = Insert(3);
        var conflicting = Insert(1);
        var last = Insert(4);
        gate.Open();

        await Assert.ThrowsAsync<FormatException>(() => failing);
        var conflict = await Assert.ThrowsAsync<LedgerException>(() => conflicting);
        Assert.Contains("UNIQUE constraint failed", conflict.Message, StringComparison.Ordinal);
        await Task.WhenAll(before, after, last);
        Assert.Equal([1, 3, 4], await Numbers());
    }

    [Fact]
    public async Task When_only_the_commit_fails_the_units_are_tried_one_by_one()
    {
        var connection = new SqliteConnection($"Data Source={_directory.File};Pooling=False;Foreign Keys=True");
        await connection.OpenAsync();
        await using var writer = new GroupCommit(
            new SqliteSession(connection),
            () => throw new InvalidOperationException(),
            exception => exception
        );
        using var gate = new WriteGate(unit => writer.Run(unit, Never));
        var parent = writer.Run(session => session.Execute("INSERT INTO parents VALUES (1)"), Never);
        // the missing parent is noticed at the end of the transaction
        var orphan = writer.Run(session => session.Execute("INSERT INTO children VALUES (7)"), Never);
        var child = writer.Run(session => session.Execute("INSERT INTO children VALUES (1)"), Never);
        gate.Open();

        await Task.WhenAll(parent, child);
        await Assert.ThrowsAsync<SqliteException>(() => orphan);
        Assert.Equal([1], await _database.Read(session => session.Query("SELECT parent FROM children", row => row.Number(0)), Never));
    }

    [Fact]
    public async Task A_unit_that_is_cancelled_before_it_was_taken_is_not_written()
    {
        using var cancellation = new CancellationTokenSource();
        using var gate = new WriteGate(unit => _database.Write(unit, Never));
        var cancelled = Insert(1, cancellation.Token);
        var other = Insert(2);

        await cancellation.CancelAsync();

        // told at once, although the writer is busy
        Assert.True(cancelled.IsCanceled);
        gate.Open();
        await other;
        Assert.Equal([2], await Numbers());
    }

    [Fact]
    public async Task A_unit_that_is_cancelled_while_it_runs_is_written()
    {
        using var cancellation = new CancellationTokenSource();
        using var stop = new StopPoint();
        var running = _database.Write(session => stop.Here() + session.Execute("INSERT INTO numbers VALUES (1)"), cancellation.Token);
        stop.WaitUntilHere();

        await cancellation.CancelAsync();
        stop.Go();

        Assert.Equal(1, await running);
        Assert.Equal([1], await Numbers());
    }

    [Fact]
    public async Task Closing_writes_what_waits()
    {
        using var gate = new WriteGate(unit => _database.Write(unit, Never));
        Task[] units = [.. Enumerable.Range(0, 700).Select(i => Insert(i))];

        var closing = _database.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Insert(1_000));
        gate.Open();
        await closing;

        Assert.All(units, unit => Assert.True(unit.IsCompletedSuccessfully));
        await using var again = new SqliteDatabase(_directory.File);
        again.Open([""]);
        Assert.Equal(700, await again.Read(session => session.First("SELECT count(*) FROM numbers", row => row.Number(0)), Never));
    }

    [Fact]
    public async Task A_failed_read_spoils_no_later_one()
    {
        await Assert.ThrowsAsync<LedgerException>(() =>
            _database.Read(session => session.Execute("INSERT INTO numbers VALUES (1)"), Never)
        );
        await Assert.ThrowsAsync<FormatException>(() => _database.Read<int>(_ => throw new FormatException(), Never));

        Assert.Empty(await Numbers());
    }

    [Fact]
    public async Task More_texts_than_a_session_keeps_prepared_do_no_harm()
    {
        for (var i = 0; i < 1_000; i++)
            Assert.Equal(
                i,
                await _database.Read(session => session.First($"SELECT {i} + @zero", row => row.Number(0), ("zero", 0)), Never)
            );
    }

    private static int Add(List<int> order, int i)
    {
        order.Add(i);
        return 0;
    }

    private Task<int> Insert(int number, CancellationToken cancellationToken = default) =>
        _database.Write(session => session.Execute("INSERT INTO numbers VALUES (@number)", ("number", number)), cancellationToken);

    private Task<List<long>> Numbers() =>
        _database.Read(session => session.Query("SELECT number FROM numbers ORDER BY number", row => row.Number(0)), Never);

    /// <summary>A place in a unit where the writer waits for the test; at the test's end it goes on in any case.</summary>
    private sealed class StopPoint : IDisposable
    {
        private readonly ManualResetEventSlim _reached = new(),
            _go = new();

        public int Here()
        {
            _reached.Set();
            _go.Wait();
            return 0;
        }

        public void WaitUntilHere() => _reached.Wait();

        public void Go() => _go.Set();

        public void Dispose() => Go();
    }

    /// <summary>Holds the writer in a unit of its own, so that what comes meanwhile waits.</summary>
    private sealed class WriteGate : IDisposable
    {
        private readonly StopPoint _stop = new();

        public WriteGate(Func<Func<Session, int>, Task<int>> write)
        {
            _ = write(_ => _stop.Here());
            _stop.WaitUntilHere();
        }

        public void Open() => _stop.Go();

        public void Dispose() => Open();
    }
}
