using System.Data.Common;
using System.Diagnostics;

namespace AutoDeploy.Ledger.Database;

/// <summary>
/// A connection with its prepared statements: preparing one costs more than running it. Used by one thread at a time. The text of a
/// statement decides its parameters, so the same text comes with the same names in the same order.
/// </summary>
internal abstract class Session(DbConnection connection) : IDisposable
{
    /// <summary>Filters make texts of their own; beyond so many all are forgotten, and the hot ones prepared anew.</summary>
    private const int MaxStatements = 128;

    private readonly Dictionary<(string Sql, long Form), DbCommand> _statements = [];

    private readonly Dictionary<string, Action> _lastActions = [];

    /// <summary>Begins to write: until the end nobody changes what this one has changed.</summary>
    public abstract void Begin();

    /// <summary>Begins to read: until the end everything is of the same instant.</summary>
    public abstract void BeginRead();

    public abstract void Commit();

    public abstract void Rollback();

    /// <summary>What is to be done last before the commit, and once, however many units of the transaction ask for it.</summary>
    /// <param name="name">What it is; the last one who asks says how.</param>
    public void RunLast(string name, Action work) => _lastActions[name] = work;

    /// <summary>Does what was to be done last.</summary>
    public void RunLastActions()
    {
        foreach (var work in _lastActions.Values)
            work();
        _lastActions.Clear();
    }

    /// <summary>Nothing is left to be done last: the transaction begins anew.</summary>
    public void ClearLastActions() => _lastActions.Clear();

    /// <summary>For what is read and then written: until the end of the transaction nobody else gets a lock of this name.</summary>
    public abstract void Lock(string name);

    /// <summary>What a failure means for those who come after it.</summary>
    public abstract SessionFault Judge(Exception exception);

    /// <summary>Runs statements that are needed once.</summary>
    public void Script(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

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
        foreach (var command in _statements.Values)
            command.Dispose();
        connection.Dispose();
    }

    /// <summary>What of the parameters decides how a statement is prepared.</summary>
    protected virtual long GetParameterForm(ReadOnlySpan<(string Name, object? Value)> parameters) => 0;

    protected virtual object Value(object? value) => ColumnReader.Value(value);

    /// <summary>With the values of its first use.</summary>
    protected virtual void Prepare(DbCommand command) { }

    protected virtual void Forget(DbCommand command) => command.Dispose();

    private DbCommand Prepare(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var form = GetParameterForm(parameters);
        if (_statements.TryGetValue((sql, form), out var command))
        {
            Fill(command, parameters);
            return command;
        }

        if (_statements.Count == MaxStatements)
        {
            foreach (var old in _statements.Values)
                Forget(old);
            _statements.Clear();
        }

        command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, _) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            command.Parameters.Add(parameter);
        }

        Fill(command, parameters);
        Prepare(command);
        _statements.Add((sql, form), command);
        return command;
    }

    private void Fill(DbCommand command, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = command.Parameters[i];
            Debug.Assert(parameter.ParameterName.AsSpan(1).SequenceEqual(parameters[i].Name));
            parameter.Value = Value(parameters[i].Value);
        }
    }
}
