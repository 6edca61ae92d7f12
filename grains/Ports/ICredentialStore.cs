using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>The organizations' credentials for registries and git hosts, encrypted before they touch the disk.</summary>
public interface ICredentialStore
{
    /// <summary>
    /// Adds a registry, or changes the one with this uuid; false when another of the organization has the host with the same path.
    /// </summary>
    Task<bool> PutRegistry(RegistryAccount registryAccount, CancellationToken cancellationToken);

    Task<RegistryAccount?> FindRegistry(Guid uuid, CancellationToken cancellationToken);

    /// <summary>The one for the image: of those for its host the one with the longest beginning of its path.</summary>
    Task<RegistryAccount?> FindRegistry(string organization, ImageName image, CancellationToken cancellationToken);

    Task<Page<RegistryAccount>> ListRegistries(string organization, int limit, int offset, CancellationToken cancellationToken);

    Task<bool> RemoveRegistry(Guid uuid, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a git host's credentials, or changes those with this uuid; false when others of the organization have the host with the same
    /// path. With commit
    /// statuses it is a consumer of the event log, told of what happens from then on; changed, it is tried again at once.
    /// </summary>
    Task<bool> PutGitHost(GitHost host, CancellationToken cancellationToken);

    Task<GitHost?> FindGitHost(Guid uuid, CancellationToken cancellationToken);

    Task<Page<GitHost>> ListGitHosts(string organization, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>The uuids of all git hosts with commit statuses.</summary>
    Task<IReadOnlyList<Guid>> ListStatusGitHosts(CancellationToken cancellationToken);

    Task<bool> RemoveGitHost(Guid uuid, CancellationToken cancellationToken);
}
