using System.Data.Common;
using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const string DeploymentColumns = """
        uuid, service, operation, state, cause, cause_push, cause_text, cause_user, cause_ip, cause_method, cause_path, cause_user_agent,
        image, digest, step, reuse_volumes, result, created, started, ended, commit_id, body_sealed,
        cancel_asked, switched, rolled_back, back_to, repository, engine, taken_up, failures, lost, remove_volumes, blameless
        """;

    internal const string SelectDeployment = $"SELECT {DeploymentColumns} FROM deployments WHERE uuid = @uuid";

    internal const string SelectOpenDeployments = $"SELECT {DeploymentColumns} FROM deployments WHERE open = 1 ORDER BY created, seq";

    internal const string SelectOpenDeploymentsOfService =
        $"SELECT {DeploymentColumns} FROM deployments WHERE service = @service AND open = 1 ORDER BY created, seq";

    public Task AddDeployment(Deployment deployment, CancellationToken cancellationToken) =>
        WriteEvent(session => Add(session, deployment), cancellationToken);

    public Task<Deployment?> FindDeployment(Guid uuid, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectDeployment, ReadDeployment, ("uuid", uuid)), cancellationToken);

    public Task<IReadOnlyList<Deployment>> ListOpenDeployments(Guid? serviceId, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Deployment>>(
            session =>
                serviceId is { } uuid
                    ? session.Query(SelectOpenDeploymentsOfService, ReadDeployment, ("service", uuid))
                    : session.Query(SelectOpenDeployments, ReadDeployment),
            cancellationToken
        );

    public Task<Page<Deployment>> ListDeployments(DeploymentFilter filter, int limit, int offset, CancellationToken cancellationToken)
    {
        var whereClause = new WhereClause()
            .And("uuid = @uuid", "uuid", filter.Uuid)
            .AndUuidStartsWith(filter.UuidStartsWith)
            .And("service = @service", "service", filter.ServiceId)
            .And("state = @state", "state", filter.State)
            .And("digest = @digest", "digest", filter.Digest)
            .And("started >= @started_from", "started_from", filter.StartedFrom)
            .And("started <= @started_to", "started_to", filter.StartedTo)
            .And("ended >= @ended_from", "ended_from", filter.EndedFrom)
            .And("ended <= @ended_to", "ended_to", filter.EndedTo);
        // the few open ones have an index of their own
        if (filter.State is DeploymentState.Pending or DeploymentState.InProgress)
            whereClause.And("open = 1");
        return Read(
            session => whereClause.Page(session, DeploymentColumns, "deployments", "created DESC, seq DESC", ReadDeployment, limit, offset),
            cancellationToken
        );
    }

    public Task<Deployment?> Acquire(Guid deploymentId, CancellationToken cancellationToken) =>
        Write(
            session =>
                session.Execute(
                    """
                    UPDATE deployments SET taken_up = taken_up + 1, signed = CASE WHEN taken_up = 0 THEN 1 ELSE signed END,
                        lost = lost + CASE WHEN worker <> @process THEN 1 ELSE 0 END, worker = NULL
                    WHERE uuid = @uuid AND open = 1
                    """,
                    ("process", _process),
                    ("uuid", deploymentId)
                ) == 1
                    ? session.First(SelectDeployment, ReadDeployment, ("uuid", deploymentId))
                    : null,
            cancellationToken
        );

    public Task<bool> UpdateDeployment(Deployment deployment, CancellationToken cancellationToken) =>
        WriteEvent(session => Update(session, deployment), cancellationToken);

    public Task HandOver(Deployment deployment, CancellationToken cancellationToken) =>
        Write(
            session =>
                session.Execute(
                    "UPDATE deployments SET worker = NULL WHERE uuid = @uuid AND taken_up = @taken_up",
                    ("uuid", deployment.Uuid),
                    ("taken_up", deployment.LeaseEpoch)
                ),
            cancellationToken
        );

    private bool Update(Session session, Deployment deployment)
    {
        var changed = FindChange(session, deployment);
        var updated =
            session.Execute(
                """
                UPDATE deployments
                SET state = @state, open = @open, image = @image, digest = @digest, commit_id = @commit_id, repository = @repository,
                  step = @step,
                    result = @result, started = @started, switched = @switched, rolled_back = @rolled_back, ended = @ended,
                      failures = @failures, blameless = @blameless,
                    body_sealed = CASE WHEN @open = 1 THEN body_sealed END, worker = @worker
                WHERE uuid = @uuid AND open = 1 AND taken_up = @taken_up
                """,
                ("state", deployment.State),
                ("open", !deployment.HasEnded),
                ("image", deployment.Image),
                ("digest", deployment.Digest),
                ("commit_id", deployment.Commit),
                ("repository", deployment.Repository),
                ("step", deployment.Step.GetName()),
                ("result", deployment.Result),
                ("started", deployment.Started),
                ("switched", deployment.SwitchedAt),
                ("rolled_back", deployment.RolledBack),
                ("ended", deployment.Ended),
                ("failures", deployment.Failures),
                ("blameless", deployment.IsBlameless),
                ("worker", deployment.State == DeploymentState.InProgress ? _process : null),
                ("uuid", deployment.Uuid),
                ("taken_up", deployment.LeaseEpoch)
            ) == 1;
        if (updated && changed is { } newState)
            Append(session, deployment, EventChange.Update, newState);
        return updated;
    }

    public Task<bool> RequestCancel(Guid deploymentId, string by, CancellationToken cancellationToken) =>
        Write(
            session =>
                session.Execute(
                    "UPDATE deployments SET cancel_asked = coalesce(cancel_asked, @by) WHERE uuid = @uuid AND open = 1",
                    ("by", by),
                    ("uuid", deploymentId)
                ) == 1,
            cancellationToken
        );

    /// <summary>Adding the same again, after a crash, changes nothing.</summary>
    private int Add(Session session, Deployment deployment)
    {
        var added = session.Execute(
            """
            INSERT INTO deployments (uuid, service, operation, state, open, cause, cause_push, cause_text, cause_user, cause_ip,
                cause_method, cause_path, cause_user_agent, image, digest, step, reuse_volumes, result, created, started, ended,
                commit_id, body_sealed, cancel_asked, switched, rolled_back, back_to, repository, engine, remove_volumes, logged)
            VALUES (@uuid, @service, @operation, @state, @open, @cause, @cause_push, @cause_text, @cause_user, @cause_ip,
                @cause_method, @cause_path, @cause_user_agent, @image, @digest, @step, @reuse_volumes, @result, @created, @started, @ended,
                @commit_id, @body_sealed, @cancel_asked, @switched, @rolled_back, @back_to, @repository, @engine, @remove_volumes, 0)
            ON CONFLICT (uuid) DO NOTHING
            """,
            ("uuid", deployment.Uuid),
            ("service", deployment.ServiceId),
            ("operation", deployment.Operation),
            ("state", deployment.State),
            ("open", !deployment.HasEnded),
            ("cause", deployment.Cause.Kind),
            ("cause_push", deployment.Cause.PushId),
            ("cause_text", deployment.Cause.Text),
            ("cause_user", deployment.Cause.User),
            ("cause_ip", deployment.Cause.Ip),
            ("cause_method", deployment.Cause.Method),
            ("cause_path", deployment.Cause.Path),
            ("cause_user_agent", deployment.Cause.UserAgent),
            ("image", deployment.Image),
            ("digest", deployment.Digest),
            ("step", deployment.Step.GetName()),
            ("reuse_volumes", deployment.ReuseVolumes),
            ("result", deployment.Result),
            ("created", deployment.Created),
            ("started", deployment.Started),
            ("ended", deployment.Ended),
            ("commit_id", deployment.Commit),
            ("body_sealed", deployment.Body is { } body ? Secrets.Seal(body, DeploymentBody(deployment.Uuid)) : null),
            ("cancel_asked", deployment.CancelRequestedBy),
            ("switched", deployment.SwitchedAt),
            ("rolled_back", deployment.RolledBack),
            ("back_to", deployment.RollbackTime),
            ("repository", deployment.Repository),
            ("engine", deployment.Engine),
            ("remove_volumes", deployment.RemoveVolumes)
        );
        if (added == 1)
            Append(session, deployment, EventChange.Create, newState: true);
        return added;
    }

    private static string DeploymentBody(Guid uuid) => $"deployment {uuid} (body)";

    private Deployment ReadDeployment(DbDataReader row) =>
        new()
        {
            Uuid = row.Uuid(0),
            ServiceId = row.Uuid(1),
            Operation = row.Word<Operation>(2),
            State = row.Word<DeploymentState>(3),
            Cause = new DeploymentCause
            {
                Kind = row.Word<CauseKind>(4),
                PushId = row.UuidOrNull(5),
                Text = row.Text(6),
                User = row.Text(7),
                Ip = row.Text(8),
                Method = row.Text(9),
                Path = row.Text(10),
                UserAgent = row.Text(11),
            },
            Image = row.TextOrNull(12),
            Digest = row.TextOrNull(13),
            Step = DeploymentStepNames.Parse(row.Text(14)),
            ReuseVolumes = row.Flag(15),
            Result = row.Text(16),
            Created = row.Time(17),
            Started = row.TimeOrNull(18),
            Ended = row.TimeOrNull(19),
            Commit = row.TextOrNull(20),
            Body = row.IsDBNull(21) ? null : Secrets.Open(row.Bytes(21), DeploymentBody(row.Uuid(0))),
            CancelRequestedBy = row.TextOrNull(22),
            SwitchedAt = row.TimeOrNull(23),
            RolledBack = row.Flag(24),
            RollbackTime = row.TimeOrNull(25),
            Repository = row.TextOrNull(26),
            Engine = row.Text(27),
            LeaseEpoch = row.Number(28),
            Failures = (int)row.Number(29),
            Lost = (int)row.Number(30),
            RemoveVolumes = row.Flag(31),
            IsBlameless = row.Flag(32),
        };
}
