using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    /// <summary>In the place of a tag: the list has been seen, see the schema.</summary>
    private const string List = "";

    /// <summary>For who wants what to be looked at, and what was seen of it.</summary>
    private const string PollLock = "polls";

    internal const string SelectPolls = "SELECT source, MIN(seconds) FROM polls GROUP BY source ORDER BY source";

    internal const string SelectPollingServices = "SELECT service FROM polls WHERE source = @source ORDER BY service";

    internal const string SelectSeenTags = "SELECT tag, digest FROM polls_seen WHERE organization = @organization AND source = @source";

    public Task<IReadOnlyList<SourcePoll>> ListPolls(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<SourcePoll>>(
            session => session.Query(SelectPolls, row => new SourcePoll(row.Text(0), (int)row.Number(1))),
            cancellationToken
        );

    public Task<IReadOnlyList<Guid>> ListPollingServices(string source, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Guid>>(
            session => session.Query(SelectPollingServices, row => row.Uuid(0), ("source", source)),
            cancellationToken
        );

    public Task<KnownTags> ReadKnownTags(string organization, string source, CancellationToken cancellationToken) =>
        Read(
            session =>
            {
                var tags = new Dictionary<string, string?>(
                    session.Query(
                        SelectSeenTags,
                        row => KeyValuePair.Create(row.Text(0), row.TextOrNull(1)),
                        ("organization", organization),
                        ("source", source)
                    ),
                    StringComparer.Ordinal
                );
                return new KnownTags(tags.Remove(List), tags);
            },
            cancellationToken
        );

    public async Task RecordTagPoll(TagPollResult look, CancellationToken cancellationToken)
    {
        foreach (var some in look.Gone.Chunk(TrimBatchRows))
            await Write(session => some.Sum(tag => Forget(session, look, tag)), cancellationToken);
        foreach (var some in look.Seen.Chunk(TrimBatchRows))
            await Write(session => RecordTags(session, look, some), cancellationToken);
        if (look.Listed is null && look.Pushes.Count == 0)
            return;
        await Write(
            session =>
            {
                session.Lock(PollLock);
                foreach (var push in look.Pushes)
                {
                    Record(session, push);
                    RecordTag(session, look, push.Tag, push.Digest);
                }

                return look.Listed switch
                {
                    true => RecordTag(session, look, List, null),
                    false => Forget(session, look, List),
                    null => 0,
                };
            },
            cancellationToken
        );
    }

    private static void SetPoll(Session session, Guid serviceId, string source, int seconds)
    {
        var before = FindPolledSource(session, serviceId);
        if (before is null && seconds == 0)
            return;
        session.Lock(PollLock);
        if (before is not null && (before != source || seconds == 0))
            RemovePoll(session, serviceId);
        if (seconds > 0)
            session.Execute(
                """
                INSERT INTO polls (service, source, seconds) VALUES (@service, @source, @seconds)
                ON CONFLICT (service) DO UPDATE SET source = excluded.source, seconds = excluded.seconds
                """,
                ("service", serviceId),
                ("source", source),
                ("seconds", seconds)
            );
    }

    private static string? FindPolledSource(Session session, Guid serviceId) =>
        session.First("SELECT source FROM polls WHERE service = @service", row => row.Text(0), ("service", serviceId));

    /// <summary>And what was seen goes with the last service that wanted it.</summary>
    private static int RemovePoll(Session session, Guid serviceId)
    {
        session.Lock(PollLock);
        var source = FindPolledSource(session, serviceId);
        var removed = session.Execute("DELETE FROM polls WHERE service = @service", ("service", serviceId));
        if (source is not null && !session.Any("SELECT 1 FROM polls WHERE source = @source", ("source", source)))
            session.Execute("DELETE FROM polls_seen WHERE source = @source", ("source", source));
        return removed;
    }

    private static int RecordTags(Session session, TagPollResult look, IEnumerable<KeyValuePair<string, string?>> tags)
    {
        session.Lock(PollLock);
        return tags.Sum(tag => RecordTag(session, look, tag.Key, tag.Value));
    }

    /// <summary>Nothing is remembered of what nobody wants to be looked at, also when that changed during the look.</summary>
    private static int RecordTag(Session session, TagPollResult look, string tag, string? digest) =>
        session.Execute(
            """
            INSERT INTO polls_seen (organization, source, tag, digest)
            SELECT @organization, @source, @tag, @digest WHERE EXISTS (SELECT 1 FROM polls WHERE source = @source)
            ON CONFLICT (source, organization, tag) DO UPDATE SET digest = excluded.digest
            """,
            ("organization", look.Organization),
            ("source", look.Source),
            ("tag", tag),
            ("digest", digest)
        );

    private static int Forget(Session session, TagPollResult look, string tag) =>
        session.Execute(
            "DELETE FROM polls_seen WHERE organization = @organization AND source = @source AND tag = @tag",
            ("organization", look.Organization),
            ("source", look.Source),
            ("tag", tag)
        );
}
