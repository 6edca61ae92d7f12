using System.Data.Common;
using AutoDeploy.Deployments;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ledger.Secrets;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const string TriggerColumns = "service, uuid_hash, uuid_sealed, name, operation, pass_body, created";

    internal const string SelectTrigger = $"SELECT {TriggerColumns} FROM triggers WHERE uuid_hash = @uuid_hash AND service = @service";

    public Task AddTrigger(Trigger trigger, CancellationToken cancellationToken)
    {
        var text = trigger.Uuid.ToString();
        var hash = SecretBox.Hash(text);
        var uuid = Secrets.Seal(text, TriggerUuid(trigger.ServiceId));
        return Write(
            session =>
                session.Execute(
                    """
                    INSERT INTO triggers (service, uuid_hash, uuid_sealed, name, operation, pass_body, created)
                    VALUES (@service, @uuid_hash, @uuid_sealed, @name, @operation, @pass_body, @created)
                    """,
                    ("service", trigger.ServiceId),
                    ("uuid_hash", hash),
                    ("uuid_sealed", uuid),
                    ("name", trigger.Name),
                    ("operation", trigger.Operation),
                    ("pass_body", trigger.PassBody),
                    ("created", trigger.Created)
                ),
            cancellationToken
        );
    }

    public Task<Trigger?> FindTrigger(Guid serviceId, Guid uuid, CancellationToken cancellationToken) =>
        Read(
            session => session.First(SelectTrigger, ReadTrigger, ("uuid_hash", SecretBox.Hash(uuid.ToString())), ("service", serviceId)),
            cancellationToken
        );

    public Task<Page<Trigger>> ListTriggers(Guid serviceId, int limit, int offset, CancellationToken cancellationToken) =>
        Read(
            session =>
                new WhereClause()
                    .And("service = @service", "service", serviceId)
                    .Page(session, TriggerColumns, "triggers", "created DESC, seq DESC", ReadTrigger, limit, offset),
            cancellationToken
        );

    public Task<bool> RemoveTrigger(Guid serviceId, Guid uuid, CancellationToken cancellationToken) =>
        Write(
            session =>
                session.Execute(
                    "DELETE FROM triggers WHERE uuid_hash = @uuid_hash AND service = @service",
                    ("uuid_hash", SecretBox.Hash(uuid.ToString())),
                    ("service", serviceId)
                ) == 1,
            cancellationToken
        );

    private static string TriggerUuid(Guid serviceId) => $"trigger of {serviceId}";

    private Trigger ReadTrigger(DbDataReader row)
    {
        var serviceId = row.Uuid(0);
        return new Trigger
        {
            ServiceId = serviceId,
            Uuid = Guid.Parse(Secrets.Open(row.Bytes(2), TriggerUuid(serviceId))),
            Name = row.Text(3),
            Operation = row.Word<Operation>(4),
            PassBody = row.Flag(5),
            Created = row.Time(6),
        };
    }
}
