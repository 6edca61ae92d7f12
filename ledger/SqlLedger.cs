using System.Data.Common;
using System.Runtime.CompilerServices;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ledger.Secrets;
using AutoDeploy.Ports;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Ledger;

/// <summary>
/// The ledger in a database: one SQLite file, <c>autodeploy.db</c> in the data directory, which one process at a time uses; or PostgreSQL,
/// which any number of processes share.
/// </summary>
public sealed partial class SqlLedger : ILedger, IAsyncDisposable, IDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger<SqlLedger> _logger;
    private readonly IDatabase _database;
    private readonly SecretKey _key;

    /// <summary>Tells this process from the one before it.</summary>
    private readonly string _process = Guid.NewGuid().ToString();

    private readonly SemaphoreSlim _opening = new(1);
    private SecretBox? _secrets;

    public SqlLedger(LedgerOptions options, TimeProvider time, ILogger<SqlLedger> logger)
        : this(
            new SqliteDatabase(Path.GetFullPath(Path.Combine(options.DataDirectory, LedgerOptions.FileName))),
            new SecretKey(options.SecretKey, options.DataDirectory),
            time,
            logger
        ) { }

    /// <exception cref="LedgerException">The connection string makes no sense; a sentence says why.</exception>
    public SqlLedger(PostgresLedgerOptions options, TimeProvider time, ILogger<SqlLedger> logger)
        : this(new PostgresDatabase(options), new SecretKey(options.SecretKey, options.DataDirectory), time, logger) { }

    private SqlLedger(IDatabase database, SecretKey key, TimeProvider time, ILogger<SqlLedger> logger)
    {
        _database = database;
        _key = key;
        _time = time;
        _logger = logger;
    }

    /// <summary>Grain state lies in the same database and goes through the same writer.</summary>
    internal IDatabase Database => _database;

    /// <summary>On PostgreSQL: connections to the same database for the states of grains, closed with the ledger.</summary>
    internal DbDataSource StateSource => ((PostgresDatabase)_database).StateSource;

    private SecretBox Secrets => _secrets ?? throw new InvalidOperationException("The ledger has not been opened.");

    public async Task Open(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_secrets is not null)
                return;
            var (found, known) = _database.Open();
            if (found < known)
                LogMigrated(_database.Name, found, known);
            await OpenSecrets(cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    public Task Ping(CancellationToken cancellationToken) =>
        _database.Read(session => session.Any("SELECT 1 FROM settings LIMIT 1"), cancellationToken);

    /// <summary>What an error of the database means to a person; the same error when it is none of the database's.</summary>
    internal Exception Explain(Exception exception) => _database.Explain(exception);

    public async ValueTask DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _database.DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>What an organization has in a table, the newest first.</summary>
    private Task<Page<T>> PageOf<T>(
        string table,
        string columns,
        string organization,
        Func<DbDataReader, T> read,
        int limit,
        int offset,
        CancellationToken cancellationToken,
        [CallerMemberName] string operation = ""
    ) =>
        Read(
            session =>
                new WhereClause()
                    .And("organization = @organization", "organization", organization)
                    .Page(session, columns, table, "created DESC, seq DESC", read, limit, offset),
            cancellationToken,
            operation
        );

    [LoggerMessage(Level = LogLevel.Information, Message = "Ledger {Name}: migrated the schema from version {Found} to {Known}")]
    private partial void LogMigrated(string name, long found, long known);
}
