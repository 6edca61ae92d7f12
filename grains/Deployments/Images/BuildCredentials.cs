using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Deployments.Images;

/// <summary>
/// The registries whose credentials a build gets: those that the service names, and its own image's. Whoever commits a Dockerfile can have
/// it pull whatever the
/// build's credentials open.
/// </summary>
internal sealed class BuildCredentials
{
    private readonly IReadOnlyList<RegistryAccount> _withheld;

    private BuildCredentials(IReadOnlyList<RegistryCredential> given, IReadOnlyList<RegistryAccount> withheld) =>
        (Given, _withheld) = (given, withheld);

    /// <summary>At most one for a host: an engine knows them by that.</summary>
    public IReadOnlyList<RegistryCredential> Given { get; }

    public static BuildCredentials From(ImageName own, GitSource source, IReadOnlyList<RegistryAccount> all)
    {
        var given = new List<RegistryAccount>();
        foreach (var name in source.BuildRegistries.Append($"{own.Host}/{own.Path}"))
        {
            var slash = name.IndexOf('/');
            var (host, path) = slash < 0 ? (name, "") : (name[..slash], name[(slash + 1)..]);
            if (
                given.All(registryAccount => registryAccount.Host != host)
                && PathPrefix.Longest(
                    all.Where(registryAccount => registryAccount.Host == host),
                    registryAccount => registryAccount.Path,
                    path
                )
                    is { } found
            )
                given.Add(found);
        }

        return new BuildCredentials([.. given.Select(registryAccount => registryAccount.Credential)], [.. all.Except(given)]);
    }

    /// <summary>A build that fails at a registry whose credentials it did not get says so, and how to allow it.</summary>
    public async Task<T> Explain<T>(Func<Task<T>> build)
    {
        try
        {
            return await build();
        }
        catch (EngineException failure)
            when (failure.Fault != EngineFault.Unreachable
                && _withheld.FirstOrDefault(registryAccount =>
                    failure.Message.Contains(registryAccount.Host, StringComparison.OrdinalIgnoreCase)
                )
                    is { } registryAccount
            )
        {
            throw new EngineException(
                failure.Fault,
                $"{failure.Message} The build did not get the credentials for {registryAccount.Host}; to allow that, name it in "
                    + "`build_registries` of the service's `git_repository`.",
                failure
            );
        }
    }
}
