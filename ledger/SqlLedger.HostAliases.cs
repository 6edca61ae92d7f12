using System.Data.Common;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const string HostAliasColumns = "uuid, organization, alias, host, created";

    internal const string SelectHostAlias = $"SELECT {HostAliasColumns} FROM host_aliases WHERE uuid = @uuid";

    /// <summary>Where a name leads to, one alias after the other.</summary>
    private const string SelectLeadsTo = """
        WITH RECURSIVE chain (host) AS (
            SELECT @host
            UNION SELECT a.host FROM chain c JOIN host_aliases a ON a.organization = @organization AND a.alias = c.host)
        SELECT 1 FROM chain WHERE host = @alias
        """;

    public Task<AddAliasResult> AddHostAlias(HostAlias alias, CancellationToken cancellationToken) =>
        Write(session => Add(session, alias), cancellationToken);

    public Task<HostAlias?> FindHostAlias(Guid uuid, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectHostAlias, ReadHostAlias, ("uuid", uuid)), cancellationToken);

    public Task<Page<HostAlias>> ListHostAliases(string organization, int limit, int offset, CancellationToken cancellationToken) =>
        PageOf("host_aliases", HostAliasColumns, organization, ReadHostAlias, limit, offset, cancellationToken);

    public Task<bool> RemoveHostAlias(Guid uuid, CancellationToken cancellationToken) =>
        Write(session => session.Execute("DELETE FROM host_aliases WHERE uuid = @uuid", ("uuid", uuid)) == 1, cancellationToken);

    private static AddAliasResult Add(Session session, HostAlias alias)
    {
        session.Lock($"host aliases of {alias.Organization}");
        if (session.Any(SelectLeadsTo, ("host", alias.Host), ("organization", alias.Organization), ("alias", alias.Alias)))
            return AddAliasResult.Circular;
        var added = session.Execute(
            """
            INSERT INTO host_aliases (uuid, organization, alias, host, created) VALUES (@uuid, @organization, @alias, @host, @created)
            ON CONFLICT (organization, alias) DO NOTHING
            """,
            ("uuid", alias.Uuid),
            ("organization", alias.Organization),
            ("alias", alias.Alias),
            ("host", alias.Host),
            ("created", alias.Created)
        );
        return added == 1 ? AddAliasResult.Added : AddAliasResult.Known;
    }

    private static HostAlias ReadHostAlias(DbDataReader row) =>
        new()
        {
            Uuid = row.Uuid(0),
            Organization = row.Text(1),
            Alias = row.Text(2),
            Host = row.Text(3),
            Created = row.Time(4),
        };
}
