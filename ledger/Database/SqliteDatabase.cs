using System.Collections.Concurrent;
using AutoDeploy.Ports;
using Microsoft.Data.Sqlite;

namespace AutoDeploy.Ledger.Database;

/// <summary>The file: one connection that writes, behind <see cref="GroupCommit"/>, and some that read beside it (WAL).</summary>
internal sealed class SqliteDatabase(string path) : IDatabase
{
    /// <summary>A read holds its connection without waiting for anything, so hardly more than the cores are ever in use.</summary>
    private static readonly int MaxIdleReaders = Environment.ProcessorCount * 2;

    private readonly ConcurrentBag<Session> _readers = [];
    private readonly string _directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
    private DirectoryLock? _lock;
    private GroupCommit? _writer;
    private volatile bool _disposed;

    public string Name => path;

    public bool IsShared => false;

    public DatabaseKind Kind => DatabaseKind.Sqlite;

    public (long Found, long Known) Open(IReadOnlyList<string>? migrations = null)
    {
        migrations ??= SqliteMigrations.All;
        if (_writer is not null)
            return (migrations.Count, migrations.Count);

        SqliteSession? session = null;
        try
        {
            OwnerOnlyFile.CreateDirectory(_directory);
            _lock ??= DirectoryLock.Take(_directory);
            CreateFile();
            session = Connect(SqliteOpenMode.ReadWrite);
            // FULL: a commit is on disk when it returns, in WAL mode too. The WAL is cut back after a burst.
            session.Execute("PRAGMA journal_mode = WAL");
            session.Execute("PRAGMA synchronous = FULL");
            session.Execute("PRAGMA journal_size_limit = 67108864");
            // pages (16 MB): most of what is written is a few pages again and again, which go into the file once for each checkpoint
            session.Execute("PRAGMA wal_autocheckpoint = 4000");
            // kB: it fills as the file grows and stays full; four times as much saves neither processor time nor writes
            session.Execute("PRAGMA cache_size = -2000");
            var version = SqliteMigrations.Apply(session, path, migrations);
            _writer = new GroupCommit(session, () => throw new InvalidOperationException("A file's connection is not lost."), Explain);
            return (version, migrations.Count);
        }
        catch (Exception exception)
        {
            session?.Dispose();
            if (exception is SqliteException)
                throw Explain(exception);
            throw;
        }
    }

    /// <summary>Reads at once, on the caller's thread: a read from the page cache takes less time than a hop to another thread.</summary>
    public Task<T> Read<T>(Func<Session, T> query, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);

        Session? session = null;
        try
        {
            Writer();
            if (!_readers.TryTake(out session))
                session = Connect(SqliteOpenMode.ReadOnly);
            var result = query(session);
            Return(session);
            return Task.FromResult(result);
        }
        catch (Exception exception)
        {
            session?.Dispose();
            return Task.FromException<T>(Explain(exception));
        }
    }

    /// <inheritdoc cref="GroupCommit.Run"/>
    public Task<T> Write<T>(Func<Session, T> unit, CancellationToken cancellationToken)
    {
        try
        {
            return Writer().Run(unit, cancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<T>(exception);
        }
    }

    /// <summary>There is one writer, so numbers are given in the order in which they can be read.</summary>
    public Task<T> WriteEvents<T>(Func<Session, T> unit, CancellationToken cancellationToken) => Write(unit, cancellationToken);

    public Task<TResult> WriteBatch<TItem, TResult>(
        Func<Session, IReadOnlyList<TItem>, IReadOnlyList<TResult>> work,
        TItem item,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return Writer().RunBatch(work, item, cancellationToken);
        }
        catch (Exception exception)
        {
            return Task.FromException<TResult>(exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        // last, so that SQLite puts the WAL's content into the file
        if (_writer is not null)
            await _writer.DisposeAsync();
        _lock?.Dispose();
    }

    private GroupCommit Writer()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _writer ?? throw new InvalidOperationException("The ledger has not been opened.");
    }

    private void Return(Session session)
    {
        if (_readers.Count < MaxIdleReaders && !_disposed)
            _readers.Add(session);
        else
            session.Dispose();
    }

    private SqliteSession Connect(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
            }.ConnectionString
        );
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute("PRAGMA busy_timeout = 5000");
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes the file readable by nobody else, before SQLite makes it; its WAL gets the file's mode.</summary>
    private void CreateFile()
    {
        // an existing one is left to SQLite: to open and close it here would drop the locks that SQLite may hold on it in this process
        if (new FileInfo(path) is { Exists: true } file)
        {
            // root may write it all the same; who took the permission away did not mean that
            if (file.IsReadOnly)
                throw new LedgerException($"The ledger's file {path} is read-only.");
            return;
        }

        try
        {
            OwnerOnlyFile.Create(path).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException($"The ledger's file {path} cannot be created.", exception);
        }
    }

    public Exception Explain(Exception exception) => SqliteErrorTranslator.Explain(exception, path);
}
