using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Git;

/// <summary>
/// One repository here: bare, with its commits and trees, and of its files' contents only what was built. One writes at a
/// time, others may read beside.
/// </summary>
internal sealed class GitMirror(string directory, RepositoryName repository, GitCommand git, GitOptions options, SshKeyDirectory ssh)
{
    private const string LastUsed = "last-used";
    private const int MaxPacks = 50;
    private const int MessageLimit = 64 * 1024;

    private static readonly string[] FetchArguments =
    [
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--no-recurse-submodules",
        "--no-auto-maintenance",
        "--no-show-forced-updates",
    ];

    private readonly SemaphoreSlim _writing = new(1);
    private bool _isTidy;
    private string _format = "sha1";
    private long _touched;

    public string Directory => directory;

    /// <summary>How many use it now; counted by whoever gives it away.</summary>
    public int Users { get; set; }

    /// <summary>Commits that are on a branch as it was fetched last.</summary>
    public BoundedLruCache<(string Branch, string Commit), GitCommit> CommitsOnBranch { get; } = new(200, 1024 * 1024);

    private string Key => repository.Key;

    private bool Exists => File.Exists(Path.Combine(directory, "HEAD"));

    /// <summary>Waits until nobody writes; whoever has this may write.</summary>
    public async Task<IDisposable> Lock(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        return new LockRelease(_writing);
    }

    /// <summary>Remembers that it is in use, for when room is needed.</summary>
    public void Touch()
    {
        var now = Environment.TickCount64;
        if (now - Interlocked.Read(ref _touched) < 60_000 || !Exists)
            return;
        Interlocked.Exchange(ref _touched, now);
        File.WriteAllBytes(Path.Combine(directory, LastUsed), []);
    }

    /// <summary>When the mirror in this directory was used last.</summary>
    public static DateTime GetLastUse(string directory)
    {
        var file = Path.Combine(directory, LastUsed);
        return File.Exists(file) ? File.GetLastWriteTimeUtc(file) : DateTime.MinValue;
    }

    /// <summary>The commits that these ids mean, an annotated tag's too; null where there is none.</summary>
    public async Task<string?[]> FindCommits(CancellationToken cancellationToken, params IReadOnlyList<string> names)
    {
        if (!Exists)
            return new string?[names.Count];
        var lines = (
            await Read(["cat-file", "--batch-check"], string.Concat(names.Select(name => name + "^{commit}\n")), cancellationToken)
        ).Text.Split('\n');
        return names
            .Select((_, i) => i < lines.Length && lines[i].Split(' ') is [var id, "commit", _] && GitRefs.IsCommit(id) ? id : null)
            .ToArray();
    }

    /// <summary>The head of a branch when it was fetched last.</summary>
    public async Task<string?> FindHead(string branch, CancellationToken cancellationToken) =>
        (await FindCommits(cancellationToken, RefOf(branch)))[0];

    public async Task<bool> IsAncestor(string ancestor, string commit, CancellationToken cancellationToken)
    {
        var result = await Run(["merge-base", "--is-ancestor", "--end-of-options", ancestor, commit], "", 1024, cancellationToken);
        return result.Code switch
        {
            0 => true,
            1 => false,
            _ => throw new DamagedMirrorException(result.Errors),
        };
    }

