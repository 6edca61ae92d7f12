using AutoDeploy.Organizations;

namespace AutoDeploy.Ports;

/// <summary>The services' triggers. Their uuids are secrets: encrypted before they touch the disk.</summary>
public interface ITriggerStore
{
    Task AddTrigger(Trigger trigger, CancellationToken cancellationToken);

    /// <summary>The trigger of this service with this uuid, or null. The uuid itself is not searched for, only its hash.</summary>
    Task<Trigger?> FindTrigger(Guid serviceId, Guid uuid, CancellationToken cancellationToken);

    Task<Page<Trigger>> ListTriggers(Guid serviceId, int limit, int offset, CancellationToken cancellationToken);

    Task<bool> RemoveTrigger(Guid serviceId, Guid uuid, CancellationToken cancellationToken);
}
