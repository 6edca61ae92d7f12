using System.Data.Common;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger.Database;

/// <summary>The WHERE of a list whose filter leaves out what is null.</summary>
internal sealed class WhereClause
{
    private readonly List<string> _terms = [];
    private readonly List<(string Name, object? Value)> _parameters = [];

    /// <param name="term">SQL with the parameter of that name.</param>
    public WhereClause And(string term, string name, object? value)
    {
        if (value is not null)
        {
            _terms.Add(term);
            _parameters.Add((name, value));
        }

        return this;
    }

    public WhereClause And(string term)
    {
        _terms.Add(term);
        return this;
    }

    /// <summary>A range instead of LIKE: an index serves it, and nothing in the text has a meaning of its own.</summary>
    public WhereClause AndUuidStartsWith(string? start) =>
        And("uuid >= @uuid_from", "uuid_from", start).And("uuid < @uuid_to", "uuid_to", start is null ? null : start + "~");

    /// <summary>A page and the number of all, both of the same instant.</summary>
    public Page<T> Page<T>(Session session, string columns, string from, string order, Func<DbDataReader, T> map, int limit, int offset)
    {
        var where = _terms.Count == 0 ? "" : " WHERE " + string.Join(" AND ", _terms);
        session.BeginRead();
        try
        {
            var total = session.First($"SELECT count(*) FROM {from}{where}", row => row.Number(0), [.. _parameters]);
            var items = session.Query(
                $"SELECT {columns} FROM {from}{where} ORDER BY {order} LIMIT @limit OFFSET @offset",
                map,
                [.. _parameters, ("limit", Math.Max(limit, 0)), ("offset", Math.Max(offset, 0))]
            );
            session.Commit();
            return new Page<T>((int)total, items);
        }
        catch
        {
            session.Rollback();
            throw;
        }
    }
}
