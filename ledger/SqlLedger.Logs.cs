using AutoDeploy.Deployments;
using AutoDeploy.Ledger.Database;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    internal const string SelectLog =
        "SELECT seq, time, text FROM log_lines WHERE deployment = @deployment AND seq > @after ORDER BY seq LIMIT @limit";

    public async Task AppendLog(Guid deploymentId, IReadOnlyList<string> lines, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        foreach (var some in lines.SelectMany(LogTextCleaner.Split).Chunk(TrimBatchRows))
            await Write(session => Log(session, deploymentId, some, now), cancellationToken);
    }

    public Task<IReadOnlyList<LogLine>> ReadLog(Guid deploymentId, long after, int limit, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<LogLine>>(
            session =>
                session.Query(
                    SelectLog,
                    row => new LogLine(row.Number(0), row.Time(1), row.Text(2)),
                    ("deployment", deploymentId),
                    ("after", after),
                    ("limit", limit)
                ),
            cancellationToken
        );

    /// <summary>Who adds lines, and who removes the last of them, are not in each other's way.</summary>
    private static string LogLock(Guid deploymentId) => $"log of {deploymentId}";

    private static int Log(Session session, Guid deploymentId, string[] lines, DateTimeOffset now)
    {
        session.Lock(LogLock(deploymentId));
        // a deployment whose service was removed meanwhile: nobody would ever remove its lines
        if (
            session.Query("SELECT logged FROM deployments WHERE uuid = @uuid", row => row.Flag(0), ("uuid", deploymentId))
            is not [var logged]
        )
            return 0;
        if (!logged)
            session.Execute("UPDATE deployments SET logged = 1 WHERE uuid = @uuid", ("uuid", deploymentId));
        return lines.Sum(line =>
            session.Execute(
                "INSERT INTO log_lines (deployment, time, text) VALUES (@deployment, @time, @text)",
                ("deployment", deploymentId),
                ("time", now),
                ("text", line)
            )
        );
    }
}
