using System.Data.Common;
using AutoDeploy.Events;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const string ServiceColumns = "uuid, organization, name, state, created, engine";

    internal const string SelectServiceByName =
        $"SELECT {ServiceColumns} FROM services WHERE organization = @organization AND name = @name AND state <> 'Terminated'";

    private const string DeleteSubscriptions = "DELETE FROM subscriptions WHERE service = @service";

    internal const string SelectSubscribers =
        "SELECT service FROM subscriptions WHERE source = @source AND service > @after ORDER BY service LIMIT @limit";

    /// <summary>States that carry events are in an index of their own.</summary>
    internal static readonly IReadOnlyDictionary<DatabaseKind, string> SelectServicesToHandOver = new Dictionary<DatabaseKind, string>
    {
        [DatabaseKind.Sqlite] = """
            SELECT substr(stored.grain, 9) FROM grain_state stored LEFT JOIN services s ON s.uuid = substr(stored.grain, 9)
            WHERE stored.outbox = 1 AND stored.name = 'service' AND (s.uuid IS NULL OR s.version <> stored.etag)
            """,
        [DatabaseKind.Postgres] = """
            SELECT stored.GrainIdExtensionString FROM OrleansStorage stored LEFT JOIN services s ON s.uuid = stored.GrainIdExtensionString
            WHERE position('"Outbox":[{'::bytea IN stored.PayloadBinary) > 0 AND stored.GrainTypeString = 'service'
                AND (s.uuid IS NULL OR s.version <> stored.Version)
            """,
    };

    public Task<bool> HandOver(ServiceHandover handover, CancellationToken cancellationToken) =>
        WriteEvent(session => HandOver(session, handover), cancellationToken);

    public Task<long> HandedOver(Guid serviceId, CancellationToken cancellationToken) =>
        Read(
            session => session.First("SELECT handed_over FROM services WHERE uuid = @uuid", row => row.Number(0), ("uuid", serviceId)),
            cancellationToken
        );

    public Task<IReadOnlyList<Guid>> ServicesToHandOver(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Guid>>(
            session => session.Query(SelectServicesToHandOver[_database.Kind], row => row.Uuid(0)),
            cancellationToken
        );

    public async Task RemoveService(Guid serviceId, CancellationToken cancellationToken)
    {
        // it hears of nothing new; then what may be much, in small steps; the row goes last, so that a crash leaves something to repeat
        await Write(session => session.Execute(DeleteSubscriptions, ("service", serviceId)), cancellationToken);
        await RemoveDeployments(
            await Read(
                session =>
                    session.Query("SELECT uuid FROM deployments WHERE service = @service", row => row.Uuid(0), ("service", serviceId)),
                cancellationToken
            ),
            cancellationToken
        );
        await RunInBatches(
            session =>
                session.Execute(
                    "DELETE FROM verdicts WHERE seq IN (SELECT seq FROM verdicts WHERE service = @service LIMIT @limit)",
                    ("service", serviceId),
                    ("limit", TrimBatchRows)
                ),
            cancellationToken
        );
        await WriteEvent(
            session =>
            {
                AppendService(session, serviceId, EventChange.Delete, newState: false);
                return session.Execute("DELETE FROM triggers WHERE service = @service", ("service", serviceId))
                    + session.Execute("DELETE FROM containers WHERE service = @service", ("service", serviceId))
                    + RemovePoll(session, serviceId)
                    + session.Execute("DELETE FROM services WHERE uuid = @uuid", ("uuid", serviceId));
            },
            cancellationToken
        );
    }

    public Task<ServiceRow?> FindServiceByName(string organization, string name, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectServiceByName, ReadService, ("organization", organization), ("name", name)), cancellationToken);

    public Task<Page<ServiceRow>> ListServices(ServiceFilter filter, int limit, int offset, CancellationToken cancellationToken) =>
        Read(
            session =>
                new WhereClause()
                    .And("organization = @organization", "organization", filter.Organization)
                    .And("name = @name", "name", filter.Name)
                    .And("uuid = @uuid", "uuid", filter.Uuid)
                    .AndUuidStartsWith(filter.UuidStartsWith)
                    .And("state = @state", "state", filter.State)
                    .And("engine = @engine", "engine", filter.Engine)
                    .Page(session, ServiceColumns, "services", "created, seq", ReadService, limit, offset),
            cancellationToken
        );

    public Task<IReadOnlyList<Guid>> ListSubscribers(string source, Guid? after, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Guid>>(
            session =>
                session.Query(
                    SelectSubscribers,
                    row => row.Uuid(0),
                    ("source", source),
                    ("after", after?.ToString() ?? ""),
                    ("limit", limit)
                ),
            cancellationToken
        );

    private bool HandOver(Session session, ServiceHandover handover)
    {
        var row = handover.Row;
        var isNew = handover.Events.Any(one => one is { Kind: EventKind.Service, Change: EventChange.Create });
        if (
            isNew
            && session.Execute(
                """
                INSERT INTO services (uuid, organization, name, state, created, engine, version, handed_over)
                VALUES (@uuid, @organization, @name, @state, @created, @engine, @version, 0)
                ON CONFLICT DO NOTHING
                """,
                ("uuid", row.Uuid),
                ("organization", row.Organization),
                ("name", row.Name),
                ("state", row.State),
                ("created", row.Created),
                ("engine", row.Engine),
                ("version", handover.Version)
            ) == 0
            // the same again, after a crash, is no conflict
            && !session.Any(
                "SELECT 1 FROM services WHERE uuid = @uuid AND organization = @organization AND name = @name",
                ("uuid", row.Uuid),
                ("organization", row.Organization),
                ("name", row.Name)
            )
        )
            return false;

        // not when all of it was handed over before; nor when the service has been removed meanwhile
        if (
            session.Execute(
                """
                UPDATE services SET state = @state, version = @version, handed_over = @last_event
                WHERE uuid = @uuid AND handed_over < @last_event
                """,
                ("state", row.State),
                ("version", handover.Version),
                ("last_event", handover.LastEvent),
                ("uuid", row.Uuid)
            ) == 0
        )
        {
            session.Execute(
                "UPDATE services SET version = @version WHERE uuid = @uuid AND handed_over = @last_event",
                ("version", handover.Version),
                ("uuid", row.Uuid),
                ("last_event", handover.LastEvent)
            );
            return true;
        }

        foreach (var one in handover.Events)
            Append(session, handover.Service, one);
        if (handover.Events.Any(one => one.NewSubscriptions))
        {
            Subscribe(session, row.Uuid, handover.Sources);
            SetPoll(session, row.Uuid, handover.Sources.FirstOrDefault() ?? "", handover.PollSeconds);
        }

        return true;
    }

    private static void Subscribe(Session session, Guid serviceId, IReadOnlyList<string> sources)
    {
        session.Execute(DeleteSubscriptions, ("service", serviceId));
        foreach (var source in sources)
            session.Execute(
                "INSERT INTO subscriptions (source, service) VALUES (@source, @service) ON CONFLICT DO NOTHING",
                ("source", source),
                ("service", serviceId)
            );
    }

    private static ServiceRow ReadService(DbDataReader row) =>
        new(row.Uuid(0), row.Text(1), row.Text(2), row.Word<ServiceStatus>(3), row.Time(4)) { Engine = row.Text(5) };
}
