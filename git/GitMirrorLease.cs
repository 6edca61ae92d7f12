namespace AutoDeploy.Git;

/// <summary>A mirror in use.</summary>
internal sealed class GitMirrorLease(GitMirror mirror, Action<GitMirror> close) : IDisposable
{
    private Action<GitMirror>? _close = close;

    public GitMirror Mirror => mirror;

    public void Dispose() => Interlocked.Exchange(ref _close, null)?.Invoke(mirror);
}
