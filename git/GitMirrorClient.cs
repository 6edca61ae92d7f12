using System.Text;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Git;

/// <summary><see cref="IGit"/> on the git command, with a mirror per organization and repository.</summary>
public sealed partial class GitMirrorClient : IGit
{
    private const int MaxFiles = 100_000;
    private const int MaxPathBytes = ContextLimits.MaxAllPathBytes;

    /// <summary>How long the absence of a commit is cached.</summary>
    private static readonly TimeSpan UnknownCacheDuration = TimeSpan.FromMinutes(1);

    private readonly ILogger<GitMirrorClient> _logger;
    private readonly TimeProvider _time;
    private readonly GitMirrorStore _store;
    private readonly SharedTasks<(string Access, string Mirror, string Branch, string? Commit), GitCommit> _fetches = new();
    private readonly SharedTasks<(string Access, string Mirror, string From, string To), GitDifference> _comparisons = new();
    private readonly BoundedLruCache<
        (string Mirror, string From, string To),
        (GitDifference Difference, DateTimeOffset Until)
    > _differences = new(256, 2 * MaxFiles);

    public GitMirrorClient(IOptions<GitOptions> options, ILogger<GitMirrorClient> logger, TimeProvider time)
    {
        _logger = logger;
        _time = time;
        var folder = Path.GetFullPath(options.Value.Directory);
        _store = new GitMirrorStore(options.Value, new GitCommand(Path.Combine(folder, "home")), new SshKeyDirectory(folder));
    }

    public async Task<GitCommit> Fetch(GitRemote remote, string branch, string? commit, CancellationToken cancellationToken)
    {
        var key = remote.Repository.Key;
        if (!GitRefs.IsBranch(branch))
            throw new GitException(GitFault.BranchMissing, $"The repository {key} cannot have a branch of that name.");
        if (commit is not null && !GitRefs.IsCommit(commit))
            throw new GitException(
                GitFault.CommitMissing,
                $"The repository {key} cannot have that commit: it is not a full id in lower case."
            );
        var mirror = GitMirrorStore.NameOf(remote);
        if (commit is not null)
            using (var lease = Open(remote))
                if (lease.Mirror.CommitsOnBranch.TryGet((branch, commit), out var known))
                    return known;
        return await _fetches.Run(
            (GitAccess.Fingerprint(remote), mirror, branch, commit),
            (close, stop) => WithMirror(remote, opened => Fetch(opened, remote, branch, commit, close, stop), stop),
            cancellationToken
        );
    }

    public async Task<GitDifference> Compare(GitRemote remote, string from, string to, CancellationToken cancellationToken)
    {
        if (!GitRefs.IsCommit(from) || !GitRefs.IsCommit(to))
            return new GitDifference(null, GitRelation.Unknown);
        if (from == to)
            return new GitDifference([], GitRelation.Same);
        var mirror = GitMirrorStore.NameOf(remote);
        if (_differences.TryGet((mirror, from, to), out var known) && known.Until > _time.GetUtcNow())
            return known.Difference;
        return await _comparisons.Run(
            (GitAccess.Fingerprint(remote), mirror, from, to),
            (_, stop) => WithMirror(remote, opened => Compare(opened, remote, from, to, stop), stop),
            cancellationToken
        );
    }

