using AutoDeploy.Organizations;

namespace AutoDeploy.Ports;

/// <summary>Other names of an organization's hosts.</summary>
public interface IHostAliasStore
{
    /// <summary>Adds another name of a host, unless the name is an alias already or would become an alias of itself.</summary>
    Task<AddAliasResult> AddHostAlias(HostAlias alias, CancellationToken cancellationToken);

    Task<HostAlias?> FindHostAlias(Guid uuid, CancellationToken cancellationToken);

    Task<Page<HostAlias>> ListHostAliases(string organization, int limit, int offset, CancellationToken cancellationToken);

    Task<bool> RemoveHostAlias(Guid uuid, CancellationToken cancellationToken);
}
