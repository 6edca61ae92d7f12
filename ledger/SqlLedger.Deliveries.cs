using System.Data.Common;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const string DeliveryColumns =
        "uuid, hook, received, sender_id, content_type, bytes, status, result, pushes, redelivered_from, has_body";

    private const char Between = ' ',
        AfterName = ':',
        AfterHeader = '\n';

    /// <summary>Nothing for a hook that was revoked meanwhile: nobody would remove it.</summary>
    internal const string InsertDelivery = """
        INSERT INTO deliveries (uuid, hook, number, received, sender_id, content_type, bytes, status, result, pushes, redelivered_from,
          kept, has_body,
            headers_sealed, body_sealed)
        SELECT @uuid, h.uuid, 1 + coalesce((SELECT max(number) FROM deliveries WHERE hook = @hook), 0), @received, @sender_id,
          @content_type, @bytes,
            @status, @result, @pushes, @redelivered_from, 1, @has_body, @headers_sealed, @body_sealed
        FROM hooks h
        WHERE h.uuid = @hook
        RETURNING number
        """;

    internal const string DeleteSurplusDeliveries = "DELETE FROM deliveries WHERE hook = @hook AND number <= @last";

    /// <summary>
    /// The numbers come from a sequence, since others may add to the same hook meanwhile. Who removes the hook waits for those who add to
    /// it,
    /// or they for him.
    /// </summary>
    internal const string InsertSharedDelivery = """
        INSERT INTO deliveries (uuid, hook, received, sender_id, content_type, bytes, status, result, pushes, redelivered_from, kept,
          has_body,
            headers_sealed, body_sealed)
        SELECT @uuid, h.uuid, @received, @sender_id, @content_type, @bytes, @status, @result, @pushes, @redelivered_from, 1, @has_body,
            @headers_sealed, @body_sealed
        FROM hooks h
        WHERE h.uuid = @hook
        FOR KEY SHARE
        """;

    /// <summary>What another one is about to remove it may remove: nobody waits here.</summary>
    internal const string DeleteSharedSurplusDeliveries = """
        DELETE FROM deliveries
        WHERE seq IN (
            SELECT seq FROM deliveries
            WHERE hook = @hook AND number <= (SELECT number FROM deliveries WHERE hook = @hook ORDER BY number DESC LIMIT 1 OFFSET @kept)
            FOR UPDATE SKIP LOCKED)
        """;

    internal const string SelectDelivery = $"SELECT {DeliveryColumns}, headers_sealed, body_sealed FROM deliveries WHERE uuid = @uuid";

    internal const string SelectOldDeliveries =
        "SELECT seq FROM deliveries WHERE kept = 1 AND received < @before ORDER BY received LIMIT @things";

    public Task AddDelivery(Delivery delivery, DeliveryContent content, CancellationToken cancellationToken)
    {
        var (headers, body) = Seal(delivery, content);
        return Write(
            session =>
            {
                Add(session, delivery, headers, body);
                return 0;
            },
            cancellationToken
        );
    }

    public Task<IReadOnlyList<RecordedPush>> RecordPushes(
        IReadOnlyList<Push> pushes,
        Delivery delivery,
        DeliveryContent content,
        Func<IReadOnlyList<RecordedPush>, DeliveryOutcome> outcome,
        CancellationToken cancellationToken
    )
    {
        // here and not in the unit: there is one writer for all
        var (headers, body) = Seal(delivery, content);
        if (_database.Kind == DatabaseKind.Postgres)
            return WriteBatch(PushBatch, new PushRecord(pushes, new DeliveryRecord(delivery, outcome, headers, body)), cancellationToken);
        return Write<IReadOnlyList<RecordedPush>>(
            session =>
            {
                List<RecordedPush> recorded = [.. pushes.Select(push => Record(session, push))];
                Add(session, delivery with { Outcome = outcome(recorded) }, headers, body);
                return recorded;
            },
            cancellationToken
        );
    }

    public Task<Page<Delivery>> ListDeliveries(Guid hookId, int limit, int offset, CancellationToken cancellationToken) =>
        Read(
            session =>
                new WhereClause()
                    .And("hook = @hook", "hook", hookId)
                    .Page(session, DeliveryColumns, "deliveries", "number DESC", ReadDelivery, limit, offset),
            cancellationToken
        );

    public Task<StoredDelivery?> FindDelivery(Guid uuid, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectDelivery, ReadKeptDelivery, ("uuid", uuid)), cancellationToken);

    public async Task TrimDeliveries(DateTimeOffset before, CancellationToken cancellationToken)
    {
        while (await Write(session => TrimDeliveries(session, before), cancellationToken) == TrimBatchEntities)
        {
            // there is more
        }
    }

    private static int TrimDeliveries(Session session, DateTimeOffset before) =>
        session.Execute(
            $"""
            UPDATE deliveries SET kept = 0, has_body = 0, headers_sealed = NULL, body_sealed = NULL
            WHERE seq IN ({SelectOldDeliveries})
            """,
            ("before", before),
            ("things", TrimBatchEntities)
        );

    private void Add(Session session, Delivery delivery, byte[] headers, byte[]? body)
    {
        var outcome = delivery.Outcome;
        (string, object?)[] values =
        [
            ("uuid", delivery.Uuid),
            ("hook", delivery.HookId),
            ("received", delivery.Received),
            ("sender_id", delivery.SenderId),
            ("content_type", delivery.ContentType),
            ("bytes", delivery.Bytes),
            ("status", outcome.Status),
            ("result", outcome.Result),
            ("pushes", string.Join(Between, outcome.PushIds)),
            ("redelivered_from", delivery.RedeliveredFrom),
            ("has_body", body is not null),
            ("headers_sealed", headers),
            ("body_sealed", body),
        ];
        if (_database.Kind == DatabaseKind.Postgres)
        {
            session.Execute(InsertSharedDelivery, values);
            RemoveSharedSurplusLast(session, delivery.HookId);
        }
        else if (session.First(InsertDelivery, row => row.Number(0), values) is > ILedger.MaxDeliveriesPerHook and var number)
        {
            session.RunLast(
                Surplus(delivery.HookId),
                () => session.Execute(DeleteSurplusDeliveries, ("hook", delivery.HookId), ("last", number - ILedger.MaxDeliveriesPerHook))
            );
        }
    }

    private static void RemoveSharedSurplusLast(Session session, Guid hookId) =>
        session.RunLast(
            Surplus(hookId),
            () => session.Execute(DeleteSharedSurplusDeliveries, ("hook", hookId), ("kept", ILedger.MaxDeliveriesPerHook))
        );

    private static string Surplus(Guid hookId) => $"surplus deliveries of {hookId}";

    private static string DeliveryHeaders(Guid uuid) => $"delivery {uuid} (headers)";

    private static string DeliveryBody(Guid uuid) => $"delivery {uuid} (body)";

    private static Delivery ReadDelivery(DbDataReader row) =>
        new()
        {
            Uuid = row.Uuid(0),
            HookId = row.Uuid(1),
            Received = row.Time(2),
            SenderId = row.TextOrNull(3),
            ContentType = row.TextOrNull(4),
            Bytes = row.Number(5),
            Outcome = new DeliveryOutcome(
                (int)row.Number(6),
                row.Text(7),
                [.. row.Text(8).Split(Between, StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse)]
            ),
            RedeliveredFrom = row.UuidOrNull(9),
            HasBody = row.Flag(10),
        };

    private (byte[] Headers, byte[]? Body) Seal(Delivery delivery, DeliveryContent content) =>
        (
            Secrets.Seal(
                string.Join(AfterHeader, content.Headers.Select(h => h.Key + AfterName + h.Value)),
                DeliveryHeaders(delivery.Uuid)
            ),
            content.Body is { } body ? Secrets.Seal(body.Span, DeliveryBody(delivery.Uuid)) : null
        );

    private StoredDelivery ReadKeptDelivery(DbDataReader row)
    {
        var delivery = ReadDelivery(row);
        if (row.IsDBNull(11))
            return new StoredDelivery(delivery, null);
        var headers = Secrets
            .Open(row.Bytes(11), DeliveryHeaders(delivery.Uuid))
            .Split(AfterHeader, StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(AfterName, 2))
            .Select(parts => KeyValuePair.Create(parts[0], parts[1]));
        return new StoredDelivery(
            delivery,
            new DeliveryContent(
                [.. headers],
                row.IsDBNull(12) ? default(ReadOnlyMemory<byte>?) : Secrets.OpenBytes(row.Bytes(12), DeliveryBody(delivery.Uuid))
            )
        );
    }
}
