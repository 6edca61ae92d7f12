using System.Globalization;
using System.Text;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Git;

/// <summary>A repository that has files of a build's context: the service's own, or a submodule's.</summary>
internal sealed class GitContextPart(GitMirrorClient mirrors, GitRemote remote, string? branch) : IDisposable
{
    /// <summary>What stands before a path in git's list of a tree, at most.</summary>
    private const int RecordHead = 128;

    private readonly GitMirrorLease _lease = mirrors.Open(remote);

    public GitRemote Remote => remote;

    public GitMirror Mirror => _lease.Mirror;

    /// <summary>The commit, fetched if it is not here.</summary>
    public async Task<GitCommit> Commit(string id, CancellationToken cancellationToken)
    {
        var found = await Find();
        if (found is null)
            using (await Mirror.Lock(cancellationToken))
            {
                found = await Find();
                if (found is null)
                {
                    if (!await Mirror.FetchCommits(remote, [id], cancellationToken))
                        await (
                            branch is null
                                ? Mirror.FetchAll(remote, withFiles: false, cancellationToken)
                                : Mirror.FetchBranch(remote, branch, withFiles: false, cancellationToken)
                        );
                    await mirrors.Maintain(Mirror, cancellationToken);
                    found = await Find();
                }
            }

        return found is null
            ? throw new GitException(GitFault.CommitMissing, $"The repository {remote.Repository.Key} has no commit {GitRefs.Shorten(id)}.")
            : await Mirror.ReadCommit(found, cancellationToken);

        async Task<string?> Find() => (await Mirror.FindCommits(cancellationToken, id))[0];
    }

    /// <summary>The files of a commit, counted while they come.</summary>
    /// <exception cref="GitException">They go over a limit.</exception>
    public async Task<List<GitTreeEntry>> Tree(string commit, string prefix, ContextLimits limits, CancellationToken cancellationToken)
    {
        var entries = new List<GitTreeEntry>();
        var prefixBytes = Encoding.UTF8.GetByteCount(prefix);
        var prefixDepth = prefix.Count(c => c == '/');

        // directories too: there can be any number of them without a file
        var isWhole = await Mirror.ReadRecords(
            ["ls-tree", "-r", "-t", "-z", "--full-tree", "--end-of-options", commit],
            RecordHead + ContextLimits.MaxPathBytes,
            record =>
            {
                var path = record[(record.IndexOf((byte)'\t') + 1)..];
                limits.AddEntry(prefixBytes + path.Length, prefixDepth + path.Count((byte)'/'));
                if (GitTreeEntry.Parse(record, prefix, this) is { } entry)
                    entries.Add(entry);
                return true;
            },
            cancellationToken
        );
        if (!isWhole)
            limits.AddEntry(int.MaxValue, 0);
        return entries;
    }

    /// <summary>Fetches what is not here of these contents, at once.</summary>
    public async Task Ensure(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        if ((await Mirror.ListMissing(ids, cancellationToken)).Count == 0)
            return;
        using (await Mirror.Lock(cancellationToken))
        {
            var missing = await Mirror.ListMissing(ids, cancellationToken);
            if (missing.Count == 0)
                return;
            var isGiven = await Mirror.FetchFiles(remote, missing, cancellationToken);
            missing = await Mirror.ListMissing(missing, cancellationToken);

            // a server that does not give them by their ids: all of the branch, or else of all branches
            if (missing.Count > 0 && branch is not null)
            {
                await Mirror.FetchBranch(remote, branch, withFiles: true, cancellationToken);
                missing = await Mirror.ListMissing(missing, cancellationToken);
            }

            if (missing.Count > 0 && (branch is null || !isGiven))
            {
                await Mirror.FetchAll(remote, withFiles: true, cancellationToken);
                missing = await Mirror.ListMissing(missing, cancellationToken);
            }

            await mirrors.Maintain(Mirror, cancellationToken);
            if (missing.Count > 0)
                throw new GitException(
                    GitFault.Refused,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The server of the repository {remote.Repository.Key} does not give {missing.Count} of the commit's files."
                    )
                );
        }
    }

    /// <summary>A short file as text; null: it is longer.</summary>
    public async Task<string?> ReadText(string id, int maxBytes, CancellationToken cancellationToken)
    {
        await Ensure([id], cancellationToken);
        var result = await Mirror.Read(["cat-file", "blob", id], "", cancellationToken, maxBytes);
        return result.IsCut ? null : result.Text;
    }

    public void Dispose() => _lease.Dispose();
}
