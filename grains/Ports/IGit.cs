using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>Reads git repositories, through mirrors that it keeps of them. What it has read once it answers without asking again.</summary>
/// <exception cref="GitException">Thrown by every member when the repository cannot be read.</exception>
public interface IGit
{
    /// <summary>
    /// The commit with this id, which has to be on the branch; null: the branch's head as it is now. Asks the repository's server unless
    /// the mirror knows the commit to be on the branch already.
    /// </summary>
    Task<GitCommit> Fetch(GitRemote remote, string branch, string? commit, CancellationToken cancellationToken);

    /// <summary>
    /// What differs between two commits, <paramref name="to"/> having been fetched before. Where <paramref name="from"/> cannot be had
    /// any more the answer is that this is unknown. Asked many times for the same it is found out once.
    /// </summary>
    Task<GitDifference> Compare(GitRemote remote, string from, string to, CancellationToken cancellationToken);

    /// <summary>The paths of all files of a commit, from the repository's root; null: too many, or the commit has not been fetched.</summary>
    Task<IReadOnlyList<string>?> Files(GitRemote remote, string commit, CancellationToken cancellationToken);

    /// <summary>
    /// A commit's files for a build, as a tar. All that can be wrong with them (no such directory, no Dockerfile, a symbolic link that
    /// leaves the context) is found out before it answers, as a <see cref="GitException"/> with <see cref="GitFault.Refused"/>.
    /// </summary>
    Task<BuildContext> OpenContext(GitRemote remote, string commit, GitSource source, CancellationToken cancellationToken);
}

/// <summary>A repository with what is needed to read it. <see cref="ToString"/> hides the credentials.</summary>
/// <param name="Organization">On whose behalf; what one organization may read another may not.</param>
/// <param name="Credentials">All of the organization's, since submodules can be at other hosts.</param>
public sealed record GitRemote(string Organization, RepositoryName Repository, IReadOnlyList<GitCredential> Credentials)
{
    public override string ToString() => Repository.Key;
}

/// <summary>What opens the repositories of one host. <see cref="ToString"/> hides the secrets.</summary>
public sealed record GitCredential
{
    /// <summary>Lower-case, <c>github.com</c>; with a port (<c>git.acme.com:3000</c>) only for that one.</summary>
    public required string Host { get; init; }

    /// <summary>The beginning of the paths that it is for, lower-case: <c>acme</c>, <c>acme/team</c>; empty: all.</summary>
    public string Path { get; init; } = "";

    /// <summary>The least that the password may go over: <c>https</c>, or <c>http</c> where it was given for that.</summary>
    public string Scheme { get; init; } = "https";

    /// <summary>For http and https; empty: whatever the host takes beside a token.</summary>
    public string Username { get; init; } = "";

    /// <summary>A password or token for http and https; null: none.</summary>
    public string? Password { get; init; }

    /// <summary>For ssh, in OpenSSH's or PEM form, without passphrase; null: none.</summary>
    public string? PrivateKey { get; init; }

    /// <summary>Lines as in OpenSSH's <c>known_hosts</c>: the keys by which the host is known to be the right one.</summary>
    public string KnownHosts { get; init; } = "";

    /// <summary>Host and path, as people write them.</summary>
    public string Place => Path.Length == 0 ? Host : $"{Host}/{Path}";

    public override string ToString() => Place;
}

/// <param name="Id">Full, lower-case.</param>
/// <param name="Time">When it was committed.</param>
/// <param name="Message">As written, at most 64 KiB of it.</param>
public sealed record GitCommit(string Id, DateTimeOffset Time, string Message);

/// <param name="Files">
/// Paths from the repository's root that are not the same in both commits (a renamed file's old and new path); null: unknown.
/// </param>
/// <param name="Relation">Of the second commit to the first.</param>
public sealed record GitDifference(IReadOnlyList<string>? Files, GitRelation Relation);

/// <summary>How the commit that came is related to the commit that was there.</summary>
public enum GitRelation
{
    Unknown,
    Same,

    /// <summary>It descends from it.</summary>
    Newer,

    /// <summary>It is an ancestor of it.</summary>
    Older,

    /// <summary>Neither descends from the other: history was rewritten.</summary>
    Diverged,
}

/// <summary>A tar for the engine's build. The content is read once and streams while it is read.</summary>
/// <param name="content">The tar.</param>
/// <param name="dockerfile">The name of the Dockerfile in it.</param>
public sealed class BuildContext(Stream content, string dockerfile) : IAsyncDisposable
{
    public Stream Content => content;

    public string Dockerfile => dockerfile;

    public ValueTask DisposeAsync() => content.DisposeAsync();
}

[GenerateSerializer, Alias("AutoDeploy.GitFault")]
public enum GitFault
{
    /// <summary>The server does not answer.</summary>
    Unreachable,

    /// <summary>The server wants (other) credentials, or is not who it should be.</summary>
    Unauthorized,

    /// <summary>There is no such repository, or the server does not tell those who may not read it.</summary>
    NotFound,

    BranchMissing,

    /// <summary>The repository does not have the commit, or not yet.</summary>
    CommitMissing,

    /// <summary>The commit is not on the branch, not yet or no longer.</summary>
    NotOnBranch,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>Another reason.</summary>
    Refused,
}

/// <summary>A repository cannot be read; the message is one sentence for a person that names the repository and holds no secret.</summary>
[GenerateSerializer, Alias("AutoDeploy.GitException")]
public sealed class GitException(GitFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    [Id(0)] public GitFault Fault { get; private init; } = fault;

    /// <summary>Waiting a little may help: servers tell of a push before all of their parts have it.</summary>
    public bool MayPass => Fault is GitFault.Unreachable or GitFault.BranchMissing or GitFault.CommitMissing or GitFault.NotOnBranch or GitFault.TimedOut;
}
