using System.Data.Common;
using AutoDeploy.Events;
using AutoDeploy.Ledger.Database;

namespace AutoDeploy.Ledger;

/// <summary>How far the consumers of the event log have come; each is put and removed with what it is.</summary>
public sealed partial class SqlLedger
{
    private const string CursorColumns = "consumer, position, attempts, failing_since, due, delivered, given_up, last_error";

    internal const string SelectCursor = $"SELECT {CursorColumns} FROM event_cursors WHERE consumer = @consumer";

    public Task<EventCursor?> FindCursor(Guid consumerId, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectCursor, ReadCursor, ("consumer", consumerId)), cancellationToken);

    public Task MoveCursor(EventCursor cursor, CancellationToken cancellationToken) =>
        Write(
            session =>
                session.Execute(
                    """
                    UPDATE event_cursors
                    SET position = @position, attempts = @attempts, failing_since = @failing_since, due = @due, delivered = @delivered,
                        given_up = @given_up, last_error = @last_error
                    WHERE consumer = @consumer
                    """,
                    ("position", cursor.Position),
                    ("attempts", cursor.Attempts),
                    ("failing_since", cursor.FailingSince),
                    ("due", cursor.Due),
                    ("delivered", cursor.Delivered),
                    ("given_up", cursor.GivenUp),
                    ("last_error", cursor.LastError),
                    ("consumer", cursor.ConsumerId)
                ),
            cancellationToken
        );

    /// <summary>It begins with what happens from now on; one that is there already keeps its place, and is tried again at once.</summary>
    private static void PutCursor(Session session, Guid consumerId) =>
        session.Execute(
            $"""
            INSERT INTO event_cursors (consumer, position, attempts, given_up)
            VALUES (@consumer, ({SelectLastEvent}), 0, 0)
            ON CONFLICT (consumer) DO UPDATE SET attempts = 0, failing_since = NULL, due = NULL
            """,
            ("consumer", consumerId)
        );

    private static void RemoveCursor(Session session, Guid consumerId) =>
        session.Execute("DELETE FROM event_cursors WHERE consumer = @consumer", ("consumer", consumerId));

    private static EventCursor ReadCursor(DbDataReader row) =>
        new()
        {
            ConsumerId = row.Uuid(0),
            Position = row.Number(1),
            Attempts = (int)row.Number(2),
            FailingSince = row.TimeOrNull(3),
            Due = row.TimeOrNull(4),
            Delivered = row.TimeOrNull(5),
            GivenUp = row.Number(6),
            LastError = row.TextOrNull(7),
        };
}
