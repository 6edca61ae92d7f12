using AutoDeploy.Deployments;

namespace AutoDeploy.Services;

/// <summary>Removes the service's containers for good.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.TerminateCommand")]
public sealed record TerminateCommand : OperationCommand
{
    /// <summary>The volumes go, too, at once.</summary>
    [Id(10)]
    public bool RemoveVolumes { get; init; }

    public override Operation Operation => Operation.Terminate;

    public override Deployment ApplyTo(Deployment deployment, Service service) => deployment with { RemoveVolumes = RemoveVolumes };
}
