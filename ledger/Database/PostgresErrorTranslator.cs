using System.Net.Sockets;
using AutoDeploy.Ports;
using Npgsql;

namespace AutoDeploy.Ledger.Database;

/// <summary>PostgreSQL's errors in sentences for a person.</summary>
/// <param name="settings">Where it is; of its secrets nothing is told.</param>
internal sealed class PostgresErrorTranslator(NpgsqlConnectionStringBuilder settings)
{
    /// <summary>
    /// Classes of errors that are not for ever: of connections, rights to connect, transactions, resources, operators, the system.
    /// </summary>
    private static readonly string[] UnavailableClasses = ["08", "25", "28", "40", "53", "57", "58"];

    private string Server => $"PostgreSQL at {settings.Host}:{settings.Port}";

    public string Database => $"the database \"{settings.Database}\" of {Server}";

    public Exception Explain(Exception exception) =>
        exception switch
        {
            PostgresException error => new LedgerException(Sentence(error), error)
            {
                IsUnavailable =
                    UnavailableClasses.Contains(error.SqlState[..2])
                    || error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.InvalidCatalogName,
            },
            NpgsqlException { InnerException: TimeoutException } or TimeoutException => Unavailable(
                $"{Server} did not answer in time.",
                exception
            ),
            NpgsqlException
            {
                InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }
            } => Unavailable($"PostgreSQL cannot be reached: there is no host \"{settings.Host}\".", exception),
            NpgsqlException { InnerException: SocketException error } => Unavailable(
                $"{Server} cannot be reached: {error.Message.TrimEnd('.')}.",
                exception
            ),
            NpgsqlException => Unavailable($"{Server} cannot be used at the moment: {exception.Message.TrimEnd('.')}.", exception),
            DirectoryInUseException => Unavailable(exception.Message, exception),
            SocketException => Unavailable($"{Server} cannot be reached: {exception.Message.TrimEnd('.')}.", exception),
            _ => exception,
        };

    private string Sentence(PostgresException error) =>
        error.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword =>
                $"{Server} does not let the user \"{settings.Username}\" in: the password is not the right one.",
            PostgresErrorCodes.InvalidAuthorizationSpecification =>
                $"{Server} does not let the user \"{settings.Username}\" in: {error.MessageText}.",
            PostgresErrorCodes.InvalidCatalogName =>
                $"There is no database \"{settings.Database}\" at {Server}; make it with: CREATE DATABASE \"{settings.Database}\"",
            PostgresErrorCodes.InsufficientPrivilege =>
                $"The user \"{settings.Username}\" may not do what is needed in {Database} ({error.MessageText}); let it own the database: "
                    + $"ALTER DATABASE \"{settings.Database}\" OWNER TO \"{settings.Username}\"",
            PostgresErrorCodes.DuplicateTable =>
                $"There are tables of another program in {Database} ({error.MessageText}); AutoDeploy needs one of its own.",
            PostgresErrorCodes.CannotConnectNow => $"{Server} is not ready yet: {error.MessageText}.",
            PostgresErrorCodes.TooManyConnections =>
                $"{Server} takes no more connections ({error.MessageText}); raise its max_connections.",
            PostgresErrorCodes.DiskFull => $"{Server} has no room left on its disk.",
            PostgresErrorCodes.ReadOnlySqlTransaction => $"{Server} takes no writes: it is a standby, or was made read-only.",
            PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.CheckViolation or PostgresErrorCodes.NotNullViolation =>
                $"The ledger holds such a row already or does not take it ({error.MessageText}).",
            _ => $"{Server} refused: {error.MessageText}.",
        };

    private static LedgerException Unavailable(string sentence, Exception exception) => new(sentence, exception) { IsUnavailable = true };
}
