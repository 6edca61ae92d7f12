using AutoDeploy.Ports;

namespace AutoDeploy.Sources;

/// <summary>Puts a repository and the credentials that an organization has for git hosts together.</summary>
internal static class GitRemoteResolver
{
    private const int MaxHosts = 1000;

    public static async Task<GitRemote> Resolve(
        this ILedger ledger,
        string organization,
        GitSource source,
        CancellationToken cancellationToken
    )
    {
        var hosts = await ledger.ListGitHosts(organization, MaxHosts, 0, cancellationToken);
        return new GitRemote(organization, source.Repository, [.. hosts.Items.Select(host => host.Credential)]);
    }
}
