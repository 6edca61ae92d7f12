using AutoDeploy.Deployments;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>The open deployments of a service: at most one runs and one waits. The ledger has them; this is what was read of it.</summary>
public sealed class DeploymentSlots
{
    /// <summary>
    /// The running deployment took the place of another that ran: it is not stopped for a newer one, so that one comes to its end.
    /// </summary>
    private bool _previousWasCanceled;

    /// <summary>False: they are to be read from the ledger first.</summary>
    public bool AreKnown { get; private set; }

    public Deployment? Running { get; set; }

    public Deployment? Waiting { get; set; }

    private Deployment? Newest => Waiting ?? Running;

    /// <summary>The ledger may have others now.</summary>
    public void Forget() => AreKnown = false;

    /// <param name="open">Those that have not ended, oldest first.</param>
    public void Fill(IReadOnlyList<Deployment> open)
    {
        Running = open.FirstOrDefault(d => d.State == DeploymentState.InProgress) ?? (open.Count > 0 ? open[0] : null);
        Waiting = open.LastOrDefault(d => d.Uuid != Running?.Uuid);
        AreKnown = true;
    }

    /// <summary>The running deployment has found out what it goes for.</summary>
    public void RecordVersion(Guid deploymentId, string version, bool isCommit)
    {
        if (Running?.Uuid == deploymentId)
            Running = isCommit ? Running with { Commit = version } : Running with { Digest = version };
    }

    /// <summary>A deployment has ended; nothing changes where it is not the running one.</summary>
    public void Release(Deployment ended)
    {
        if (Running?.Uuid != ended.Uuid)
            return;
        Running = null;
        _previousWasCanceled = ended.State == DeploymentState.Canceled;
    }

    /// <summary>The waiting deployment, to be run now; null: none waits, or one still runs.</summary>
    public Deployment? TakeWaiting()
    {
        if (Running is not null)
            return null;
        var waiting = Waiting;
        Waiting = null;
        return waiting;
    }

    /// <summary>
    /// The running deployment, where a newer push puts it out of date; null where it goes on to its end. Not twice in a row, or pushes that
    /// come faster than builds would starve each other.
    /// </summary>
    public Deployment? FindOutdated() =>
        !_previousWasCanceled && Running is { Operation: Operation.Redeploy, Cause.Kind: CauseKind.Push } ? Running : null;

    /// <summary>The tag that the newest deployment brings the service to; null where it stays at its own.</summary>
    public string? FindTag() =>
        Newest is { Operation: Operation.Redeploy, Image: { } image } && ImageName.TryParse(image, out var name, out _) ? name.Tag : null;

    /// <summary>The commit that the newest deployment brings the service to, as far as that is known.</summary>
    public string? FindCommit() => Newest is { Operation: Operation.Redeploy or Operation.Start } newest ? newest.Commit : null;

    /// <summary>
    /// The digest that is being deployed, or that waits to be if that is the pushed one; before it is looked up, the one that its push
    /// told.
    /// </summary>
    public string? FindDigest(string? pushed)
    {
        var waiting = FindDigestOf(Waiting);
        return pushed is not null && pushed == waiting ? waiting : FindDigestOf(Running);
    }

    private static string? FindDigestOf(Deployment? deployment) =>
        deployment is not { Operation: Operation.Redeploy or Operation.Start }
            ? null
            : deployment.Digest ?? (deployment.Image is { } image ? ImageName.Parse(image).Digest : null);
}
