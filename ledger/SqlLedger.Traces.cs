using System.Diagnostics;
using System.Runtime.CompilerServices;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Ledger;

/// <summary>
/// What is asked of the database, as spans named after the operation; of a write also how long it waits for the commit that it shares.
/// </summary>
public sealed partial class SqlLedger
{
    /// <summary>Anybody may listen: then a span is worth its price.</summary>
    private static bool IsTraced => AutoDeployTracing.Source.HasListeners() && Activity.Current is not null;

    internal Task<T> Read<T>(Func<Session, T> query, CancellationToken cancellationToken, [CallerMemberName] string operation = "") =>
        IsTraced
            ? RunTraced(static (database, query, token) => database.Read(query, token), query, operation, cancellationToken)
            : _database.Read(query, cancellationToken);

    internal Task<T> Write<T>(Func<Session, T> unit, CancellationToken cancellationToken, [CallerMemberName] string operation = "") =>
        IsTraced
            ? RunTraced(static (database, unit, token) => database.Write(unit, token), unit, operation, cancellationToken)
            : _database.Write(unit, cancellationToken);

    /// <inheritdoc cref="GroupCommit.RunBatch"/>
    private Task<TResult> WriteBatch<TItem, TResult>(
        Func<Session, IReadOnlyList<TItem>, IReadOnlyList<TResult>> work,
        TItem item,
        CancellationToken cancellationToken,
        [CallerMemberName] string operation = ""
    ) =>
        IsTraced
            ? RunTraced(
                static (database, both, token) => database.WriteBatch(both.work, both.item, token),
                (work, item),
                operation,
                cancellationToken
            )
            : _database.WriteBatch(work, item, cancellationToken);

    private Task<T> WriteEvents<T>(Func<Session, T> unit, string operation, CancellationToken cancellationToken) =>
        IsTraced
            ? RunTraced(static (database, unit, token) => database.WriteEvents(unit, token), unit, operation, cancellationToken)
            : _database.WriteEvents(unit, cancellationToken);

    private async Task<T> RunTraced<TWork, T>(
        Func<IDatabase, TWork, CancellationToken, Task<T>> way,
        TWork work,
        string operation,
        CancellationToken cancellationToken
    )
    {
        using var span = StartSpan(operation);
        try
        {
            return await way(_database, work, cancellationToken);
        }
        catch (Exception failure)
        {
            span.Fail(failure);
            throw;
        }
    }

    private Activity? StartSpan(string operation)
    {
        operation = AutoDeployMetrics.FormatWord(operation);
        var span = AutoDeployTracing.StartPart("sql " + operation, ActivityKind.Client);
        span?.SetTag(TraceTags.Database, _database.Kind == DatabaseKind.Sqlite ? "sqlite" : "postgresql");
        span?.SetTag(TraceTags.DatabaseOperation, operation);
        return span;
    }
}
