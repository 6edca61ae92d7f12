namespace AutoDeploy.Ports;

/// <summary>An index of what the service grains hold, and their subscriptions.</summary>
public interface IServiceStore
{
    /// <summary>
    /// Appends a service's events to the event log, each once however often it is handed over, and brings the index of services, the
    /// subscriptions and the polls to what the service has, all in one step. False, and nothing is written, when the service is new and
    /// another
    /// service of the organization that is not terminated has its name.
    /// </summary>
    Task<bool> HandOver(ServiceHandover handover, CancellationToken cancellationToken);

    /// <summary>The number of the last event that a service has handed over; 0: none.</summary>
    Task<long> HandedOver(Guid serviceId, CancellationToken cancellationToken);

    /// <summary>Services whose stored state has events that were not handed over.</summary>
    Task<IReadOnlyList<Guid>> ServicesToHandOver(CancellationToken cancellationToken);

    /// <summary>Forgets the service, its subscriptions, verdicts, deployments and logs.</summary>
    Task RemoveService(Guid serviceId, CancellationToken cancellationToken);

    Task<ServiceRow?> FindServiceByName(string organization, string name, CancellationToken cancellationToken);

    /// <summary>Services in the order in which they were created.</summary>
    Task<Page<ServiceRow>> ListServices(ServiceFilter filter, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>Services that subscribe to a source, ordered by uuid's text, after the given one.</summary>
    Task<IReadOnlyList<Guid>> ListSubscribers(string source, Guid? after, int limit, CancellationToken cancellationToken);
}
