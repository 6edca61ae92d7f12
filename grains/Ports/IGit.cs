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

    /// <summary>
    /// The paths of all files of a commit, from the repository's root; null: too many, or the commit has not been fetched.
    /// </summary>
    Task<IReadOnlyList<string>?> Files(GitRemote remote, string commit, CancellationToken cancellationToken);

    /// <summary>
    /// A commit's files for a build, as a tar. All that can be wrong with them (no such directory, no Dockerfile, a symbolic link that
    /// leaves the context) is found out before it answers, as a <see cref="GitException"/> with <see cref="GitFault.Refused"/>.
    /// </summary>
    Task<BuildContext> OpenContext(GitRemote remote, string commit, GitSource source, CancellationToken cancellationToken);
}