    public Task<IReadOnlyList<string>?> Files(GitRemote remote, string commit, CancellationToken cancellationToken)
    {
        if (!GitRefs.IsCommit(commit))
            throw new GitException(
                GitFault.CommitMissing,
                $"The repository {remote.Repository.Key} cannot have that commit: it is not a full id in lower case."
            );
        return WithMirror<IReadOnlyList<string>?>(
            remote,
            async mirror =>
            {
                // not damage: the mirror was evicted to free space
                if ((await mirror.FindCommits(cancellationToken, commit))[0] is null)
                    return null;
                var result = await mirror.Read(
                    ["ls-tree", "-r", "-z", "--name-only", "--full-tree", "--end-of-options", commit],
                    "",
                    cancellationToken,
                    MaxPathBytes
                );
                return result.IsCut ? null : Encoding.UTF8.GetString(result.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            },
            cancellationToken
        );
    }

    public async Task<BuildContext> OpenContext(GitRemote remote, string commit, GitSource source, CancellationToken cancellationToken)
    {
        if (!GitRefs.IsCommit(commit))
            throw new GitException(
                GitFault.CommitMissing,
                $"The repository {remote.Repository.Key} cannot have that commit: it is not a full id in lower case."
            );
        for (var isSecond = false; ; isSecond = true)
        {
            var reader = new GitContextReader(this, remote, commit, source);
            try
            {
                return await reader.Open(cancellationToken);
            }
            catch (DamagedMirrorException e)
            {
                await reader.DisposeAsync();
                await RecoverDamaged(reader.Damaged ?? remote, e, isSecond, cancellationToken);
            }
            catch
            {
                await reader.DisposeAsync();
                throw;
            }
        }
    }

    internal GitMirrorLease Open(GitRemote remote) => _store.Open(remote);

    /// <summary>After a fetch: keeps the mirrors within their bounds, and this one quick to read.</summary>
    internal async Task Maintain(GitMirror mirror, CancellationToken cancellationToken)
    {
        await mirror.JoinPacks(cancellationToken);
        _store.MakeRoom(mirror);
    }

    private async Task<GitCommit> Fetch(
        GitMirror mirror,
        GitRemote remote,
        string branch,
        string? commit,
        Action close,
        CancellationToken cancellationToken
    )
    {
        if (commit is not null && await FindOnBranch(mirror, branch, commit, cancellationToken) is { } here)
            return Remember(here);
        using (await mirror.Lock(cancellationToken))
        {
            // another call may have fetched it meanwhile
            if (commit is not null && await FindOnBranch(mirror, branch, commit, cancellationToken) is { } come)
                return Remember(come);
            close();
            await mirror.FetchBranch(remote, branch, withFiles: false, cancellationToken);
            await Maintain(mirror, cancellationToken);
            if (commit is null)
                return await mirror.ReadCommit(
                    await mirror.FindHead(branch, cancellationToken)
                        ?? throw new DamagedMirrorException("a branch that was fetched is not there"),
                    cancellationToken
                );
            if (await FindOnBranch(mirror, branch, commit, cancellationToken) is { } found)
                return Remember(found);

            // by its id: to tell a commit that is elsewhere from one that is not there, and to see what a tag means
            if (
                (await mirror.FindCommits(cancellationToken, commit))[0] is null
                && await mirror.FetchCommits(remote, [commit], cancellationToken)
                && await FindOnBranch(mirror, branch, commit, cancellationToken) is { } tagged
            )
                return Remember(tagged);
            throw (await mirror.FindCommits(cancellationToken, commit))[0] is null
                ? new GitException(
                    GitFault.CommitMissing,
                    $"The repository {remote.Repository.Key} has no commit {GitRefs.Shorten(commit)}."
                )
                : new GitException(
                    GitFault.NotOnBranch,
                    $"The commit {GitRefs.Shorten(commit)} of the repository {remote.Repository.Key} is not on the branch \"{branch}\"."
                );
        }

        GitCommit Remember(GitCommit known)
        {
            mirror.CommitsOnBranch.Add((branch, commit!), known, known.Message.Length + 100);
            return known;
        }
    }

    private static async Task<GitCommit?> FindOnBranch(
        GitMirror mirror,
        string branch,
        string commit,
        CancellationToken cancellationToken
    ) =>
        await mirror.FindHead(branch, cancellationToken) is { } head
        && (await mirror.FindCommits(cancellationToken, commit))[0] is { } peeled
        && (peeled == head || await mirror.IsAncestor(peeled, head, cancellationToken))
            ? await mirror.ReadCommit(peeled, cancellationToken)
            : null;

    private async Task<GitDifference> Compare(
        GitMirror mirror,
        GitRemote remote,
        string from,
        string to,
        CancellationToken cancellationToken
    )
    {
        var here = await mirror.FindCommits(cancellationToken, from, to);
        if (here.Contains(null))
        {
            using (await mirror.Lock(cancellationToken))
            {
                here = await mirror.FindCommits(cancellationToken, from, to);
                if (here[1] is null)
                    await mirror.FetchCommits(remote, [to], cancellationToken);
                if (here[0] is null)
                    await mirror.FetchCommits(remote, [from], cancellationToken);
                await Maintain(mirror, cancellationToken);
                here = await mirror.FindCommits(cancellationToken, from, to);
            }
        }

        if (here is not [{ } first, { } second])
            return Remember(new GitDifference(null, GitRelation.Unknown), _time.GetUtcNow() + UnknownCacheDuration);
        var relation =
            first == second ? GitRelation.Same
            : await mirror.IsAncestor(first, second, cancellationToken) ? GitRelation.Newer
            : await mirror.IsAncestor(second, first, cancellationToken) ? GitRelation.Older
            : GitRelation.Diverged;
        return Remember(new GitDifference(await Changed(mirror, first, second, cancellationToken), relation), DateTimeOffset.MaxValue);

        GitDifference Remember(GitDifference difference, DateTimeOffset until)
        {
            _differences.Add((GitMirrorStore.NameOf(remote), from, to), (difference, until), 1 + (difference.Files?.Count ?? 0));
            return difference;
        }
    }

    /// <summary>The changed files; null: more than the limit.</summary>
    private static async Task<IReadOnlyList<string>?> Changed(GitMirror mirror, string from, string to, CancellationToken cancellationToken)
    {
        var files = new List<string>();
        var bytes = 0L;
        var isWhole = await mirror.ReadRecords(
            ["diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", "--name-only", "--end-of-options", from, to],
            ContextLimits.MaxPathBytes,
            path =>
            {
                if (files.Count == MaxFiles || (bytes += path.Length) > MaxPathBytes)
                    return false;
                files.Add(Encoding.UTF8.GetString(path));
                return true;
            },
            cancellationToken
        );
        return isWhole ? files : null;
    }

    private async Task<T> WithMirror<T>(GitRemote remote, Func<GitMirror, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var isSecond = false; ; isSecond = true)
        {
            try
            {
                using var lease = Open(remote);
                return await work(lease.Mirror);
            }
            catch (DamagedMirrorException e)
            {
                await RecoverDamaged(remote, e, isSecond, cancellationToken);
            }
        }
    }

    /// <summary>Deletes a damaged mirror, so that the caller can retry. Throws at the second failure.</summary>
    private async Task RecoverDamaged(GitRemote remote, DamagedMirrorException damage, bool isSecond, CancellationToken cancellationToken)
    {
        if (isSecond)
            throw new GitException(
                GitFault.Refused,
                $"The repository {remote.Repository.Key} could not be read: {damage.Message.Trim().TrimEnd('.')}.",
                damage
            );
        LogDamage(remote.Repository.Key, damage.Message.Trim());
        using var lease = Open(remote);
        using (await lease.Mirror.Lock(cancellationToken))
            lease.Mirror.Delete();
    }

    [LoggerMessage(LogLevel.Warning, "Mirror of {Repository} is damaged; cloning it again: {Reason}")]
    private partial void LogDamage(string repository, string reason);
}
