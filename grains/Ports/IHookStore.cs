using AutoDeploy.Organizations;

namespace AutoDeploy.Ports;

/// <summary>The organizations' hooks. Keys and secrets are encrypted before they touch the disk.</summary>
public interface IHookStore
{
    Task AddHook(Hook hook, CancellationToken cancellationToken);

    /// <summary>The hook with this key, or null. The key itself is not searched for, only its hash.</summary>
    Task<Hook?> FindHook(string key, CancellationToken cancellationToken);

    /// <summary>The hook with this uuid, or null.</summary>
    Task<Hook?> FindHook(Guid uuid, CancellationToken cancellationToken);

    Task<Page<Hook>> ListHooks(string organization, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>Forgets the hook and its deliveries.</summary>
    Task<bool> RemoveHook(Guid uuid, CancellationToken cancellationToken);
}
