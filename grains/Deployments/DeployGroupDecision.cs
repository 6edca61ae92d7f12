namespace AutoDeploy.Deployments;

[GenerateSerializer, Alias("AutoDeploy.GroupDecision")]
public enum DeployGroupDecision
{
    Waiting,
    Stay,
    GoBack,
}
