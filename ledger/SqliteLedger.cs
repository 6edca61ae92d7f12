using System.Data.Common;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ledger.Secrets;
using AutoDeploy.Ports;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Ledger;

/// <summary>
/// The ledger in one SQLite file, <c>autodeploy.db</c> in the data directory; a lock sees to it that one process at a time uses it.
/// </summary>
public sealed partial class SqliteLedger : ILedger, IAsyncDisposable, IDisposable
{
    public const string FileName = "autodeploy.db";

    private readonly LedgerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SqliteLedger> _logger;
    private readonly SqliteDatabase _database;
    private readonly SemaphoreSlim _opening = new(1);
    private SecretBox? _secrets;

    public SqliteLedger(LedgerOptions options, TimeProvider time, ILogger<SqliteLedger> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _database = new SqliteDatabase(Path.GetFullPath(Path.Combine(options.DataDirectory, FileName)));
    }

    /// <summary>Grain state lies in the same file and goes through the same writer.</summary>
    internal SqliteDatabase Database => _database;

    private SecretBox Secrets => _secrets ?? throw new InvalidOperationException("The ledger has not been opened.");

    public async Task Open(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_secrets is not null)
                return;
            var found = _database.Open();
            var known = SqliteMigrations.All.Count;
            if (found < known)
                LogMigrated(_database.Path, found, known);
            await OpenSecrets(cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    public Task Ping(CancellationToken cancellationToken) =>
        _database.Read(session => session.Any("SELECT 1 FROM settings LIMIT 1"), cancellationToken);

    public async ValueTask DisposeAsync() => await _database.DisposeAsync();

    public void Dispose() => _database.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private Task<T> Read<T>(Func<Session, T> query, CancellationToken cancellationToken) => _database.Read(query, cancellationToken);

    /// <summary>What an organization has in a table, the newest first.</summary>
    private Task<Page<T>> PageOf<T>(
        string table, string columns, string organization, Func<DbDataReader, T> read, int limit, int offset, CancellationToken cancellationToken) =>
        Read(
            session => new Conditions()
                .And("organization = @organization", "organization", organization)
                .Page(session, columns, table, "created DESC, seq DESC", read, limit, offset),
            cancellationToken);

    private Task<T> Write<T>(Func<Session, T> unit, CancellationToken cancellationToken) => _database.Write(unit, cancellationToken);

    [LoggerMessage(Level = LogLevel.Information, Message = "Ledger {Path}: schema {Found} brought to {Known}")]
    private partial void LogMigrated(string path, long found, int known);
}
