using System.Data.Common;
using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const string VerdictColumns =
        "v.uuid, v.push, v.service, v.kind, v.reason, v.detail, v.deployment, v.received, v.held_until, v.approved_by, v.approved";

    /// <summary>So many columns are before those of the push.</summary>
    private const int VerdictWidth = 11;

    private const string VerdictWithPushColumns = $"{VerdictColumns}, {PushColumns}, d.state, d.result";

    private const string VerdictsWithPushes =
        "verdicts v LEFT JOIN pushes p ON p.uuid = v.push LEFT JOIN deployments d ON d.uuid = v.deployment";

    /// <summary>So many columns are before those of the deployment.</summary>
    private const int OutcomeAt = VerdictWidth + PushWidth;

    internal const string SelectHeldServices = "SELECT service FROM verdicts WHERE kind = 'Held' ORDER BY service";

    internal const string SelectDueServices = "SELECT service FROM verdicts WHERE kind = 'Held' AND held_until <= @due ORDER BY service";

    internal const string UpdateSuperseded = """
        UPDATE verdicts SET kind = 'Skip', reason = 'superseded', detail = 'Something newer came while it was held.', held_until = NULL
        WHERE service = @service AND kind = 'Held' AND uuid <> @uuid
        """;

    internal const string SelectVerdict = $"SELECT {VerdictColumns} FROM verdicts v WHERE v.push = @push AND v.service = @service";

    internal const string SelectDeploying =
        $"SELECT {VerdictColumns} FROM verdicts v WHERE v.push = @push AND v.deployment IS NOT NULL ORDER BY v.service";

    public Task<bool> Decide(Verdict verdict, Deployment? deployment, Guid? supersededId, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        // a push can be skipped by any number of services, which nobody is told
        if (verdict.Kind == VerdictKind.Skip && deployment is null && supersededId is null)
            return _database.Kind == DatabaseKind.Postgres
                ? WriteBatch(VerdictBatch, verdict, cancellationToken)
                : Write(session => Add(session, verdict), cancellationToken);
        return WriteEvent(
            session =>
            {
                if (!Add(session, verdict))
                    return false;
                if (verdict.Kind != VerdictKind.Skip)
                    DropHeld(session, verdict.ServiceId, verdict.Uuid);
                ApplyDecision(session, deployment, supersededId, now);
                if (verdict.Kind == VerdictKind.Held)
                    Append(session, verdict);
                return true;
            },
            cancellationToken
        );
    }

    public Task<bool> ReplaceDecision(Verdict verdict, Deployment? deployment, Guid? supersededId, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return WriteEvent(
            session =>
            {
                var held =
                    session.Execute(
                        """
                        UPDATE verdicts
                        SET kind = @kind, reason = @reason, detail = @detail, deployment = @deployment, held_until = @held_until,
                            approved_by = @approved_by, approved = @approved
                        WHERE push = @push AND service = @service AND uuid = @uuid AND kind = 'Held'
                        """,
                        ("kind", verdict.Kind),
                        ("reason", verdict.Reason),
                        ("detail", verdict.Detail),
                        ("deployment", verdict.DeploymentId),
                        ("held_until", verdict.HeldUntil),
                        ("approved_by", verdict.ApprovedBy),
                        ("approved", verdict.Approved),
                        ("push", verdict.PushId),
                        ("service", verdict.ServiceId),
                        ("uuid", verdict.Uuid)
                    ) == 1;
                if (held)
                    ApplyDecision(session, deployment, supersededId, now);
                return held;
            },
            cancellationToken
        );
    }

    public Task DropHeld(Guid serviceId, CancellationToken cancellationToken) =>
        Write(session => DropHeld(session, serviceId, Guid.Empty), cancellationToken);

    public Task<IReadOnlyList<Guid>> ListHeldServices(DateTimeOffset? due, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Guid>>(
            session =>
                due is null
                    ? session.Query(SelectHeldServices, row => row.Uuid(0))
                    : session.Query(SelectDueServices, row => row.Uuid(0), ("due", due)),
            cancellationToken
        );

    public Task<Verdict?> FindVerdict(Guid pushId, Guid serviceId, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectVerdict, ReadVerdict, ("push", pushId), ("service", serviceId)), cancellationToken);

    public Task<IReadOnlyList<Verdict>> ListDeployingVerdicts(Guid pushId, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Verdict>>(session => session.Query(SelectDeploying, ReadVerdict, ("push", pushId)), cancellationToken);

    public Task<VerdictWithPush?> FindVerdictOfService(Guid serviceId, Guid uuid, CancellationToken cancellationToken) =>
        Read(
            session =>
                session.First(
                    $"SELECT {VerdictWithPushColumns} FROM {VerdictsWithPushes} WHERE v.service = @service AND v.uuid = @uuid",
                    ReadVerdictWithPush,
                    ("service", serviceId),
                    ("uuid", uuid)
                ),
            cancellationToken
        );

    public Task<Page<VerdictWithPush>> ListVerdicts(Guid serviceId, int limit, int offset, CancellationToken cancellationToken) =>
        Read(
            session =>
                new WhereClause()
                    .And("v.service = @service", "service", serviceId)
                    .Page(
                        session,
                        VerdictWithPushColumns,
                        VerdictsWithPushes,
                        "v.received DESC, v.seq DESC",
                        ReadVerdictWithPush,
                        limit,
                        offset
                    ),
            cancellationToken
        );

    private static bool Add(Session session, Verdict verdict) =>
        session.Execute(
            """
            INSERT INTO verdicts (uuid, push, service, kind, reason, detail, deployment, received, held_until, approved_by, approved)
            VALUES (@uuid, @push, @service, @kind, @reason, @detail, @deployment, @received, @held_until, @approved_by, @approved)
            ON CONFLICT (push, service) DO NOTHING
            """,
            ("uuid", verdict.Uuid),
            ("push", verdict.PushId),
            ("service", verdict.ServiceId),
            ("kind", verdict.Kind),
            ("reason", verdict.Reason),
            ("detail", verdict.Detail),
            ("deployment", verdict.DeploymentId),
            ("received", verdict.Received),
            ("held_until", verdict.HeldUntil),
            ("approved_by", verdict.ApprovedBy),
            ("approved", verdict.Approved)
        ) == 1;

    /// <summary>What a verdict leads to.</summary>
    private void ApplyDecision(Session session, Deployment? deployment, Guid? supersededId, DateTimeOffset now)
    {
        if (deployment is not null)
            Add(session, deployment);
        if (supersededId is { } uuid)
            Supersede(session, uuid, now);
    }

    private static int DropHeld(Session session, Guid serviceId, Guid but) =>
        session.Execute(UpdateSuperseded, ("service", serviceId), ("uuid", but));

    private void Supersede(Session session, Guid deploymentId, DateTimeOffset now)
    {
        var superseded = session.Execute(
            """
            UPDATE deployments SET state = 'Canceled', open = 0, result = 'Superseded by a newer push.', ended = @now
            WHERE uuid = @uuid AND open = 1
            """,
            ("now", now),
            ("uuid", deploymentId)
        );
        if (superseded == 1)
            Append(session, session.First(SelectDeployment, ReadDeployment, ("uuid", deploymentId))!, EventChange.Update, newState: true);
    }

    private static Verdict ReadVerdict(DbDataReader row) =>
        new()
        {
            Uuid = row.Uuid(0),
            PushId = row.Uuid(1),
            ServiceId = row.Uuid(2),
            Kind = row.Word<VerdictKind>(3),
            Reason = row.Text(4),
            Detail = row.Text(5),
            DeploymentId = row.UuidOrNull(6),
            Received = row.Time(7),
            HeldUntil = row.TimeOrNull(8),
            ApprovedBy = row.TextOrNull(9),
            Approved = row.TimeOrNull(10),
        };

    private static VerdictWithPush ReadVerdictWithPush(DbDataReader row) =>
        new(
            ReadVerdict(row),
            row.IsDBNull(VerdictWidth) ? null : ReadPush(row, VerdictWidth),
            row.IsDBNull(OutcomeAt) ? null : new VerdictOutcome(row.Word<DeploymentState>(OutcomeAt), row.Text(OutcomeAt + 1))
        );
}
