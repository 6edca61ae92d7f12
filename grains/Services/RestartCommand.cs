using AutoDeploy.Deployments;

namespace AutoDeploy.Services;

/// <summary>Replaces the containers by new ones of the version that runs: nothing is looked up.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.RestartCommand")]
public sealed record RestartCommand : OperationCommand
{
    public override Operation Operation => Operation.Redeploy;

    public override string? FindObjection(Service service) =>
        service.Current is null ? "The service has no version yet that could be started again." : null;

    public override Deployment ApplyTo(Deployment deployment, Service service) =>
        new DeploymentTarget { Version = service.Current }.ApplyTo(deployment, service);
}
