namespace AutoDeploy.Ledger.Database;

/// <summary>The advisory locks that all processes on a database share: the first number is ours, the second one says what it is.</summary>
internal static class PostgresLocks
{
    /// <summary>Who brings the schema up to date.</summary>
    public const string Migrating = "1094996036, 1";

    /// <summary>Who uses the database: one that wants it for itself, or any number that share it.</summary>
    public const string Using = "1094996036, 2";

    /// <summary>Who appends events.</summary>
    public const string Appending = "1094996036, 3";
}