    public async Task<GitCommit> ReadCommit(string commit, CancellationToken cancellationToken)
    {
        var text = (
            await Read(
                ["log", "-1", "--no-show-signature", "--format=%ct%n%B", "--end-of-options", commit],
                "",
                cancellationToken,
                MessageLimit + 32
            )
        ).Text;
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0 || !long.TryParse(text.AsSpan(0, end), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
            throw new DamagedMirrorException($"the commit {commit} has no time");
        // a commit can claim any time
        seconds = Math.Clamp(seconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return new GitCommit(commit, DateTimeOffset.FromUnixTimeSeconds(seconds), text[(end + 1)..].TrimEnd('\n', '\uFFFD'));
    }

    /// <summary>Runs git on the mirror without a network. A failure means that the mirror is damaged.</summary>
    public async Task<GitResult> Read(
        IReadOnlyList<string> arguments,
        string input,
        CancellationToken cancellationToken,
        int limit = 1024 * 1024
    )
    {
        var result = await Run(arguments, input, limit, cancellationToken);
        // git treats objects in a broken pack as missing and continues
        return result.IsSuccess && !GitErrorTranslator.ReportsBrokenPack(result.Errors)
            ? result
            : throw new DamagedMirrorException(result.Errors);
    }

    /// <summary>Runs git on what is here, and hands over its records, each with a NUL at its end, as they come.</summary>
    /// <param name="arguments">Git's.</param>
    /// <param name="maxBytes">Of one record.</param>
    /// <param name="take">Gets each; false: it wants no more, and git is stopped.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <returns>False: not all was handed over.</returns>
    public async Task<bool> ReadRecords(
        IReadOnlyList<string> arguments,
        int maxBytes,
        Func<ReadOnlySpan<byte>, bool> take,
        CancellationToken cancellationToken
    )
    {
        var isWhole = true;
        var result = await Bounded(() =>
            git.Run(
                new GitCall
                {
                    Directory = directory,
                    Arguments = arguments,
                    Timeout = options.ReadTimeout,
                },
                async (output, token) => isWhole = await RecordReader.Read(output, maxBytes, take, token),
                cancellationToken
            )
        );
        return !isWhole || (result.IsSuccess && !GitErrorTranslator.ReportsBrokenPack(result.Errors))
            ? isWhole
            : throw new DamagedMirrorException(result.Errors);
    }

    /// <summary>Starts git on what is here, for whoever reads as it comes.</summary>
    public GitProcess Start(params IReadOnlyList<string> arguments) =>
        git.Start(
            new GitCall
            {
                Directory = directory,
                Arguments = arguments,
                Timeout = Timeout.InfiniteTimeSpan,
            }
        );

    /// <summary>Fetches a branch; when the server has it no longer, it is gone here, too. Under the lock.</summary>
    public async Task FetchBranch(GitRemote remote, string branch, bool withFiles, CancellationToken cancellationToken)
    {
        await Prepare(cancellationToken);
        var before = await FindHead(branch, cancellationToken);
        try
        {
            string[] how = withFiles ? ["--refetch", "--no-filter"] : ["--filter=blob:none"];
            await Fetch(
                remote,
                [.. how, "--end-of-options", "origin", $"+{GitRefs.Heads}{branch}:{RefOf(branch)}"],
                "",
                [],
                cancellationToken
            );
        }
        catch (GitException e) when (e.Fault == GitFault.BranchMissing)
        {
            await Run(["update-ref", "-d", RefOf(branch)], "", 1024, cancellationToken);
            CommitsOnBranch.Clear();
            throw new GitException(GitFault.BranchMissing, $"The repository {Key} has no branch \"{branch}\".", e);
        }

        if (before != await FindHead(branch, cancellationToken))
            CommitsOnBranch.Clear();
    }

    /// <summary>Fetches commits by their ids, with their history. Under the lock.</summary>
    /// <returns>False: the server does not have them all, or does not give commits by their ids.</returns>
    public async Task<bool> FetchCommits(GitRemote remote, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        await Prepare(cancellationToken);
        try
        {
            await Fetch(remote, ["--filter=blob:none", "--end-of-options", "origin", .. ids], "", [], cancellationToken);
            return true;
        }
        catch (GitException e) when (e.Fault is GitFault.CommitMissing or GitFault.BranchMissing)
        {
            return false;
        }
    }

    /// <summary>Fetches all branches. Under the lock.</summary>
    public async Task FetchAll(GitRemote remote, bool withFiles, CancellationToken cancellationToken)
    {
        await Prepare(cancellationToken);
        string[] how = withFiles ? ["--refetch", "--no-filter"] : ["--filter=blob:none"];
        await Fetch(
            remote,
            ["--prune", .. how, "--end-of-options", "origin", $"+{GitRefs.Heads}*:refs/remotes/origin/*"],
            "",
            [],
            cancellationToken
        );
    }

    /// <summary>Fetches files' contents by their ids, all at once. Under the lock.</summary>
    /// <returns>False: the server does not give them so.</returns>
    public async Task<bool> FetchFiles(GitRemote remote, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        await Prepare(cancellationToken);
        try
        {
            // skip negotiation: it would not make the answer smaller
            await Fetch(
                remote,
                ["--filter=blob:none", "--stdin", "--end-of-options", "origin"],
                string.Concat(ids.Select(id => id + "\n")),
                [("fetch.negotiationAlgorithm", "noop")],
                cancellationToken
            );
            return true;
        }
        catch (GitException e) when (e.Fault is GitFault.CommitMissing or GitFault.BranchMissing)
        {
            return false;
        }
    }

    /// <summary>Those of the ids that are not here.</summary>
    public async Task<IReadOnlyList<string>> ListMissing(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];
        var result = await Read(
            ["cat-file", "--batch-check", "--buffer"],
            string.Concat(ids.Select(id => id + "\n")),
            cancellationToken,
            int.MaxValue
        );
        return result
            .Text.Split('\n')
            .Where(line => line.EndsWith(" missing", StringComparison.Ordinal))
            .Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)])
            .ToList();
    }

    /// <summary>Joins the packs when there are many, since each costs every reader. Under the lock.</summary>
    public async Task JoinPacks(CancellationToken cancellationToken)
    {
        var packs = Path.Combine(directory, "objects", "pack");
        if (!System.IO.Directory.Exists(packs) || System.IO.Directory.GetFiles(packs, "*.pack").Length <= MaxPacks)
            return;
        try
        {
            await git.Run(
                new GitCall
                {
                    Directory = directory,
                    Arguments = ["repack", "-a", "-d", "-q"],
                    // without this, git reports objects that were never fetched as missing
                    Settings = [("remote.origin.promisor", "true"), ("repack.writeBitmaps", "false")],
                    Timeout = options.FetchTimeout,
                },
                cancellationToken
            );
        }
        catch (TimeoutException)
        {
            _isTidy = false;
        }
        catch (OperationCanceledException)
        {
            _isTidy = false;
            throw;
        }
    }

    /// <summary>Throws away what is here, since it is damaged. Under the lock.</summary>
    public void Delete()
    {
        CommitsOnBranch.Clear();
        _isTidy = false;
        Interlocked.Exchange(ref _touched, 0);
        if (System.IO.Directory.Exists(directory))
            System.IO.Directory.Delete(directory, recursive: true);
    }

    /// <summary>A branch's name here: flat, since a server can have had <c>a</c> before it had <c>a/b</c>.</summary>
    private static string RefOf(string branch) =>
        GitRefs.Heads + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(branch)))[..32];

    private async Task Prepare(CancellationToken cancellationToken)
    {
        if (!_isTidy && System.IO.Directory.Exists(directory))
            CleanUp();
        _isTidy = true;
        if (!Exists)
        {
            System.IO.Directory.CreateDirectory(directory);
            var result = await git.Run(
                new GitCall
                {
                    Arguments = ["init", "--quiet", "--bare", "--template=", "--object-format=" + _format, directory],
                    Timeout = options.ReadTimeout,
                },
                cancellationToken
            );
            if (!result.IsSuccess)
                throw new GitException(GitFault.Refused, $"The mirror of {Key} could not be made: {result.Errors.Trim()}.");
            await File.WriteAllTextAsync(Path.Combine(directory, "description"), Key + "\n", cancellationToken);
        }

        Touch();
    }

    /// <summary>Removes what a git left that was killed, with us or by us; nobody else writes here.</summary>
    private void CleanUp()
    {
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true };
        foreach (var file in System.IO.Directory.GetFiles(directory, "*.lock", everywhere))
            File.Delete(file);
        var objects = Path.Combine(directory, "objects");
        if (!System.IO.Directory.Exists(objects))
            return;
        foreach (var file in System.IO.Directory.GetFiles(objects, "tmp_*", everywhere))
            File.Delete(file);
        foreach (var folder in System.IO.Directory.GetDirectories(objects, "*tmp_objdir-*"))
            System.IO.Directory.Delete(folder, recursive: true);
    }

    private async Task Fetch(
        GitRemote remote,
        IReadOnlyList<string> arguments,
        string input,
        IReadOnlyList<(string, string)> settings,
        CancellationToken cancellationToken
    )
    {
        using var access = GitAccess.Open(remote, ssh);
        try
        {
            var result = await git.Run(
                new GitCall
                {
                    Directory = directory,
                    Access = access,
                    Arguments = [.. FetchArguments, .. arguments],
                    Input = input,
                    Settings = settings,
                    Timeout = options.FetchTimeout,
                },
                cancellationToken
            );
            if (result.IsSuccess)
                return;
            if (result.Errors.Contains("mismatched algorithms", StringComparison.Ordinal))
            {
                _format = _format == "sha1" ? "sha256" : "sha1";
                throw new DamagedMirrorException(result.Errors);
            }

            var exception = GitErrorTranslator.From(access, result);
            throw GitErrorTranslator.IsDamage(exception.Fault, result.Errors) ? new DamagedMirrorException(result.Errors) : exception;
        }
        catch (TimeoutException e)
        {
            _isTidy = false;
            throw GitErrorTranslator.TimedOut(remote, options.FetchTimeout, e);
        }
        catch (OperationCanceledException)
        {
            _isTidy = false;
            throw;
        }
    }

    private Task<GitResult> Run(IReadOnlyList<string> arguments, string input, int limit, CancellationToken cancellationToken) =>
        Bounded(() =>
            git.Run(
                new GitCall
                {
                    Directory = directory,
                    Arguments = arguments,
                    Input = input,
                    OutputLimit = limit,
                    Timeout = options.ReadTimeout,
                },
                cancellationToken
            )
        );

    private async Task<GitResult> Bounded(Func<Task<GitResult>> run)
    {
        try
        {
            return await run();
        }
        catch (TimeoutException e)
        {
            throw new GitException(GitFault.TimedOut, $"The mirror of {Key} could not be read: {e.Message}.", e);
        }
    }

    private sealed class LockRelease(SemaphoreSlim semaphore) : IDisposable
    {
        private SemaphoreSlim? _semaphore = semaphore;

        public void Dispose() => Interlocked.Exchange(ref _semaphore, null)?.Release();
    }
}
