using AutoDeploy.Events;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Ledger;

/// <summary>
/// On PostgreSQL each statement costs a round trip. What many callers write at the same time (pushes with their deliveries, verdicts) is
/// written by one statement for all of them, whose rows come as arrays.
/// </summary>
public sealed partial class SqlLedger
{
    internal const string InsertPushes = """
        INSERT INTO pushes (uuid, sender, hook, delivery, source, tag, digest, deleted, pusher, received, organization, ref, commit_id,
            skip_asked, open)
        SELECT uuid, sender, hook, delivery, source, tag, digest, deleted, pusher, received, organization, ref, commit_id, skip_asked, 1
        FROM unnest(@uuid, @sender, @hook, @delivery, @source, @tag, @digest, @deleted, @pusher, @received, @organization, @ref,
            @commit_id, @skip_asked) WITH ORDINALITY AS one (uuid, sender, hook, delivery, source, tag, digest, deleted, pusher, received,
            organization, ref, commit_id, skip_asked, place)
        ORDER BY place
        ON CONFLICT DO NOTHING
        RETURNING uuid
        """;

    internal const string SelectRepeatedPushes = $"""
        SELECT {PushColumns}, one.place
        FROM unnest(@sender, @hook, @delivery) WITH ORDINALITY AS one (sender, hook, delivery, place)
        JOIN pushes p ON p.sender = one.sender AND p.hook = one.hook AND p.delivery = one.delivery
        """;

    /// <inheritdoc cref="InsertSharedDelivery"/>
    internal const string InsertDeliveries = """
        INSERT INTO deliveries (uuid, hook, received, sender_id, content_type, bytes, status, result, pushes, redelivered_from, kept,
            has_body, headers_sealed, body_sealed)
        SELECT one.uuid, h.uuid, one.received, one.sender_id, one.content_type, one.bytes, one.status, one.result, one.pushes,
            one.redelivered_from, 1, one.has_body, one.headers_sealed, one.body_sealed
        FROM unnest(@uuid, @hook, @received, @sender_id, @content_type, @bytes, @status, @result, @pushes, @redelivered_from, @has_body,
            @headers_sealed, @body_sealed) WITH ORDINALITY AS one (uuid, hook, received, sender_id, content_type, bytes, status, result,
            pushes, redelivered_from, has_body, headers_sealed, body_sealed, place)
        JOIN hooks h ON h.uuid = one.hook
        ORDER BY one.place
        FOR KEY SHARE OF h
        """;

    internal const string InsertVerdicts = """
        INSERT INTO verdicts (uuid, push, service, kind, reason, detail, deployment, received, held_until, approved_by, approved)
        SELECT uuid, push, service, kind, reason, detail, deployment, received, held_until, approved_by, approved
        FROM unnest(@uuid, @push, @service, @kind, @reason, @detail, @deployment, @received, @held_until, @approved_by, @approved)
            WITH ORDINALITY AS one (uuid, push, service, kind, reason, detail, deployment, received, held_until, approved_by, approved,
            place)
        ORDER BY place
        ON CONFLICT (push, service) DO NOTHING
        RETURNING uuid
        """;

    internal static readonly string SettlePushes =
        $"UPDATE pushes p SET open = 0 WHERE p.uuid = ANY (@uuids) AND p.open = 1 RETURNING {PushColumns}";

    internal const string InsertPushEvents = """
        INSERT INTO events (time, organization, kind, change, subject, service, name, new_state, json)
        SELECT @time, organization, 'Push', 'Create', subject, NULL, '', 1, json
        FROM unnest(@organization, @subject, @json) WITH ORDINALITY AS one (organization, subject, json, place)
        ORDER BY place
        """;

    /// <summary>What one caller records: pushes, and the delivery that they came in.</summary>
    private sealed record PushRecord(IReadOnlyList<Push> Pushes, DeliveryRecord? Delivery);

    private sealed record DeliveryRecord(
        Delivery Delivery,
        Func<IReadOnlyList<RecordedPush>, DeliveryOutcome> Outcome,
        byte[] Headers,
        byte[]? Body
    );

    /// <summary>The same delegates each time: see <see cref="GroupCommit.RunBatch"/>.</summary>
    private static readonly Func<Session, IReadOnlyList<PushRecord>, IReadOnlyList<IReadOnlyList<RecordedPush>>> PushBatch = RecordBatch;

    private static readonly Func<Session, IReadOnlyList<Verdict>, IReadOnlyList<bool>> VerdictBatch = AddBatch;

    private static List<IReadOnlyList<RecordedPush>> RecordBatch(Session session, IReadOnlyList<PushRecord> records)
    {
        List<Push> pushes = [.. records.SelectMany(record => record.Pushes)];
        var recorded = RecordAll(session, pushes);
        List<IReadOnlyList<RecordedPush>> results = [];
        var first = 0;
        foreach (var record in records)
        {
            results.Add(recorded.GetRange(first, record.Pushes.Count));
            first += record.Pushes.Count;
        }

        List<DeliveryRecord> deliveries = [];
        for (var i = 0; i < records.Count; i++)
            if (records[i].Delivery is { } delivery)
                deliveries.Add(delivery with { Delivery = delivery.Delivery with { Outcome = delivery.Outcome(results[i]) } });
        if (deliveries.Count > 0)
            AddAll(session, deliveries);
        return results;
    }

