namespace AutoDeploy.Deployments;

[GenerateSerializer, Alias("AutoDeploy.Operation")]
public enum Operation
{
    Redeploy,
    Start,
    Stop,
    Scale,
    Terminate,
}
