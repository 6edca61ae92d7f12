using System.Data.Common;
using System.Text;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ledger.Secrets;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const int MaxDeliveryIdBytes = 1024;

    private const string PushColumns = """
        p.uuid, p.sender, p.hook, p.delivery, p.source, p.tag, p.digest, p.deleted, p.pusher, p.received, p.organization,
        p.ref, p.commit_id, p.skip_asked
        """;

    private const int PushWidth = 14;

    /// <summary>No conflict target: the same push again repeats its uuid as well as its delivery.</summary>
    internal const string InsertPush = """
        INSERT INTO pushes (uuid, sender, hook, delivery, source, tag, digest, deleted, pusher, received, organization, ref, commit_id,
            skip_asked, open)
        VALUES (@uuid, @sender, @hook, @delivery, @source, @tag, @digest, @deleted, @pusher, @received, @organization, @ref, @commit_id,
            @skip_asked, 1)
        ON CONFLICT DO NOTHING
        """;

    internal const string SelectRepeatedPush =
        $"SELECT {PushColumns} FROM pushes p WHERE p.sender = @sender AND p.hook = @hook AND p.delivery = @delivery";

    internal const string SelectPush = $"SELECT {PushColumns} FROM pushes p WHERE p.uuid = @uuid";

    internal static readonly string SettlePush =
        $"UPDATE pushes SET open = 0 WHERE uuid = @uuid AND open = 1 RETURNING {PushColumns.Replace("p.", "", StringComparison.Ordinal)}";

    internal const string SelectOpenPushes =
        $"SELECT {PushColumns}, p.reached FROM pushes p WHERE p.source = @source AND p.open = 1 ORDER BY p.seq LIMIT @limit";

    internal const string SelectOpenSources = "SELECT DISTINCT source FROM pushes WHERE open = 1 ORDER BY source";

    public Task<IReadOnlyList<RecordedPush>> RecordPushes(IReadOnlyList<Push> pushes, CancellationToken cancellationToken) =>
        _database.Kind == DatabaseKind.Postgres
            ? WriteBatch(PushBatch, new PushRecord(pushes, null), cancellationToken)
            : Write<IReadOnlyList<RecordedPush>>(session => [.. pushes.Select(push => Record(session, push))], cancellationToken);

    public Task<Push?> FindPush(Guid uuid, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectPush, row => ReadPush(row, 0), ("uuid", uuid)), cancellationToken);

    public Task<bool> IsMissingVerdicts(Guid pushId, CancellationToken cancellationToken) =>
        Read(session => session.Any("SELECT 1 FROM pushes WHERE uuid = @uuid AND open = 1", ("uuid", pushId)), cancellationToken);

    public Task<IReadOnlyList<OpenPush>> ListOpenPushes(string source, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<OpenPush>>(
            session =>
                session.Query(
                    SelectOpenPushes,
                    row => new OpenPush(ReadPush(row, 0), row.UuidOrNull(14)),
                    ("source", source),
                    ("limit", limit)
                ),
            cancellationToken
        );

    public Task<IReadOnlyList<string>> ListOpenSources(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<string>>(session => session.Query(SelectOpenSources, row => row.Text(0)), cancellationToken);

    public Task Advance(Guid pushId, Guid reached, CancellationToken cancellationToken) =>
        // never back: what was served stays served
        Write(
            session =>
                session.Execute(
                    "UPDATE pushes SET reached = @reached WHERE uuid = @uuid AND (reached IS NULL OR reached < @reached)",
                    ("reached", reached),
                    ("uuid", pushId)
                ),
            cancellationToken
        );

    public Task Complete(IReadOnlyList<Guid> pushIds, CancellationToken cancellationToken) =>
        WriteEvent(
            session =>
            {
                if (_database.Kind == DatabaseKind.Postgres)
                    return SettleAll(session, pushIds);
                foreach (var pushId in pushIds)
                    if (session.First(SettlePush, row => ReadPush(row, 0), ("uuid", pushId)) is { } settled)
                        Append(session, settled);
                return 0;
            },
            cancellationToken
        );

    private static RecordedPush Record(Session session, Push push)
    {
        // no hook is '', see the schema
        var hook = push.HookId?.ToString() ?? "";
        var delivery = ShortenDeliveryId(push.Delivery);
        var inserted = session.Execute(
            InsertPush,
            ("uuid", push.Uuid),
            ("sender", push.Sender),
            ("hook", hook),
            ("delivery", delivery),
            ("source", push.Source),
            ("tag", push.Tag),
            ("digest", push.Digest),
            ("deleted", push.Deleted),
            ("pusher", push.Pusher),
            ("received", push.Received),
            ("organization", push.Organization),
            ("ref", push.Ref),
            ("commit_id", push.Commit),
            ("skip_asked", push.SkipAsked)
        );
        if (inserted == 1)
            return new RecordedPush(push, New: true);

        var known = session.First(
            SelectRepeatedPush,
            row => ReadPush(row, 0),
            ("sender", push.Sender),
            ("hook", hook),
            ("delivery", delivery)
        );
        return new RecordedPush(known ?? throw new LedgerException($"The uuid {push.Uuid} belongs to another push already."), New: false);
    }

    /// <summary>What makes a push unique can be all that its sender said, and an entry of an index has its limits.</summary>
    private static string ShortenDeliveryId(string delivery) =>
        Encoding.UTF8.GetByteCount(delivery) <= MaxDeliveryIdBytes
            ? delivery
            : $"sha256:{Convert.ToHexStringLower(SecretBox.Hash(delivery))}";

    private static Push ReadPush(DbDataReader row, int first) =>
        new()
        {
            Uuid = row.Uuid(first),
            Sender = row.Text(first + 1),
            HookId = row.Text(first + 2) is { Length: > 0 } hook ? Guid.Parse(hook) : null,
            Delivery = row.Text(first + 3),
            Source = row.Text(first + 4),
            Tag = row.Text(first + 5),
            Digest = row.TextOrNull(first + 6),
            Deleted = row.Flag(first + 7),
            Pusher = row.TextOrNull(first + 8),
            Received = row.Time(first + 9),
            Organization = row.Text(first + 10),
            Ref = row.Text(first + 11),
            Commit = row.TextOrNull(first + 12),
            SkipAsked = row.Flag(first + 13),
        };
}
