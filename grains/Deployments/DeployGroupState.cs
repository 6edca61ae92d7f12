namespace AutoDeploy.Deployments;

/// <summary>What a deploy group's grain keeps.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.DeployGroupState")]
public sealed record DeployGroupState
{
    [Id(0)]
    public DeployGroupDecision Decision { get; init; }

    [Id(1)]
    public string Reason { get; init; } = "";
}
