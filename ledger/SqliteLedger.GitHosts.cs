using AutoDeploy.Organizations;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqliteLedger
{
    public Task<bool> PutGitHost(GitHost host, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<GitHost?> FindGitHost(Guid uuid, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<Page<GitHost>> GitHosts(string organization, int limit, int offset, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<bool> RemoveGitHost(Guid uuid, CancellationToken cancellationToken) => throw new NotImplementedException();
}
