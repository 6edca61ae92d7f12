using AutoDeploy.Ports;

namespace AutoDeploy.Events;

/// <summary>
/// Brings one consumer of the event log what it wants of it: in order, each at least once, and again and again until it was taken. An
/// event that was refused for good is given up, and so is one that was not taken for a day, in which nothing else was either.
/// </summary>
internal sealed class Courier(ILedger ledger, TimeProvider time, Guid consumer)
{
    private const int AtOnce = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <param name="organization">Whose events.</param>
    /// <param name="wanted">Makes of an event what brings it; null for one that is not wanted.</param>
    /// <param name="cancellationToken">What is not brought then is brought later.</param>
    /// <returns>When it is to be tried again; null: when there is something new.</returns>
    public async Task<DateTimeOffset?> Bring(
        string organization, Func<Event, Func<CancellationToken, Task<Receipt>>?> wanted, CancellationToken cancellationToken)
    {
        while (await ledger.FindCursor(consumer, cancellationToken) is { } cursor)
        {
            if (cursor.Due > time.GetUtcNow())
                return cursor.Due;
            var page = await ledger.Events(organization, cursor.Position, AtOnce, cancellationToken);
            foreach (var happened in page.Items)
            {
                if (wanted(happened) is { } send)
                {
                    var receipt = await send(cancellationToken);
                    var isDone = receipt.Delivered || receipt.IsFinal;
                    cursor = isDone ? Done(cursor, happened, receipt) : await GiveUp(Failed(cursor, receipt), organization, wanted, cancellationToken);
                    await ledger.MoveCursor(cursor, cancellationToken);
                    if (!isDone)
                        return cursor.Due;
                }
            }

            // what was passed by as not wanted stays so, also when more is wanted from now on
            if (page.ReadTo > cursor.Position)
                await ledger.MoveCursor(cursor with { Position = page.ReadTo }, cancellationToken);
            if (page.Items.Count < AtOnce)
                return null;
        }

        return null;
    }

    private EventCursor Done(EventCursor cursor, Event happened, Receipt receipt) => cursor with
    {
        Position = happened.Number,
        Attempts = 0,
        FailingSince = null,
        Due = null,
        Delivered = receipt.Delivered ? time.GetUtcNow() : cursor.Delivered,
        GivenUp = cursor.GivenUp + (receipt.Delivered ? 0 : 1),
        LastError = receipt.Error,
    };

    private EventCursor Failed(EventCursor cursor, Receipt receipt)
    {
        var now = time.GetUtcNow();
        // the first after a second, then twice as long each time; some sooner, some later, so that many do not come at once
        var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(cursor.Attempts, 20)), LongestPause.TotalSeconds) * (0.75 + (Random.Shared.NextDouble() / 2)));
        if (receipt.RetryAfter is { } asked && asked > pause)
            pause = asked < LongestPause ? asked : LongestPause;
        return cursor with { Attempts = cursor.Attempts + 1, FailingSince = cursor.FailingSince ?? now, Due = now + pause, LastError = receipt.Error };
    }

    /// <summary>Passes by what is so old that it is told to nobody any more, if there was time enough to tell it.</summary>
    private async Task<EventCursor> GiveUp(
        EventCursor cursor, string organization, Func<Event, Func<CancellationToken, Task<Receipt>>?> wanted, CancellationToken cancellationToken)
    {
        var old = time.GetUtcNow() - Patience;
        if (cursor.FailingSince > old)
            return cursor;
        while (true)
        {
            var page = await ledger.Events(organization, cursor.Position, AtOnce, cancellationToken);
            foreach (var happened in page.Items)
            {
                if (happened.Time > old)
                    return cursor;
                cursor = cursor with { Position = happened.Number, GivenUp = cursor.GivenUp + (wanted(happened) is null ? 0 : 1) };
            }

            if (page.Items.Count < AtOnce)
                return cursor;
        }
    }
}
