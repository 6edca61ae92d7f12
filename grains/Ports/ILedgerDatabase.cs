namespace AutoDeploy.Ports;

/// <summary>The database that the ledger lies in.</summary>
public interface ILedgerDatabase
{
    /// <summary>
    /// Creates what is missing of the database and brings an older one up to date; throws with a sentence when it cannot be used.
    /// </summary>
    Task Open(CancellationToken cancellationToken);

    /// <summary>A cheap question to the database; throws when it does not answer.</summary>
    Task Ping(CancellationToken cancellationToken);
}
