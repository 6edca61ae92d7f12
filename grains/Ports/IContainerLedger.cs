namespace AutoDeploy.Ports;

/// <summary>
/// Which containers are ours. What a container says of itself is no proof: its labels may come from its image. A container is ours if its
/// id is on record,
/// or if its name and its labels carry a signature that only the ledger's secret can make.
/// </summary>
public interface IContainerLedger
{
    /// <summary>
    /// A keyed hash (HMAC) of what is said of a container, with a key derived from the ledger's secret for this purpose alone.
    /// </summary>
    string SignContainer(string statement);

    Task<bool> KnowsContainer(string engine, string containerId, CancellationToken cancellationToken);

    /// <summary>Records that the container is ours; nothing changes when it is on record.</summary>
    Task RecordContainer(string engine, string containerId, Guid serviceId, CancellationToken cancellationToken);

    Task ForgetContainer(string engine, string containerId, CancellationToken cancellationToken);

    /// <summary>Forgets containers of the engine that were recorded before <paramref name="before"/> and are not there any more.</summary>
    Task ForgetContainersExcept(
        string engine,
        IReadOnlyCollection<string> containerIds,
        DateTimeOffset before,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The name of the service if this deployment of it was begun by a version of AutoDeploy that did not sign its containers; otherwise
    /// null.
    /// </summary>
    Task<string?> FindUnsignedDeployment(Guid serviceId, Guid deploymentId, CancellationToken cancellationToken);
}
