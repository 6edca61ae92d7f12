namespace AutoDeploy.Deployments;

[GenerateSerializer, Alias("AutoDeploy.DeploymentState")]
public enum DeploymentState
{
    Pending,
    InProgress,
    Success,
    Failed,
    Canceled,
}
