using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>Something goes wrong around AutoDeploy, or with it, and is well again when this has ended.</summary>
public abstract record Fault : Act
{
    /// <summary>A deployment, or what a person asked for, may fail of it.</summary>
    public virtual bool MayFail => false;

    public abstract Task Strike(Stage stage, CancellationToken cancellationToken);
}
