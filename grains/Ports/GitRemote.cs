using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>A repository with what is needed to read it. <see cref="ToString"/> hides the credentials.</summary>
/// <param name="Organization">On whose behalf; what one organization may read another may not.</param>
/// <param name="Credentials">All of the organization's, since submodules can be at other hosts.</param>
public sealed record GitRemote(string Organization, RepositoryName Repository, IReadOnlyList<GitCredential> Credentials)
{
    public override string ToString() => Repository.Key;
}
