namespace AutoDeploy.Ledger.Database;

/// <summary>
/// Where the ledger lies. Its tables and their columns are the same in each kind of database, and so are nearly all statements.
/// </summary>
internal interface IDatabase : IAsyncDisposable
{
    /// <summary>For sentences: where it is.</summary>
    string Name { get; }

    /// <summary>Other processes write to it, too.</summary>
    bool IsShared { get; }

    DatabaseKind Kind { get; }

    /// <summary>Creates what is missing or brings it up to date, and begins to write; opened already, it does nothing.</summary>
    /// <returns>The schema's version that was found, and the one that it has now.</returns>
    /// <exception cref="Ports.LedgerException">It cannot be used; a sentence says why.</exception>
    (long Found, long Known) Open(IReadOnlyList<string>? migrations = null);

    /// <summary>
    /// An error of the database as a <see cref="Ports.LedgerException"/>; the same error when it is none of the database's.
    /// </summary>
    Exception Explain(Exception exception);

    Task<T> Read<T>(Func<Session, T> query, CancellationToken cancellationToken);

    /// <inheritdoc cref="GroupCommit.Run"/>
    Task<T> Write<T>(Func<Session, T> unit, CancellationToken cancellationToken);

    /// <summary>For units that append events: their numbers become readable in their order, whoever else appends.</summary>
    Task<T> WriteEvents<T>(Func<Session, T> unit, CancellationToken cancellationToken);

    /// <inheritdoc cref="GroupCommit.RunBatch"/>
    Task<TResult> WriteBatch<TItem, TResult>(
        Func<Session, IReadOnlyList<TItem>, IReadOnlyList<TResult>> work,
        TItem item,
        CancellationToken cancellationToken
    );
}
