using System.Data;
using System.Data.Common;
using Npgsql;

namespace AutoDeploy.Ledger.Database;

/// <param name="connection">Open.</param>
/// <param name="first">What each transaction that writes does first; null: nothing.</param>
internal sealed class PostgresSession(NpgsqlConnection connection, string? first = null) : Session(connection)
{
    private const char Replacement = '\ufffd';

    private NpgsqlTransaction? _transaction;

    public override void Begin()
    {
        // each statement sees what was committed before it: what is read under a lock is what its last owner left
        _transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
        if (first is not null)
            Execute(first);
    }

    public override void BeginRead() => _transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);

    public override void Commit() => _transaction!.Commit();

    public override void Rollback() => _transaction?.Rollback();

    public override void Lock(string name) => Execute("SELECT pg_advisory_xact_lock(hashtextextended(@name, 0))", ("name", name));

    public override SessionFault Judge(Exception exception) =>
        exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure } =>
                SessionFault.Conflict,
            NpgsqlException { InnerException: TimeoutException } or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } =>
                SessionFault.Late,
            _ when connection.State != ConnectionState.Open => SessionFault.Lost,
            // a server that was the first one and is not any more, after a failover
            PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => SessionFault.Lost,
            PostgresException => SessionFault.Own,
            NpgsqlException => SessionFault.Lost,
            _ => SessionFault.Own,
        };

    /// <summary>A null has no type of its own: which parameters are null decides what the server takes them for.</summary>
    protected override long GetParameterForm(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var nulls = 0L;
        for (var i = 0; i < parameters.Length; i++)
            if (parameters[i].Value is null)
                nulls |= 1L << i;
        return nulls;
    }

    /// <summary>
    /// PostgreSQL's texts hold neither U+0000 nor halves of surrogate pairs; U+FFFD takes their place, where one looks for a text, too.
    /// </summary>
    protected override object Value(object? value) =>
        base.Value(value) switch
        {
            string text => Storable(text),
            string?[] texts => Array.ConvertAll(texts, text => text is null ? null : Storable(text)),
            var other => other,
        };

    protected override void Prepare(DbCommand command) => command.Prepare();

    protected override void Forget(DbCommand command)
    {
        ((NpgsqlCommand)command).Unprepare();
        command.Dispose();
    }

    private static string Storable(string text)
    {
        if (!text.Contains('\0') && !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            return text;
        return string.Create(
            text.Length,
            text,
            static (span, text) =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
                    span[i] = text[i] == '\0' || (char.IsSurrogate(text[i]) && !isPair) ? Replacement : text[i];
                    if (isPair)
                        span[++i] = text[i];
                }
            }
        );
    }
}