    private static List<RecordedPush> RecordAll(Session session, List<Push> pushes)
    {
        if (pushes.Count == 0)
            return [];
        var inserted = session
            .Query(
                InsertPushes,
                row => row.Uuid(0),
                ("uuid", pushes.Texts(push => push.Uuid)),
                ("sender", pushes.Texts(push => push.Sender)),
                // no hook is '', see the schema
                ("hook", pushes.Texts(push => push.HookId?.ToString() ?? "")),
                ("delivery", pushes.Texts(push => ShortenDeliveryId(push.Delivery))),
                ("source", pushes.Texts(push => push.Source)),
                ("tag", pushes.Texts(push => push.Tag)),
                ("digest", pushes.Texts(push => push.Digest)),
                ("deleted", pushes.Numbers(push => push.Deleted)),
                ("pusher", pushes.Texts(push => push.Pusher)),
                ("received", pushes.Numbers(push => push.Received)),
                ("organization", pushes.Texts(push => push.Organization)),
                ("ref", pushes.Texts(push => push.Ref)),
                ("commit_id", pushes.Texts(push => push.Commit)),
                ("skip_asked", pushes.Numbers(push => push.SkipAsked))
            )
            .ToHashSet();
        // of two with one uuid in the same batch the first one was recorded
        var recorded = pushes.ConvertAll(push => new RecordedPush(push, New: inserted.Remove(push.Uuid)));
        var repeated = Enumerable.Range(0, recorded.Count).Where(i => !recorded[i].New).ToList();
        if (repeated.Count == 0)
            return recorded;

        var known = session
            .Query(
                SelectRepeatedPushes,
                row => (Place: (int)row.Number(PushWidth) - 1, Push: ReadPush(row, 0)),
                ("sender", repeated.Texts(i => pushes[i].Sender)),
                ("hook", repeated.Texts(i => pushes[i].HookId?.ToString() ?? "")),
                ("delivery", repeated.Texts(i => ShortenDeliveryId(pushes[i].Delivery)))
            )
            .ToDictionary(row => row.Place, row => row.Push);
        for (var place = 0; place < repeated.Count; place++)
            recorded[repeated[place]] = new RecordedPush(
                known.GetValueOrDefault(place)
                    ?? throw new LedgerException($"The uuid {pushes[repeated[place]].Uuid} belongs to another push already."),
                New: false
            );
        return recorded;
    }

    private static void AddAll(Session session, List<DeliveryRecord> records)
    {
        session.Execute(
            InsertDeliveries,
            ("uuid", records.Texts(record => record.Delivery.Uuid)),
            ("hook", records.Texts(record => record.Delivery.HookId)),
            ("received", records.Numbers(record => record.Delivery.Received)),
            ("sender_id", records.Texts(record => record.Delivery.SenderId)),
            ("content_type", records.Texts(record => record.Delivery.ContentType)),
            ("bytes", records.Numbers(record => record.Delivery.Bytes)),
            ("status", records.Numbers(record => record.Delivery.Outcome.Status)),
            ("result", records.Texts(record => record.Delivery.Outcome.Result)),
            ("pushes", records.Texts(record => string.Join(Between, record.Delivery.Outcome.PushIds))),
            ("redelivered_from", records.Texts(record => record.Delivery.RedeliveredFrom)),
            ("has_body", records.Numbers(record => record.Body is not null)),
            ("headers_sealed", records.Blobs(record => record.Headers)),
            ("body_sealed", records.Blobs(record => record.Body))
        );
        foreach (var hookId in records.Select(record => record.Delivery.HookId).Distinct())
            RemoveSharedSurplusLast(session, hookId);
    }

    private static List<bool> AddBatch(Session session, IReadOnlyList<Verdict> verdicts)
    {
        var inserted = session
            .Query(
                InsertVerdicts,
                row => row.Uuid(0),
                ("uuid", verdicts.Texts(verdict => verdict.Uuid)),
                ("push", verdicts.Texts(verdict => verdict.PushId)),
                ("service", verdicts.Texts(verdict => verdict.ServiceId)),
                ("kind", verdicts.Texts(verdict => verdict.Kind)),
                ("reason", verdicts.Texts(verdict => verdict.Reason)),
                ("detail", verdicts.Texts(verdict => verdict.Detail)),
                ("deployment", verdicts.Texts(verdict => verdict.DeploymentId)),
                ("received", verdicts.Numbers(verdict => verdict.Received)),
                ("held_until", verdicts.Numbers(verdict => verdict.HeldUntil)),
                ("approved_by", verdicts.Texts(verdict => verdict.ApprovedBy)),
                ("approved", verdicts.Numbers(verdict => verdict.Approved))
            )
            .ToHashSet();
        return [.. verdicts.Select(verdict => inserted.Remove(verdict.Uuid))];
    }

    /// <summary>As <see cref="Complete"/> does, in two statements.</summary>
    private int SettleAll(Session session, IReadOnlyList<Guid> pushIds)
    {
        var settled = session
            .Query(SettlePushes, row => ReadPush(row, 0), ("uuids", pushIds.Texts(uuid => uuid)))
            .ToDictionary(p => p.Uuid);
        List<Push> pushes = [.. pushIds.Distinct().Where(settled.ContainsKey).Select(uuid => settled[uuid])];
        if (pushes.Count > 0)
            _appended += session.Execute(
                InsertPushEvents,
                ("time", _time.GetUtcNow()),
                ("organization", pushes.Texts(push => push.Organization)),
                ("subject", pushes.Texts(push => push.Uuid)),
                ("json", pushes.Texts(WritePush))
            );
        return pushes.Count;
    }
}
