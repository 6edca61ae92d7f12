using AutoDeploy.Ledger.Database;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Ledger;

/// <summary>Removing what is old, in units of so few rows that other writers hardly wait.</summary>
public sealed partial class SqlLedger
{
    private const int TrimBatchRows = 500;

    /// <summary>So many pushes or deployments are looked at in one step.</summary>
    private const int TrimBatchEntities = 100;

    private const string OldPushes =
        "FROM pushes WHERE open = 0 AND received < @before AND uuid NOT IN (SELECT push FROM verdicts WHERE kind = 'Held') ORDER "
        + "BY received, seq LIMIT @things";

    internal const string SelectOldPushes = $"SELECT uuid {OldPushes}";

    internal const string SelectOldLogs = "SELECT uuid FROM deployments WHERE logged = 1 AND ended < @before ORDER BY ended LIMIT @things";

    internal const string SelectSurplusDeployments = """
        SELECT uuid
        FROM (SELECT uuid, row_number() OVER (PARTITION BY service ORDER BY created DESC,
          seq DESC) AS place FROM deployments WHERE open = 0) AS ended
        WHERE place > @keep
        """;

    public async Task Trim(DateTimeOffset before, int deploymentsPerService, CancellationToken cancellationToken)
    {
        var pushes = await TrimPushes(before, cancellationToken);
        var logs = await TrimLogs(before, cancellationToken);
        var surplus = await Read(
            session => session.Query(SelectSurplusDeployments, row => row.Uuid(0), ("keep", deploymentsPerService)),
            cancellationToken
        );
        await RemoveDeployments(surplus, cancellationToken);
        await TrimBuilds(before, cancellationToken);
        if (pushes + logs + surplus.Count > 0)
            LogTrimmed(pushes, logs, surplus.Count);
    }

    private async Task<int> TrimPushes(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var trimmed = 0;
        while (true)
        {
            var (more, pushes) = await Write(session => TrimPushes(session, before), cancellationToken);
            trimmed += pushes;
            if (!more)
                return trimmed;
        }
    }

    /// <summary>One step: all verdicts of some pushes, then the pushes.</summary>
    private static (bool More, int Pushes) TrimPushes(Session session, DateTimeOffset before)
    {
        // two at once would each take what the other removes for the end of a push's verdicts
        session.Lock("trim pushes");
        var verdicts = session.Execute(
            $"""
            DELETE FROM verdicts
            WHERE seq IN (SELECT v.seq FROM (SELECT uuid {OldPushes}) AS p JOIN verdicts v ON v.push = p.uuid LIMIT @rows)
            """,
            ("before", before),
            ("things", TrimBatchEntities),
            ("rows", TrimBatchRows)
        );
        if (verdicts == TrimBatchRows)
            return (true, 0);
        var pushes = session.Execute(
            $"DELETE FROM pushes WHERE seq IN (SELECT seq {OldPushes})",
            ("before", before),
            ("things", TrimBatchEntities)
        );
        return (pushes == TrimBatchEntities, pushes);
    }

    private async Task<int> TrimLogs(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var trimmed = 0;
        while (true)
        {
            var old = await Read(
                session => session.Query(SelectOldLogs, row => row.Uuid(0), ("before", before), ("things", TrimBatchEntities)),
                cancellationToken
            );
            await ForEach(
                old,
                (session, uuid) => session.Execute("UPDATE deployments SET logged = 0 WHERE uuid = @uuid", ("uuid", uuid)),
                cancellationToken
            );
            trimmed += old.Count;
            if (old.Count < TrimBatchEntities)
                return trimmed;
        }
    }

    /// <summary>Deployments and their logs, whatever their state.</summary>
    private Task RemoveDeployments(IReadOnlyList<Guid> deploymentIds, CancellationToken cancellationToken) =>
        ForEach(
            deploymentIds,
            (session, uuid) => session.Execute("DELETE FROM deployments WHERE uuid = @uuid", ("uuid", uuid)),
            cancellationToken
        );

    /// <summary>Removes the logs of these deployments, and does something with each that has none left.</summary>
    private async Task ForEach(IReadOnlyList<Guid> deploymentIds, Action<Session, Guid> then, CancellationToken cancellationToken)
    {
        foreach (var some in deploymentIds.Chunk(TrimBatchEntities))
        {
            await RunInBatches(
                session =>
                {
                    var rows = 0;
                    foreach (var uuid in some)
                    {
                        session.Lock(LogLock(uuid));
                        rows += session.Execute(
                            "DELETE FROM log_lines WHERE seq IN (SELECT seq FROM log_lines WHERE deployment = @deployment LIMIT @limit)",
                            ("deployment", uuid),
                            ("limit", TrimBatchRows - rows)
                        );
                        if (rows == TrimBatchRows)
                            break;
                        then(session, uuid);
                    }

                    return rows;
                },
                cancellationToken
            );
        }
    }

    /// <summary>
    /// Runs the unit again and again, each time in a transaction that others can join, as long as it removes all that it may.
    /// </summary>
    private async Task RunInBatches(Func<Session, int> unit, CancellationToken cancellationToken)
    {
        while (await Write(unit, cancellationToken) == TrimBatchRows)
        {
            // there is more
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Trimmed {Pushes} pushes with their verdicts, the logs of {Logs} deployments, and {Deployments} deployments"
    )]
    private partial void LogTrimmed(int pushes, int logs, int deployments);
}
