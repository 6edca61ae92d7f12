using AutoDeploy.Deployments;
using AutoDeploy.Ledger.Database;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    internal const string SelectLog =
        "SELECT seq, time, text FROM log_lines WHERE deployment = @deployment AND seq > @after ORDER BY seq LIMIT @limit";

    public async Task Log(Guid deployment, IReadOnlyList<string> lines, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        foreach (var some in lines.SelectMany(LogText.Lines).Chunk(StepRows))
            await Write(session => Log(session, deployment, some, now), cancellationToken);
    }

    public Task<IReadOnlyList<LogLine>> ReadLog(Guid deployment, long after, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<LogLine>>(
            session => session.Query(
                SelectLog,
                row => new LogLine(row.Number(0), row.Time(1), row.Text(2)),
                ("deployment", deployment), ("after", after), ("limit", limit)),
            cancellationToken);

    /// <summary>Who adds lines, and who removes the last of them, are not in each other's way.</summary>
    private static string LogLock(Guid deployment) => $"log of {deployment}";

    private static int Log(Session session, Guid deployment, string[] lines, DateTimeOffset now)
    {
        session.Lock(LogLock(deployment));
        // a deployment whose service was removed meanwhile: nobody would ever remove its lines
        if (session.Query("SELECT logged FROM deployments WHERE uuid = @uuid", row => row.Flag(0), ("uuid", deployment)) is not [var logged])
            return 0;
        if (!logged)
            session.Execute("UPDATE deployments SET logged = 1 WHERE uuid = @uuid", ("uuid", deployment));
        return lines.Sum(line => session.Execute(
            "INSERT INTO log_lines (deployment, time, text) VALUES (@deployment, @time, @text)",
            ("deployment", deployment), ("time", now), ("text", line)));
    }
}
