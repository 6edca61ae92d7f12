using AutoDeploy.Deployments;

namespace AutoDeploy.Services;

/// <summary>Brings the service to its number of containers.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ScaleCommand")]
public sealed record ScaleCommand : OperationCommand
{
    /// <summary>The number is raised by so many first.</summary>
    [Id(10)]
    public int AdditionalContainers { get; init; }

    [Id(11)]
    public DeploymentTarget Target { get; init; } = DeploymentTarget.Newest;

    /// <summary>Handed to the new containers as <c>DOCKERCLOUD_TRIGGER_BODY</c>.</summary>
    [Id(12)]
    public string? Body { get; init; }

    public override Operation Operation => Operation.Scale;

    public override string? FindObjection(Service service) =>
        AdditionalContainers > 0 && service.Settings.Container.Bindings.Any(b => b is { Volume: not null, Rewritable: true })
            ? "`bindings` names a volume that its containers write to; only one container can have it."
            : null;

    public override Deployment ApplyTo(Deployment deployment, Service service) => Target.ApplyTo(deployment, service) with { Body = Body };
}
