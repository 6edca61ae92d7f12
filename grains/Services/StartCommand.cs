using AutoDeploy.Deployments;

namespace AutoDeploy.Services;

/// <summary>Starts the service; where it has never run, with a version that is looked up.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.StartCommand")]
public sealed record StartCommand : OperationCommand
{
    [Id(10)]
    public DeploymentTarget Target { get; init; } = DeploymentTarget.Newest;

    public override Operation Operation => Operation.Start;

    public override bool MayBringNewVersion(Service service) => service.Current is null;

    public override Deployment ApplyTo(Deployment deployment, Service service) => Target.ApplyTo(deployment, service);
}
