using AutoDeploy.Ports;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace AutoDeploy.Ledger.Database;

/// <summary>SQLite's errors in sentences for a person.</summary>
internal static class SqliteErrorTranslator
{
    public static Exception Explain(Exception exception, string path) =>
        exception is SqliteException error
            ? new LedgerException(Sentence(error, path), error)
            {
                IsUnavailable =
                    error.SqliteErrorCode
                        is SQLITE_READONLY
                            or SQLITE_PERM
                            or SQLITE_CANTOPEN
                            or SQLITE_FULL
                            or SQLITE_BUSY
                            or SQLITE_LOCKED
                            or SQLITE_IOERR,
            }
            : exception;

    private static string Sentence(SqliteException error, string path) =>
        error.SqliteErrorCode switch
        {
            SQLITE_NOTADB => $"The ledger's file {path} is not a database.",
            SQLITE_CORRUPT => $"The ledger's file {path} is damaged; restore it from a backup.",
            SQLITE_READONLY or SQLITE_PERM or SQLITE_AUTH => $"The ledger's file {path} is read-only.",
            SQLITE_CANTOPEN => $"The ledger's file {path} cannot be opened; its directory must exist and be writable.",
            SQLITE_FULL => $"The ledger's file {path} cannot grow; the disk is full.",
            SQLITE_BUSY or SQLITE_LOCKED => $"The ledger's file {path} is locked by another process.",
            SQLITE_IOERR => $"The ledger's file {path} cannot be read or written; the disk reports an error.",
            SQLITE_CONSTRAINT => $"The ledger holds such a row already or does not take it ({error.Message}).",
            _ => $"The ledger's file {path} cannot be used: {error.Message}",
        };
}
