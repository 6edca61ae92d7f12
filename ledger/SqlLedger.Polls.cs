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

    public Task<IReadOnlyList<SourcePoll>> Polls(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<SourcePoll>>(
            session => session.Query(SelectPolls, row => new SourcePoll(row.Text(0), (int)row.Number(1))), cancellationToken);

    public Task<IReadOnlyList<Guid>> PollingServices(string source, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Guid>>(session => session.Query(SelectPollingServices, row => row.Uuid(0), ("source", source)), cancellationToken);

    public Task<SeenTags> SeenTags(string organization, string source, CancellationToken cancellationToken) =>
        Read(
            session =>
            {
                var tags = new Dictionary<string, string?>(
                    session.Query(
                        SelectSeenTags, row => KeyValuePair.Create(row.Text(0), row.TextOrNull(1)), ("organization", organization), ("source", source)),
                    StringComparer.Ordinal);
                return new SeenTags(tags.Remove(List), tags);
            },
            cancellationToken);

    public async Task RecordLook(TagLook look, CancellationToken cancellationToken)
    {
        foreach (var some in look.Gone.Chunk(StepRows))
            await Write(session => some.Sum(tag => Forget(session, look, tag)), cancellationToken);
        foreach (var some in look.Seen.Chunk(StepRows))
            await Write(session => SeeAll(session, look, some), cancellationToken);
        if (look.Listed is null && look.Pushes.Count == 0)
            return;
        await Write(
            session =>
            {
                session.Lock(PollLock);
                foreach (var push in look.Pushes)
                {
                    Record(session, push);
                    See(session, look, push.Tag, push.Digest);
                }

                return look.Listed switch
                {
                    true => See(session, look, List, null),
                    false => Forget(session, look, List),
                    null => 0,
                };
            },
            cancellationToken);
    }

    private static void SetPoll(Session session, Guid service, string source, int seconds)
    {
        var before = Polled(session, service);
        if (before is null && seconds == 0)
            return;
        session.Lock(PollLock);
        if (before is not null && (before != source || seconds == 0))
            Unpoll(session, service);
        if (seconds > 0)
            session.Execute(
                """
                INSERT INTO polls (service, source, seconds) VALUES (@service, @source, @seconds)
                ON CONFLICT (service) DO UPDATE SET source = excluded.source, seconds = excluded.seconds
                """,
                ("service", service), ("source", source), ("seconds", seconds));
    }

    private static string? Polled(Session session, Guid service) =>
        session.First("SELECT source FROM polls WHERE service = @service", row => row.Text(0), ("service", service));

    /// <summary>And what was seen goes with the last service that wanted it.</summary>
    private static int Unpoll(Session session, Guid service)
    {
        session.Lock(PollLock);
        var source = Polled(session, service);
        var removed = session.Execute("DELETE FROM polls WHERE service = @service", ("service", service));
        if (source is not null && !session.Any("SELECT 1 FROM polls WHERE source = @source", ("source", source)))
            session.Execute("DELETE FROM polls_seen WHERE source = @source", ("source", source));
        return removed;
    }

    private static int SeeAll(Session session, TagLook look, IEnumerable<KeyValuePair<string, string?>> tags)
    {
        session.Lock(PollLock);
        return tags.Sum(tag => See(session, look, tag.Key, tag.Value));
    }

    /// <summary>Nothing is remembered of what nobody wants to be looked at, also when that changed during the look.</summary>
    private static int See(Session session, TagLook look, string tag, string? digest) =>
        session.Execute(
            """
            INSERT INTO polls_seen (organization, source, tag, digest)
            SELECT @organization, @source, @tag, @digest WHERE EXISTS (SELECT 1 FROM polls WHERE source = @source)
            ON CONFLICT (source, organization, tag) DO UPDATE SET digest = excluded.digest
            """,
            ("organization", look.Organization), ("source", look.Source), ("tag", tag), ("digest", digest));

    private static int Forget(Session session, TagLook look, string tag) =>
        session.Execute(
            "DELETE FROM polls_seen WHERE organization = @organization AND source = @source AND tag = @tag",
            ("organization", look.Organization), ("source", look.Source), ("tag", tag));
}
