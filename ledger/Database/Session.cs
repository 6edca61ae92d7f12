using System.Data.Common;
using System.Diagnostics;

namespace AutoDeploy.Ledger.Database;

/// <summary>
/// A connection with its prepared statements: preparing one costs more than running it. Used by one thread at a time. The text of a
/// statement decides its parameters, so the same text comes with the same names in the same order.
/// </summary>
internal sealed class Session(DbConnection connection) : IDisposable
{
    /// <summary>Filters make texts of their own; beyond so many all are forgotten, and the hot ones prepared anew.</summary>
    private const int MaxStatements = 128;

    private readonly Dictionary<string, DbCommand> _statements = [];

    /// <summary>Runs a statement; answers how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Prepare(sql, parameters).ExecuteNonQuery();

    /// <summary>The first row, or the default without one.</summary>
    public T? First<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Prepare(sql, parameters).ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    public bool Any(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Prepare(sql, parameters).ExecuteReader();
        return reader.Read();
    }

    public List<T> Query<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var reader = Prepare(sql, parameters).ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
            rows.Add(map(reader));
        return rows;
    }

    public void Dispose()
    {
        Forget();
        connection.Dispose();
    }

    private DbCommand Prepare(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_statements.TryGetValue(sql, out var command))
        {
            if (_statements.Count == MaxStatements)
                Forget();
            command = connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in parameters)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = "@" + name;
                command.Parameters.Add(parameter);
            }

            _statements.Add(sql, command);
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = command.Parameters[i];
            Debug.Assert(parameter.ParameterName.AsSpan(1).SequenceEqual(parameters[i].Name));
            parameter.Value = Column.Value(parameters[i].Value);
        }

        return command;
    }

    private void Forget()
    {
        foreach (var command in _statements.Values)
            command.Dispose();
        _statements.Clear();
    }
}
