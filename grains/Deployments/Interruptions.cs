namespace AutoDeploy.Deployments;

/// <summary>What can stop a deployment that goes on, before its end. Of one grain; called from its turns and from calls that interleave.</summary>
internal sealed class Interruptions
{
    private readonly CancellationTokenSource _superseded = new();
    private readonly CancellationTokenSource _canceled = new();

    /// <summary>Something newer waits. Obeyed by a build, and by a bake.</summary>
    public CancellationToken Superseded => _superseded.Token;

    /// <summary>A person does not want it any more. Obeyed until the old containers go.</summary>
    public CancellationToken Canceled => _canceled.Token;

    /// <summary>The person who canceled it.</summary>
    public string? CanceledBy { get; private set; }

    public Task Supersede() => _superseded.CancelAsync();

    public Task Cancel(string by)
    {
        CanceledBy ??= by;
        return _canceled.CancelAsync();
    }
}
