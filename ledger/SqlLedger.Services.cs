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

    internal const string SelectSubscribers =
        "SELECT service FROM subscriptions WHERE source = @source AND service > @after ORDER BY service LIMIT @limit";

    public Task<bool> AddService(ServiceRow row, CancellationToken cancellationToken) =>
        WriteEvent(session => AddService(session, row), cancellationToken);

    public Task SetServiceState(Guid service, ServiceStatus state, CancellationToken cancellationToken) =>
        WriteEvent(
            session =>
            {
                if (session.Execute(
                    "UPDATE services SET state = @state WHERE uuid = @uuid AND state <> @state", ("state", state), ("uuid", service)) == 1)
                    AppendService(session, service, EventChange.Update, newState: true);
                return 0;
            },
            cancellationToken);

    public async Task RemoveService(Guid service, CancellationToken cancellationToken)
    {
        // it hears of nothing new; then what may be much, in small steps; the row goes last, so that a crash leaves something to repeat
        await SubscribeOnly(service, [], cancellationToken);
        await RemoveDeployments(
            await Read(
                session => session.Query(
                    "SELECT uuid FROM deployments WHERE service = @service", row => row.Uuid(0), ("service", service)),
                cancellationToken),
            cancellationToken);
        await InSteps(
            session => session.Execute(
                "DELETE FROM verdicts WHERE seq IN (SELECT seq FROM verdicts WHERE service = @service LIMIT @limit)",
                ("service", service), ("limit", StepRows)),
            cancellationToken);
        await WriteEvent(
            session =>
            {
                AppendService(session, service, EventChange.Delete, newState: false);
                return session.Execute("DELETE FROM triggers WHERE service = @service", ("service", service))
                    + session.Execute("DELETE FROM containers WHERE service = @service", ("service", service))
                    + Unpoll(session, service)
                    + session.Execute("DELETE FROM services WHERE uuid = @uuid", ("uuid", service));
            },
            cancellationToken);
    }

    public Task<ServiceRow?> FindServiceByName(string organization, string name, CancellationToken cancellationToken) =>
        Read(
            session => session.First(SelectServiceByName, ReadService, ("organization", organization), ("name", name)), cancellationToken);

    public Task<Page<ServiceRow>> Services(ServiceFilter filter, int limit, int offset, CancellationToken cancellationToken) =>
        Read(
            session => new Conditions()
                .And("organization = @organization", "organization", filter.Organization)
                .And("name = @name", "name", filter.Name)
                .And("uuid = @uuid", "uuid", filter.Uuid)
                .AndUuidStartsWith(filter.UuidStartsWith)
                .And("state = @state", "state", filter.State)
                .And("engine = @engine", "engine", filter.Engine)
                .Page(session, ServiceColumns, "services", "created, seq", ReadService, limit, offset),
            cancellationToken);

    public Task Subscribe(Guid service, IReadOnlyList<string> sources, CancellationToken cancellationToken) =>
        Write(session => sources.Sum(source => Subscribe(session, service, source)), cancellationToken);

    public Task SubscribeOnly(Guid service, IReadOnlyList<string> sources, CancellationToken cancellationToken) =>
        Write(
            session => session.Execute("DELETE FROM subscriptions WHERE service = @service", ("service", service))
                + sources.Sum(source => Subscribe(session, service, source)),
            cancellationToken);

    public Task<IReadOnlyList<Guid>> Subscribers(string source, Guid? after, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Guid>>(
            session => session.Query(
                SelectSubscribers, row => row.Uuid(0), ("source", source), ("after", after?.ToString() ?? ""), ("limit", limit)),
            cancellationToken);

    private bool AddService(Session session, ServiceRow row)
    {
        var added = session.Execute(
            """
            INSERT INTO services (uuid, organization, name, state, created, engine) VALUES (@uuid, @organization, @name, @state, @created, @engine)
            ON CONFLICT DO NOTHING
            """,
            ("uuid", row.Uuid), ("organization", row.Organization), ("name", row.Name), ("state", row.State), ("created", row.Created),
            ("engine", row.Engine)) == 1;
        if (added)
            AppendService(session, row.Uuid, EventChange.Create, newState: true);
        // the same again, after a crash, is no conflict
        return added || session.Any(
            "SELECT 1 FROM services WHERE uuid = @uuid AND organization = @organization AND name = @name",
            ("uuid", row.Uuid), ("organization", row.Organization), ("name", row.Name));
    }

    private static int Subscribe(Session session, Guid service, string source) =>
        session.Execute(
            "INSERT INTO subscriptions (source, service) VALUES (@source, @service) ON CONFLICT DO NOTHING",
            ("source", source), ("service", service));

    private static ServiceRow ReadService(DbDataReader row) =>
        new(row.Uuid(0), row.Text(1), row.Text(2), row.Word<ServiceStatus>(3), row.Time(4)) { Engine = row.Text(5) };
}
