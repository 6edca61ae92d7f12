using AutoDeploy.Events;
using AutoDeploy.Ports;
using AutoDeploy.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoDeploy.Grains.Tests.Events;

/// <summary>Events are brought in order, at least once, and given up only when it has been tried long enough.</summary>
public class OutboxDispatcherTests
{
    private const string Organization = "acme";

    private readonly Guid _consumerId = Guid.NewGuid();
    private readonly MemoryLedger _ledger = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<long> _told = [];

    [Fact]
    public async Task Wanted_events_are_told_in_order_and_once()
    {
        AddEvents(5);
        Assert.Null(await Deliver(_ => Delivered, wants: number => number % 2 == 1));
        Assert.Null(await Deliver(_ => Delivered));
        Assert.Equal([1, 3, 5], _told);
        Assert.Equal((5, 0), (Cursor.Position, Cursor.GivenUp));
    }

    [Fact]
    public async Task What_is_not_taken_is_told_again_later_and_later()
    {
        AddEvents(2);
        var delays = new List<TimeSpan>();
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var due = await Deliver(_ => DeliveryResult.CreateFailure("It is away."));
            delays.Add(due!.Value - _time.GetUtcNow());
            // not before it is due
            Assert.Equal(due, await Deliver(_ => Delivered));
            _time.Advance(delays[^1]);
        }

        Assert.Equal([1, 1, 1, 1], _told);
        Assert.Equal(delays.Order(), delays);
        Assert.Equal((4, "It is away."), (Cursor.Attempts, Cursor.LastError));
        Assert.Null(await Deliver(_ => Delivered));
        Assert.Equal([1, 1, 1, 1, 1, 2], _told);
        Assert.Equal((0, null), (Cursor.Attempts, Cursor.FailingSince));
    }

    [Fact]
    public async Task Who_asks_for_more_time_gets_it_but_not_for_ever()
    {
        AddEvents(1);
        foreach (var (asked, expected) in ((int, int)[])[(600, 600), (100_000, 3600)])
        {
            var due = await Deliver(_ => DeliveryResult.CreateFailure("Slow down.") with { RetryAfter = TimeSpan.FromSeconds(asked) });
            Assert.Equal(TimeSpan.FromSeconds(expected), due - _time.GetUtcNow());
            _time.Advance(TimeSpan.FromSeconds(expected));
        }
    }

    [Fact]
    public async Task What_is_refused_for_good_is_given_up_and_the_next_is_told()
    {
        AddEvents(2);
        Assert.Null(await Deliver(number => number == 1 ? DeliveryResult.CreateFailure("Never.") with { IsFinal = true } : Delivered));
        Assert.Equal([1, 2], _told);
        Assert.Equal((2, 1), (Cursor.Position, Cursor.GivenUp));
    }

    [Fact]
    public async Task After_a_day_in_which_nothing_was_taken_the_old_is_given_up_and_the_new_is_not()
    {
        AddEvents(3);
        await Deliver(_ => DeliveryResult.CreateFailure("It is away."));
        _time.Advance(TimeSpan.FromHours(25));
        AddEvents(1);
        await Deliver(_ => DeliveryResult.CreateFailure("It is away."), wants: number => number != 2);
        // two of the three old ones were wanted
        Assert.Equal((3, 2), (Cursor.Position, Cursor.GivenUp));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await Deliver(_ => Delivered));
        Assert.Equal([1, 1, 4], _told);
    }

    [Fact]
    public async Task A_consumer_that_is_gone_is_told_nothing() =>
        Assert.Null(await new OutboxDispatcher(_ledger.Create(), _time, Guid.NewGuid()).Deliver(Organization, _ => null, default));

    private static DeliveryResult Delivered => new() { IsDelivered = true };

    private EventCursor Cursor => _ledger.FindCursor(_consumerId)!;

    private void AddEvents(int count)
    {
        if (_ledger.FindCursor(_consumerId) is null)
            _ledger.Put(new EventCursor { ConsumerId = _consumerId, Position = 0 });
        for (var i = 0; i < count; i++)
            _ledger.Append(
                new LedgerEvent
                {
                    Number = 0,
                    Time = _time.GetUtcNow(),
                    Organization = Organization,
                    Kind = EventKind.Service,
                    Change = EventChange.Update,
                    SubjectId = Guid.NewGuid(),
                }
            );
    }

    private Task<DateTimeOffset?> Deliver(Func<long, DeliveryResult> answer, Func<long, bool>? wants = null) =>
        new OutboxDispatcher(_ledger.Create(), _time, _consumerId).Deliver(
            Organization,
            ledgerEvent =>
                wants?.Invoke(ledgerEvent.Number) == false
                    ? null
                    : _ =>
                    {
                        _told.Add(ledgerEvent.Number);
                        return Task.FromResult(answer(ledgerEvent.Number));
                    },
            default
        );
}
