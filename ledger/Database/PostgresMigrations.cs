using AutoDeploy.Ports;

namespace AutoDeploy.Ledger.Database;

/// <summary>
/// Brings a database up to date: the embedded files <c>Migrations/Postgres/NNN.sql</c>, in their order, each once and whole.
/// </summary>
internal static class PostgresMigrations
{
    public static readonly IReadOnlyList<string> All = MigrationScripts.Load("Postgres");

    /// <summary>What follows a file of that number and cannot be said in SQL.</summary>
    private static readonly IReadOnlyDictionary<int, Action<Session>> Steps = new Dictionary<int, Action<Session>>
    {
        [11] = GrainStateMove.Run,
    };

    /// <summary>Runs what is missing; answers the version found. Any number of processes can do so at once.</summary>
    /// <param name="session">Its own for this.</param>
    /// <param name="database">For sentences.</param>
    /// <param name="migrations">In their order.</param>
    public static long Apply(Session session, string database, IReadOnlyList<string> migrations)
    {
        // until the session ends
        session.Execute($"SELECT pg_advisory_lock({PostgresLocks.Migrating})");
        var found = Version(session);
        if (found > migrations.Count)
        {
            throw new LedgerException(
                $"The schema of {database} was written by a newer AutoDeploy (schema {found}, this one knows {migrations.Count}); "
                    + "run that one."
            );
        }

        for (var version = (int)found + 1; version <= migrations.Count; version++)
        {
            session.Begin();
            if (version == 1)
                session.Script("CREATE TABLE autodeploy_schema (version bigint PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now())");
            session.Script(migrations[version - 1]);
            if (Steps.TryGetValue(version, out var step))
                step(session);
            session.Execute("INSERT INTO autodeploy_schema (version) VALUES (@version)", ("version", version));
            session.Commit();
        }

        return found;
    }

    private static long Version(Session session) =>
        session.Any("SELECT 1 WHERE to_regclass('autodeploy_schema') IS NOT NULL")
            ? session.First("SELECT coalesce(max(version), 0) FROM autodeploy_schema", row => row.Number(0))
            : 0;
}
