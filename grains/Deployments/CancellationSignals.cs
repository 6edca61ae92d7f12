namespace AutoDeploy.Deployments;

/// <summary>
/// What can stop a deployment before its end. Belongs to one grain; called from its turns and from calls that interleave.
/// </summary>
internal sealed class CancellationSignals
{
    private readonly CancellationTokenSource _superseded = new();
    private readonly CancellationTokenSource _canceled = new();

    /// <summary>A newer deployment waits. Builds and bakes stop for it.</summary>
    public CancellationToken SupersededToken => _superseded.Token;

    /// <summary>A person has canceled the deployment. Every step before <see cref="DeploymentStep.Retire"/> stops for it.</summary>
    public CancellationToken CanceledToken => _canceled.Token;

    /// <summary>The person who canceled it; null: nobody did.</summary>
    public string? CanceledBy { get; private set; }

    public Task Supersede() => _superseded.CancelAsync();

    public Task Cancel(string by)
    {
        CanceledBy ??= by;
        return _canceled.CancelAsync();
    }
}
