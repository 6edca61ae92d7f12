using System.Diagnostics;
using System.Runtime.CompilerServices;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Ledger;

/// <summary>What is asked of the database, as spans named after the operation; of a write also how long it waits for the commit that it shares.</summary>
public sealed partial class SqlLedger
{
    /// <summary>Anybody may listen: then a span is worth its price.</summary>
    private static bool IsTraced => Tracing.Source.HasListeners() && Activity.Current is not null;

    internal Task<T> Read<T>(Func<Session, T> query, CancellationToken cancellationToken, [CallerMemberName] string operation = "") =>
        IsTraced ? TracedRead(query, operation, cancellationToken) : _database.Read(query, cancellationToken);

    internal Task<T> Write<T>(Func<Session, T> unit, CancellationToken cancellationToken, [CallerMemberName] string operation = "") =>
        IsTraced ? TracedWrite(unit, operation, cancellationToken) : _database.Write(unit, cancellationToken);

    private Task<T> WriteEvents<T>(Func<Session, T> unit, string operation, CancellationToken cancellationToken) =>
        IsTraced ? TracedWriteEvents(unit, operation, cancellationToken) : _database.WriteEvents(unit, cancellationToken);

    private async Task<T> TracedRead<T>(Func<Session, T> query, string operation, CancellationToken cancellationToken)
    {
        using var span = StartSpan(operation);
        return await Ended(_database.Read(query, cancellationToken), span);
    }

    private async Task<T> TracedWrite<T>(Func<Session, T> unit, string operation, CancellationToken cancellationToken)
    {
        using var span = StartSpan(operation);
        return await Ended(_database.Write(unit, cancellationToken), span);
    }

    private async Task<T> TracedWriteEvents<T>(Func<Session, T> unit, string operation, CancellationToken cancellationToken)
    {
        using var span = StartSpan(operation);
        return await Ended(_database.WriteEvents(unit, cancellationToken), span);
    }

    private Activity? StartSpan(string operation)
    {
        operation = Measures.Word(operation);
        var span = Tracing.StartPart("sql " + operation, ActivityKind.Client);
        span?.SetTag(TraceTags.Database, _database.Kind == Kind.Sqlite ? "sqlite" : "postgresql");
        span?.SetTag(TraceTags.DatabaseOperation, operation);
        return span;
    }

    private static async Task<T> Ended<T>(Task<T> work, Activity? span)
    {
        try
        {
            return await work;
        }
        catch (Exception failure)
        {
            span.Fail(failure);
            throw;
        }
    }
}
