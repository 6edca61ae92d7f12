using System.Data.Common;
using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Ledger;

public sealed partial class SqliteLedger
{
    private const string VerdictColumns = "v.uuid, v.push, v.service, v.kind, v.reason, v.detail, v.deployment, v.received";

    internal const string SelectVerdict = $"SELECT {VerdictColumns} FROM verdicts v WHERE v.push = @push AND v.service = @service";

    internal const string SelectDeploying =
        $"SELECT {VerdictColumns} FROM verdicts v WHERE v.push = @push AND v.deployment IS NOT NULL ORDER BY v.service";

    public Task<bool> Decide(Verdict verdict, Deployment? deployment, Guid? superseded, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return WriteEvent(
            session =>
            {
                if (!Add(session, verdict))
                    return false;
                if (deployment is not null)
                    Add(session, deployment);
                if (superseded is { } uuid)
                    Supersede(session, uuid, now);
                if (verdict.Kind == VerdictKind.Held)
                    Append(session, verdict);
                return true;
            },
            cancellationToken);
    }

    public Task<Verdict?> FindVerdict(Guid push, Guid service, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectVerdict, ReadVerdict, ("push", push), ("service", service)), cancellationToken);

    public Task<IReadOnlyList<Verdict>> Deploying(Guid push, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Verdict>>(session => session.Query(SelectDeploying, ReadVerdict, ("push", push)), cancellationToken);

    public Task<Page<VerdictWithPush>> Verdicts(Guid service, int limit, int offset, CancellationToken cancellationToken) =>
        Read(
            session => new Conditions()
                .And("v.service = @service", "service", service)
                .Page(
                    session,
                    $"{VerdictColumns}, {PushColumns}",
                    "verdicts v LEFT JOIN pushes p ON p.uuid = v.push",
                    "v.received DESC, v.seq DESC",
                    row => new VerdictWithPush(ReadVerdict(row), row.IsDBNull(8) ? null : ReadPush(row, 8)),
                    limit,
                    offset),
            cancellationToken);

    private static bool Add(Session session, Verdict verdict) =>
        session.Execute(
            """
            INSERT INTO verdicts (uuid, push, service, kind, reason, detail, deployment, received)
            VALUES (@uuid, @push, @service, @kind, @reason, @detail, @deployment, @received)
            ON CONFLICT (push, service) DO NOTHING
            """,
            ("uuid", verdict.Uuid), ("push", verdict.Push), ("service", verdict.Service), ("kind", verdict.Kind),
            ("reason", verdict.Reason), ("detail", verdict.Detail), ("deployment", verdict.Deployment), ("received", verdict.Received)) == 1;

    private void Supersede(Session session, Guid deployment, DateTimeOffset now)
    {
        var superseded = session.Execute(
            """
            UPDATE deployments SET state = 'Canceled', open = 0, result = 'Superseded by a newer push.', ended = @now
            WHERE uuid = @uuid AND open = 1
            """,
            ("now", now), ("uuid", deployment));
        if (superseded == 1)
            Append(session, session.First(SelectDeployment, ReadDeployment, ("uuid", deployment))!, EventChange.Update, newState: true);
    }

    private static Verdict ReadVerdict(DbDataReader row) => new()
    {
        Uuid = row.Uuid(0),
        Push = row.Uuid(1),
        Service = row.Uuid(2),
        Kind = row.Word<VerdictKind>(3),
        Reason = row.Text(4),
        Detail = row.Text(5),
        Deployment = row.UuidOrNull(6),
        Received = row.Time(7),
    };
}
