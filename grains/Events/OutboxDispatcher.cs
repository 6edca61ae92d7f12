using AutoDeploy.Ports;

namespace AutoDeploy.Events;

/// <summary>
/// Brings one consumer of the event log what it wants of it: in order, each at least once, and again and again until it was taken. An
/// event that was refused for good is given up, and so is one that was not taken for a day, in which nothing else was either.
/// </summary>
internal sealed class OutboxDispatcher(ILedger ledger, TimeProvider time, Guid consumerId)
{
    private const int BatchSize = 200;

    private static readonly TimeSpan DeliveryTimeout = TimeSpan.FromHours(24);

    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromHours(1);

    /// <param name="organization">Whose events.</param>
    /// <param name="wanted">Makes of an event what brings it; null for one that is not wanted.</param>
    /// <param name="cancellationToken">What is not brought then is brought later.</param>
    /// <returns>When it is to be tried again; null: when there is something new.</returns>
    public async Task<DateTimeOffset?> Deliver(
        string organization,
        Func<LedgerEvent, Func<CancellationToken, Task<DeliveryResult>>?> wanted,
        CancellationToken cancellationToken
    )
    {
        while (await ledger.FindCursor(consumerId, cancellationToken) is { } cursor)
        {
            if (cursor.Due > time.GetUtcNow())
                return cursor.Due;
            var page = await ledger.ListEvents(organization, cursor.Position, BatchSize, cancellationToken);
            foreach (var ledgerEvent in page.Items)
            {
                if (wanted(ledgerEvent) is { } send)
                {
                    var result = await send(cancellationToken);
                    var isDone = result.IsDelivered || result.IsFinal;
                    cursor = isDone
                        ? MarkDelivered(cursor, ledgerEvent, result)
                        : await SkipExpired(MarkFailed(cursor, result), organization, wanted, cancellationToken);
                    await ledger.MoveCursor(cursor, cancellationToken);
                    if (!isDone)
                        return cursor.Due;
                }
            }

            // what was passed by as not wanted stays so, also when more is wanted from now on
            if (page.ReadTo > cursor.Position)
                await ledger.MoveCursor(cursor with { Position = page.ReadTo }, cancellationToken);
            if (page.Items.Count < BatchSize)
                return null;
        }

        return null;
    }

    private EventCursor MarkDelivered(EventCursor cursor, LedgerEvent ledgerEvent, DeliveryResult result) =>
        cursor with
        {
            Position = ledgerEvent.Number,
            Attempts = 0,
            FailingSince = null,
            Due = null,
            Delivered = result.IsDelivered ? time.GetUtcNow() : cursor.Delivered,
            GivenUp = cursor.GivenUp + (result.IsDelivered ? 0 : 1),
            LastError = result.Error,
        };

    private EventCursor MarkFailed(EventCursor cursor, DeliveryResult result)
    {
        var now = time.GetUtcNow();
        // the first after a second, then twice as long each time; some sooner, some later, so that many do not come at once
        var delay = TimeSpan.FromSeconds(
            Math.Min(Math.Pow(2, Math.Min(cursor.Attempts, 20)), MaxRetryDelay.TotalSeconds) * (0.75 + (Random.Shared.NextDouble() / 2))
        );
        if (result.RetryAfter is { } asked && asked > delay)
            delay = asked < MaxRetryDelay ? asked : MaxRetryDelay;
        return cursor with
        {
            Attempts = cursor.Attempts + 1,
            FailingSince = cursor.FailingSince ?? now,
            Due = now + delay,
            LastError = result.Error,
        };
    }

    /// <summary>Passes by what is so old that it is told to nobody any more, if there was time enough to tell it.</summary>
    private async Task<EventCursor> SkipExpired(
        EventCursor cursor,
        string organization,
        Func<LedgerEvent, Func<CancellationToken, Task<DeliveryResult>>?> wanted,
        CancellationToken cancellationToken
    )
    {
        var old = time.GetUtcNow() - DeliveryTimeout;
        if (cursor.FailingSince > old)
            return cursor;
        while (true)
        {
            var page = await ledger.ListEvents(organization, cursor.Position, BatchSize, cancellationToken);
            foreach (var ledgerEvent in page.Items)
            {
                if (ledgerEvent.Time > old)
                    return cursor;
                cursor = cursor with { Position = ledgerEvent.Number, GivenUp = cursor.GivenUp + (wanted(ledgerEvent) is null ? 0 : 1) };
            }

            if (page.Items.Count < BatchSize)
                return cursor;
        }
    }
}
