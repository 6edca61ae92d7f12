using System.Data.Common;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Ledger;

/// <summary>The event log. Numbers are given in the order in which they can be read: see <see cref="IDatabase.WriteEvents"/>.</summary>
public sealed partial class SqlLedger
{
    /// <summary>Another process may write to the same ledger; what it writes is found by looking.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private static readonly JsonSerializerOptions EventJson = new(GrainStateJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private const string EventColumns = "seq, time, organization, kind, change, subject, service, name, new_state, json";

    internal const string SelectEvents =
        $"SELECT {EventColumns} FROM events WHERE organization = @organization AND seq > @after ORDER BY seq LIMIT @limit";

    /// <summary>Not only the greatest there is: the newest may have been trimmed away. What is not committed yet does not count.</summary>
    internal const string SelectLastEvent =
        "SELECT coalesce(max(seq), 0) FROM (SELECT max(seq) AS seq FROM events UNION ALL SELECT max(seq) FROM events_trimmed) AS last";

    internal const string SelectSurplusEvent =
        "SELECT seq FROM events WHERE organization = @organization ORDER BY seq DESC LIMIT 1 OFFSET @keep";

    private readonly NewEventSignal _newEvent = new();

    /// <summary>Counts what was appended, to be seen by the writer of events alone.</summary>
    private long _appended;

    public Task<EventPage> ListEvents(string organization, long after, int limit, CancellationToken cancellationToken) =>
        Read(
            session =>
            {
                // first how far the log goes, then what is in it: what comes between is read, at worst, without being told of
                var last = LastEvent(session);
                var items = session.Query(SelectEvents, ReadEvent, ("organization", organization), ("after", after), ("limit", limit));
                var readTo = items.Count == limit ? items[^1].Number : Math.Max(last, items.Count == 0 ? after : items[^1].Number);
                return new EventPage(items, Math.Max(after, readTo));
            },
            cancellationToken
        );

    public Task<EventRange> GetEventRange(string organization, CancellationToken cancellationToken) =>
        Read(
            session => new EventRange(
                session.First(
                    "SELECT seq FROM events_trimmed WHERE organization = @organization",
                    row => row.Number(0),
                    ("organization", organization)
                ),
                LastEvent(session)
            ),
            cancellationToken
        );

    public async Task<bool> WaitForEvent(long after, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var signal = _newEvent.NextEvent;
            if (await Read(LastEvent, cancellationToken) > after)
                return true;
            var left = timeout - Stopwatch.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero)
                return false;
            using var look = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(signal, Task.Delay(left < PollInterval ? left : PollInterval, look.Token));
            await look.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public async Task TrimEvents(DateTimeOffset before, int keep, CancellationToken cancellationToken)
    {
        var trimmed = 0;
        var organizations = await Read(
            session => session.Query("SELECT DISTINCT organization FROM events", row => row.Text(0)),
            cancellationToken
        );
        foreach (var organization in organizations)
        {
            var last = await Read(
                session =>
                    Math.Max(
                        session.First(
                            "SELECT max(seq) FROM events WHERE organization = @organization AND time < @before",
                            row => row.IsDBNull(0) ? 0 : row.Number(0),
                            ("organization", organization),
                            ("before", before)
                        ),
                        session.First(SelectSurplusEvent, row => row.Number(0), ("organization", organization), ("keep", keep))
                    ),
                cancellationToken
            );
            int rows;
            do
            {
                rows = await Write(session => TrimEvents(session, organization, last), cancellationToken);
                trimmed += rows;
            } while (rows == TrimBatchRows);
        }

        if (trimmed > 0)
            LogEventsTrimmed(trimmed);
    }

    /// <summary>One step, and that it was done.</summary>
    private static int TrimEvents(Session session, string organization, long last)
    {
        var removed = session.Query(
            """
            DELETE FROM events
            WHERE seq IN (SELECT seq FROM events WHERE organization = @organization AND seq <= @last ORDER BY seq LIMIT @rows)
            RETURNING seq
            """,
            row => row.Number(0),
            ("organization", organization),
            ("last", last),
            ("rows", TrimBatchRows)
        );
        if (removed.Count > 0)
        {
            session.Execute(
                """
                INSERT INTO events_trimmed (organization, seq) VALUES (@organization, @seq)
                ON CONFLICT (organization) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > events_trimmed.seq
                """,
                ("organization", organization),
                ("seq", removed.Max())
            );
        }

        return removed.Count;
    }

    /// <summary>A unit that may append events: who waits for them is woken when they can be read.</summary>
    internal async Task<T> WriteEvent<T>(
        Func<Session, T> unit,
        CancellationToken cancellationToken,
        [CallerMemberName] string operation = ""
    )
    {
        var appended = false;
        var result = await WriteEvents(
            session =>
            {
                var before = _appended;
                var outcome = unit(session);
                appended = _appended != before;
                return outcome;
            },
            operation,
            cancellationToken
        );
        if (appended)
            _newEvent.Set();
        return result;
    }

    private static long LastEvent(Session session) => session.First(SelectLastEvent, row => row.Number(0));

