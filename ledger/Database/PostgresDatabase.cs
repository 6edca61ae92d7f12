using System.Diagnostics;
using AutoDeploy.Ports;
using Npgsql;

namespace AutoDeploy.Ledger.Database;

/// <summary>
/// A database on a PostgreSQL server: two connections that write, each behind <see cref="GroupCommit"/>, one of them for what appends
/// events, and a few that read. Connections that break are made anew when they are needed; until then whoever asks fails soon.
/// </summary>
internal sealed class PostgresDatabase : IDatabase
{
    private const int OldestVersion = 13;

    /// <summary>Others wait for their turn: more of them at once are no quicker, and a server has only so many for all processes.</summary>
    private const int MaxStateConnections = 16;

    /// <summary>
    /// How long one waits for a server that starts, or for the connections of a process that was just killed to be noticed.
    /// </summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ConnectRetryDelay = TimeSpan.FromMilliseconds(100);

    /// <summary>Seconds: another process may bring much up to date.</summary>
    private const int MigrationTimeout = 1800;

    /// <summary>
    /// A commit is on disk when it returns, whatever is usual there. Who holds locks and does nothing (a process that was stopped, a
    /// machine
    /// that vanished) loses them, since others wait for them.
    /// </summary>
    private const string Prepare = """
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
        SET idle_in_transaction_session_timeout = '10s';
        SET tcp_keepalives_idle = 10;
        SET tcp_keepalives_interval = 5;
        SET tcp_keepalives_count = 3
        """;

    private readonly bool _exclusive;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly PostgresErrorTranslator _sentences;
    private readonly Lazy<NpgsqlDataSource> _states;
    private PostgresReaderPool? _readers;
    private GroupCommit? _writer,
        _eventWriter;
    private bool _disposed;

    /// <exception cref="LedgerException">The connection string makes no sense; a sentence says why.</exception>
    public PostgresDatabase(PostgresLedgerOptions options)
    {
        _exclusive = options.Exclusive;
        _settings = PostgresAddress.Read(options.ConnectionString);
        _sentences = new PostgresErrorTranslator(_settings);
        _states = new Lazy<NpgsqlDataSource>(CreateStateSource);
    }

    public string Name => _sentences.Database;

    public bool IsShared => !_exclusive;

    public DatabaseKind Kind => DatabaseKind.Postgres;

    /// <summary>A pool of connections for the states of grains, which are written one by one.</summary>
    public NpgsqlDataSource StateSource => _states.Value;

    public Exception Explain(Exception exception) => _sentences.Explain(exception);

    public (long Found, long Known) Open(IReadOnlyList<string>? migrations = null)
    {
        migrations ??= PostgresMigrations.All;
        if (_writer is not null)
            return (migrations.Count, migrations.Count);

        Session? writer = null;
        try
        {
            writer = ConnectWithRetries();
            var found = Migrate(migrations);
            _readers = new PostgresReaderPool(() => Connect(), _sentences.Explain);
            _eventWriter = new GroupCommit(
                null,
                () => Connect(first: $"SELECT pg_advisory_xact_lock({PostgresLocks.Appending})"),
                _sentences.Explain
            );
            _writer = new GroupCommit(writer, ConnectAsUser, _sentences.Explain);
            return (found, migrations.Count);
        }
        catch (Exception exception)
        {
            writer?.Dispose();
            if (_sentences.Explain(exception) is LedgerException explained && explained != exception)
                throw explained;
            throw;
        }
    }

    public Task<T> Read<T>(Func<Session, T> query, CancellationToken cancellationToken) =>
        Run(() => _readers!.Run(query, cancellationToken));

    public Task<T> Write<T>(Func<Session, T> unit, CancellationToken cancellationToken) => Run(() => _writer!.Run(unit, cancellationToken));

    /// <summary>Who appends has a lock that all processes share, before any other: numbers become readable in their order.</summary>
    public Task<T> WriteEvents<T>(Func<Session, T> unit, CancellationToken cancellationToken) =>
        Run(() => _eventWriter!.Run(unit, cancellationToken));

    public Task<TResult> WriteBatch<TItem, TResult>(
        Func<Session, IReadOnlyList<TItem>, IReadOnlyList<TResult>> work,
        TItem item,
        CancellationToken cancellationToken
    ) => Run(() => _writer!.RunBatch(work, item, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        if (_states.IsValueCreated)
            await _states.Value.DisposeAsync();
        if (_writer is null)
            return;
        await _readers!.DisposeAsync();
        await _eventWriter!.DisposeAsync();
        // last: with it goes the lock of who uses the database
        await _writer.DisposeAsync();
    }

    private Task<T> Run<T>(Func<Task<T>> run)
    {
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _writer is null ? throw new InvalidOperationException("The ledger has not been opened.") : run();
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    private long Migrate(IReadOnlyList<string> migrations)
    {
        using var session = Connect(timeout: MigrationTimeout);
        return PostgresMigrations.Apply(session, Name, migrations);
    }

    private NpgsqlDataSource CreateStateSource()
    {
        var source = new NpgsqlDataSourceBuilder(
            new NpgsqlConnectionStringBuilder(_settings.ConnectionString)
            {
                Pooling = true,
                MinPoolSize = 0,
                MaxPoolSize = MaxStateConnections,
                // each state's statements are the same few
                MaxAutoPrepare = 20,
                AutoPrepareMinUsages = 2,
                NoResetOnClose = true,
            }.ConnectionString
        );
        source.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(Prepare, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(Prepare, connection);
                await command.ExecuteNonQueryAsync();
            }
        );
        return source.Build();
    }

    private Session ConnectWithRetries()
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return ConnectAsUser();
            }
            catch (Exception exception) when (MayPass(exception) && Stopwatch.GetElapsedTime(begun) < ConnectTimeout)
            {
                Thread.Sleep(ConnectRetryDelay);
            }
        }

        bool MayPass(Exception exception) =>
            exception is PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } or DirectoryInUseException;
    }

    /// <summary>With the lock of who uses the database, which the session has as long as it lives.</summary>
    private PostgresSession ConnectAsUser()
    {
        var session = Connect();
        try
        {
            var shared = _exclusive ? "" : "_shared";
            if (session.Any($"SELECT 1 WHERE pg_try_advisory_lock{shared}({PostgresLocks.Using})"))
                return session;
            throw new DirectoryInUseException(
                _exclusive
                    ? $"In {Name} there is another AutoDeploy; stop that one first."
                    : $"An AutoDeploy has {Name} for itself (./run --postgres); stop that one first."
            );
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private PostgresSession Connect(string? first = null, int? timeout = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(_settings.ConnectionString);
        if (timeout is { } seconds)
            settings.CommandTimeout = seconds;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            if (connection.PostgreSqlVersion.Major < OldestVersion)
            {
                throw new LedgerException(
                    $"PostgreSQL at {_settings.Host}:{_settings.Port} is version {connection.PostgreSqlVersion}; AutoDeploy needs "
                        + $"{OldestVersion} or a newer one."
                );
            }

            if (connection.PostgresParameters.TryGetValue("server_encoding", out var encoding) && encoding != "UTF8")
                throw new LedgerException(
                    $"The encoding of {Name} is {encoding}; AutoDeploy needs UTF8: make it with ENCODING 'UTF8' TEMPLATE template0."
                );
            var session = new PostgresSession(connection, first);
            session.Script(Prepare);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
