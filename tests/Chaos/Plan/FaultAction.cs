using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>Something goes wrong around AutoDeploy, or with it, and is well again when this has ended.</summary>
public abstract record FaultAction : ChaosAction
{
    /// <summary>A deployment, or what a person asked for, may fail of it.</summary>
    public virtual bool MayFail => false;

    /// <summary>
    /// dockerd is killed. One that is killed while it starts a container with a port of the host believes that port taken until it is
    /// started once more.
    /// </summary>
    public virtual bool KillsEngine => false;

    public abstract Task Inject(ChaosEnvironment environment, CancellationToken cancellationToken);
}
