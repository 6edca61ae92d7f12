using AutoDeploy.Ledger.Database;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

/// <summary>Where the ledger lies on PostgreSQL, and what its secrets are encrypted with.</summary>
public sealed class PostgresLedgerOptions
{
    /// <summary>As Npgsql reads it, or a URL: <c>postgres://user@host/database</c>. May hold a password: not to be shown.</summary>
    public required string ConnectionString { get; set; }

    /// <summary>
    /// 32 random bytes in base64, the same for all processes that share the database. Null or empty: those in the data directory.
    /// </summary>
    public string? SecretKey { get; set; }

    /// <summary>Holds <c>secret.key</c>, made at the first start, if no <see cref="SecretKey"/> is set. Null: one has to be set.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>This process alone uses the database, as long as it lives: a second one, of either kind, is refused.</summary>
    public bool Exclusive { get; set; }

    /// <exception cref="LedgerException">It makes no sense; a sentence says why.</exception>
    public static void CheckConnectionString(string text) => PostgresAddress.Read(text);
}
