using AutoDeploy.Deployments;

namespace AutoDeploy.Services;

/// <summary>Replaces the containers by those of a version that is looked up, or of the very one that is named.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.RedeployCommand")]
public sealed record RedeployCommand : OperationCommand
{
    [Id(10)]
    public DeploymentTarget Target { get; init; } = DeploymentTarget.Newest;

    /// <summary>Whether the volumes of the containers before are used again.</summary>
    [Id(11)]
    public bool ReuseVolumes { get; init; } = true;

    /// <summary>Handed to the new containers as <c>DOCKERCLOUD_TRIGGER_BODY</c>.</summary>
    [Id(12)]
    public string? Body { get; init; }

    public override Operation Operation => Operation.Redeploy;

    public override bool MayBringNewVersion(Service service) => true;

    public override Deployment ApplyTo(Deployment deployment, Service service) =>
        Target.ApplyTo(deployment, service) with
        {
            ReuseVolumes = ReuseVolumes,
            Body = Body,
        };
}
