using AutoDeploy.Services;

namespace AutoDeploy.Ports;

/// <summary>What a service's stored state has and the ledger may not have yet.</summary>
/// <param name="Service">As it is stored.</param>
/// <param name="Events">In the order of their numbers.</param>
/// <param name="LastEvent">The number of the last one.</param>
/// <param name="Version">The stored state's etag, a number in the ledger's own storages.</param>
public sealed record ServiceHandover(Service Service, IReadOnlyList<ServiceEvent> Events, long LastEvent, long Version)
{
    /// <summary>What the index of services has of it.</summary>
    public ServiceRow Row =>
        new(Service.Uuid, Service.Organization, Service.Name, Service.Status, Service.Created) { Engine = Service.Settings.Engine };

    /// <summary>The sources that it subscribes to.</summary>
    public IReadOnlyList<string> Sources { get; init; } = Service.Status == ServiceStatus.Terminated ? [] : Service.Sources;

    /// <summary>Seconds between two looks at its first source; 0: none.</summary>
    public int PollSeconds { get; init; } = Service.Status == ServiceStatus.Terminated ? 0 : Service.Settings.PollSeconds;
}
