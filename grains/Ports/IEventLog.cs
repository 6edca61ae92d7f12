using AutoDeploy.Events;

namespace AutoDeploy.Ports;

/// <summary>
/// The events of the ledger: each is written in one step with the change that it tells of. An event is never there before one with a
/// smaller number, so that who has read up to a number has missed none before it.
/// </summary>
public interface IEventLog
{
    /// <summary>Events of an organization after the given number, in the order of their numbers.</summary>
    Task<EventPage> ListEvents(string organization, long after, int limit, CancellationToken cancellationToken);

    /// <summary>What of an organization's events is kept.</summary>
    Task<EventRange> GetEventRange(string organization, CancellationToken cancellationToken);

    /// <summary>
    /// Ends as soon as there is an event after the given number, of whatever organization; false when none has come for so long.
    /// </summary>
    Task<bool> WaitForEvent(long after, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Forgets events from before, and of each organization all but the newest so many. Works in small steps.</summary>
    Task TrimEvents(DateTimeOffset before, int keep, CancellationToken cancellationToken);

    /// <summary>The place in the log that a consumer has reached; null when there is no such consumer.</summary>
    Task<EventCursor?> FindCursor(Guid consumerId, CancellationToken cancellationToken);

    /// <summary>Keeps the place that a consumer has reached; nothing when it is gone.</summary>
    Task MoveCursor(EventCursor cursor, CancellationToken cancellationToken);
}
