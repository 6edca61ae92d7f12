using System.Collections.Concurrent;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

/// <summary>Processes and servers that end without a word: what was acknowledged is there, and who lives on works on.</summary>
public sealed class PostgresOutageTests : IAsyncLifetime
{
    private PostgresServer _server = null!;

    public async Task InitializeAsync() => _server = await PostgresServer.Start();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Every_acknowledged_push_is_there_after_the_process_was_killed_and_another_one_goes_on_at_once()
    {
        var acknowledged = await KilledProcess.Run("postgres", _server.ConnectionString());

        await using var ledger = await PostgresFixture.Open(_server.ConnectionString(), exclusive: true);
        await KilledProcess.AssertThere(ledger, acknowledged);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_acknowledged_push_is_there_after_the_server_ended_and_the_ledger_works_on_when_it_is_back(bool killed)
    {
        await using var ledger = await PostgresFixture.Open(_server.ConnectionString(), exclusive: true);
        var service = Service();
        await ledger.AddService(service, Never);
        using var stop = new CancellationTokenSource();
        ConcurrentQueue<Push> acknowledged = [];
        ConcurrentQueue<LedgerException> refused = [];
        var callers = Enumerable
            .Range(0, 16)
            .Select(caller =>
                Task.Run(async () =>
                {
                    for (var i = 0; !stop.IsCancellationRequested; i++)
                    {
                        var push = Push($"{caller}-{i}");
                        try
                        {
                            await ledger.RecordPushes([push], Never);
                            acknowledged.Enqueue(push);
                            await ledger.AddDeployment(Deployment(service.Uuid), Never);
                            Assert.NotNull(await ledger.FindPush(push.Uuid, Never));
                        }
                        catch (LedgerException failure)
                        {
                            refused.Enqueue(failure);
                            await Task.Delay(10);
                        }
                    }
                })
            )
            .ToArray();

        for (var round = 0; round < 3; round++)
        {
            var (before, refusedBefore) = (acknowledged.Count, refused.Count);
            await Eventually.Until(() => acknowledged.Count >= before + 100);
            await (killed ? _server.Kill() : _server.Stop());
            await Eventually.Until(() => refused.Count > refusedBefore + 16);
            await _server.StartAgain();
        }

        var last = acknowledged.Count;
        await Eventually.Until(() => acknowledged.Count >= last + 100);
        await stop.CancelAsync();
        await Task.WhenAll(callers);

        Assert.All(refused, failure => Assert.True(failure.IsUnavailable, failure.ToString()));
        foreach (var push in acknowledged)
            Assert.Equal(push, await ledger.FindPush(push.Uuid, Never));
    }

    [Fact]
    public async Task A_server_that_came_back_while_nobody_asked_is_not_noticed()
    {
        await using var ledger = await PostgresFixture.Open(_server.ConnectionString());
        var push = Push();
        await ledger.RecordPushes([push], Never);
        await ledger.AddService(Service(), Never);
        Assert.NotNull(await ledger.FindPush(push.Uuid, Never));

        await _server.Kill();
        await _server.StartAgain();

        Assert.NotNull(await ledger.FindPush(push.Uuid, Never));
        Assert.True((await ledger.RecordPushes([Push("2")], Never))[0].New);
        Assert.True(await ledger.AddService(Service("other"), Never));
    }

    [Fact]
    public async Task A_server_that_answers_nothing_keeps_nobody_waiting_for_long()
    {
        await using var ledger = await PostgresFixture.Open(
            _server.ConnectionString() + ";Timeout=5;Command Timeout=5;Cancellation Timeout=500"
        );
        await ledger.RecordPushes([Push("before")], Never);
        var hook = Hook();
        await ledger.AddHook(hook, Never);
        await ledger.FindHook(hook.Key, Never);
        _server.Freeze();

        // many more than there are connections: each of them would wait in its turn
        var asking = Enumerable
            .Range(0, 200)
            .Select(i => i % 2 == 0 ? ledger.RecordPushes([Push($"{i}")], Never) : (Task)ledger.FindHook(hook.Key, Never))
            .ToList();
        var all = Task.WhenAll(asking);
        await Assert.ThrowsAsync<LedgerException>(() => all.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.All(asking, asked => Assert.True(((LedgerException)asked.Exception!.InnerException!).IsUnavailable));
        _server.Thaw();

        Assert.True((await ledger.RecordPushes([Push("after")], Never))[0].New);
        Assert.NotNull(await ledger.FindHook(hook.Key, Never));
    }

    [Fact]
    public async Task A_server_that_is_starting_is_waited_for()
    {
        await _server.Stop();
        var starting = _server.StartAgain();
        await Eventually.Until(async () =>
        {
            try
            {
                await using var ledger = await PostgresFixture.Open(_server.ConnectionString());
                return true;
            }
            catch (LedgerException refused) when (refused.Message.Contains("refused", StringComparison.Ordinal))
            {
                // it does not listen yet: that is not waited for
                return false;
            }
        });
        await starting;
    }

    [Fact]
    public async Task A_session_that_lost_its_place_to_another_process_does_not_write()
    {
        await using var first = await PostgresFixture.Open(_server.ConnectionString(), exclusive: true);
        await first.RecordPushes([Push("1")], Never);
        await using (var second = PostgresFixture.Closed(_server.ConnectionString(), exclusive: true))
        {
            // what the first one does not know yet
            await _server.Execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
            await second.Open(Never);

            var refused = await Assert.ThrowsAsync<LedgerException>(() => first.RecordPushes([Push("2")], Never));
            Assert.Contains("there is another AutoDeploy", refused.Message, StringComparison.Ordinal);
            Assert.True(refused.IsUnavailable);
            await second.RecordPushes([Push("3")], Never);
        }

        // the server may notice a moment later that the second one has gone
        await Eventually.Until(async () =>
        {
            try
            {
                return (await first.RecordPushes([Push("4")], Never))[0].New;
            }
            catch (LedgerException still) when (still.Message.Contains("there is another AutoDeploy", StringComparison.Ordinal))
            {
                return false;
            }
        });
    }
}
