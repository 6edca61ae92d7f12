using AutoDeploy.Deployments;

namespace AutoDeploy.Services;

/// <summary>Stops the service; it stays stopped until a person starts it.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.StopCommand")]
public sealed record StopCommand : OperationCommand
{
    public override Operation Operation => Operation.Stop;
}