    /// <summary>
    /// Whether the deployment as it is on record is another one, for those who look at it, than it will be; null: no, or it has ended.
    /// </summary>
    /// <returns>True: its state is another one, too.</returns>
    private static bool? FindChange(Session session, Deployment deployment) =>
        session.First<bool?>(
            """
            SELECT CASE WHEN state <> @state THEN 1 ELSE 0 END FROM deployments
            WHERE uuid = @uuid AND open = 1
                AND (state <> @state OR step <> @step OR image IS DISTINCT FROM @image OR digest IS DISTINCT FROM @digest
                    OR commit_id IS DISTINCT FROM @commit_id)
            """,
            row => row.Flag(0),
            ("state", deployment.State),
            ("uuid", deployment.Uuid),
            ("step", deployment.Step.GetName()),
            ("image", deployment.Image),
            ("digest", deployment.Digest),
            ("commit_id", deployment.Commit)
        );

    private void Append(Session session, Deployment deployment, EventChange change, bool newState) =>
        AppendForService(
            session,
            deployment.ServiceId,
            EventKind.Deployment,
            change,
            deployment.Uuid,
            newState,
            JsonSerializer.Serialize(deployment with { Body = null }, EventJson)
        );

    private void Append(Session session, Verdict verdict) =>
        AppendForService(
            session,
            verdict.ServiceId,
            EventKind.Verdict,
            EventChange.Create,
            verdict.Uuid,
            newState: true,
            JsonSerializer.Serialize(verdict, EventJson)
        );

    private void Append(Session session, Push push) =>
        Append(
            session,
            _time.GetUtcNow(),
            push.Organization,
            EventKind.Push,
            EventChange.Create,
            push.Uuid,
            null,
            "",
            newState: true,
            WritePush(push)
        );

    /// <summary>What makes a push unique can be all that its sender said.</summary>
    private static string WritePush(Push push) => JsonSerializer.Serialize(push with { Delivery = "" }, EventJson);

    /// <summary>Of a service as its row is now; nothing when there is none.</summary>
    private void AppendService(Session session, Guid serviceId, EventChange change, bool newState) =>
        _appended += session.Execute(
            """
            INSERT INTO events (time, organization, kind, change, subject, service, name, new_state, json)
            SELECT @time, s.organization, 'Service', @change, s.uuid, s.uuid, s.name, @new_state, '"' || s.state || '"'
            FROM services s WHERE s.uuid = @service
            """,
            ("time", _time.GetUtcNow()),
            ("change", change),
            ("new_state", newState),
            ("service", serviceId)
        );

    /// <summary>Of something that belongs to a service; nothing when that is gone.</summary>
    private void AppendForService(
        Session session,
        Guid serviceId,
        EventKind kind,
        EventChange change,
        Guid subjectId,
        bool newState,
        string json
    ) =>
        _appended += session.Execute(
            """
            INSERT INTO events (time, organization, kind, change, subject, service, name, new_state, json)
            SELECT @time, s.organization, @kind, @change, @subject, s.uuid, s.name, @new_state, @json
            FROM services s WHERE s.uuid = @service
            """,
            ("time", _time.GetUtcNow()),
            ("kind", kind),
            ("change", change),
            ("subject", subjectId),
            ("new_state", newState),
            ("json", json),
            ("service", serviceId)
        );

    private void Append(
        Session session,
        DateTimeOffset time,
        string organization,
        EventKind kind,
        EventChange change,
        Guid subjectId,
        Guid? serviceId,
        string name,
        bool newState,
        string json
    ) =>
        _appended += session.Execute(
            """
            INSERT INTO events (time, organization, kind, change, subject, service, name, new_state, json)
            VALUES (@time, @organization, @kind, @change, @subject, @service, @name, @new_state, @json)
            """,
            ("time", time),
            ("organization", organization),
            ("kind", kind),
            ("change", change),
            ("subject", subjectId),
            ("service", serviceId),
            ("name", name),
            ("new_state", newState),
            ("json", json)
        );

    /// <summary>Of a service that its state has carried; the same number again is not appended.</summary>
    private void Append(Session session, Service service, ServiceEvent one) =>
        _appended += session.Execute(
            """
            INSERT INTO events (time, organization, kind, change, subject, service, name, new_state, json, number)
            VALUES (@time, @organization, @kind, @change, @subject, @service, @name, @new_state, @json, @number)
            ON CONFLICT DO NOTHING
            """,
            ("time", one.Time),
            ("organization", service.Organization),
            ("kind", one.Kind),
            ("change", one.Change),
            ("subject", one.SubjectId),
            ("service", service.Uuid),
            ("name", service.Name),
            ("new_state", one.NewState),
            (
                "json",
                one.Container is { } container
                    ? JsonSerializer.Serialize(container, EventJson)
                    : JsonSerializer.Serialize(one.Status, EventJson)
            ),
            ("number", one.Number)
        );

    private static LedgerEvent ReadEvent(DbDataReader row)
    {
        var kind = row.Word<EventKind>(3);
        var json = row.Text(9);
        return new LedgerEvent
        {
            Number = row.Number(0),
            Time = row.Time(1),
            Organization = row.Text(2),
            Kind = kind,
            Change = row.Word<EventChange>(4),
            SubjectId = row.Uuid(5),
            ServiceId = row.UuidOrNull(6),
            ServiceName = row.Text(7),
            NewState = row.Flag(8),
            State = kind == EventKind.Service ? JsonSerializer.Deserialize<ServiceStatus>(json, EventJson) : null,
            Deployment = Content<Deployment>(EventKind.Deployment),
            Container = Content<ContainerView>(EventKind.Container),
            Push = Content<Push>(EventKind.Push),
            Verdict = Content<Verdict>(EventKind.Verdict),
        };

        T? Content<T>(EventKind of)
            where T : class => kind == of ? JsonSerializer.Deserialize<T>(json, EventJson) : null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Trimmed {Events} events")]
    private partial void LogEventsTrimmed(int events);
}
