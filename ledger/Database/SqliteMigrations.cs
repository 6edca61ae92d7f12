using System.Globalization;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger.Database;

/// <summary>Brings a database up to date: the embedded files <c>Migrations/Sqlite/NNN.sql</c>, in their order, each once.</summary>
internal static class SqliteMigrations
{
    public static readonly IReadOnlyList<string> All = MigrationScripts.Load("Sqlite");

    /// <summary>Runs what is missing, all or nothing; answers the version found.</summary>
    public static long Apply(Session session, string path, IReadOnlyList<string> migrations)
    {
        session.Begin();
        try
        {
            var version = session.First("PRAGMA user_version", row => row.Number(0));
            if (version > migrations.Count)
            {
                throw new LedgerException(
                    $"The ledger's file {path} was written by a newer AutoDeploy (schema {version}, this one knows {migrations.Count}); "
                        + "run that one."
                );
            }

            if (version == 0 && session.Any("SELECT 1 FROM sqlite_schema"))
                throw new LedgerException($"The ledger's file {path} is a database of another program.");

            foreach (var migration in migrations.Skip((int)version))
                session.Script(migration);

            // a PRAGMA takes no parameters
            if (version < migrations.Count)
                session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {migrations.Count}"));
            session.Commit();
            return version;
        }
        catch
        {
            session.Rollback();
            throw;
        }
    }
}
