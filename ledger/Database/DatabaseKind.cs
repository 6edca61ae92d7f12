namespace AutoDeploy.Ledger.Database;

internal enum DatabaseKind
{
    Sqlite,
    Postgres,
}
