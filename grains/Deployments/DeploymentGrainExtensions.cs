namespace AutoDeploy.Deployments;

public static class DeploymentGrainExtensions
{
    /// <summary>The grain that runs a deployment.</summary>
    public static IDeploymentGrain GetDeploymentGrain(this IGrainFactory grains, Deployment deployment) =>
        grains.GetGrain<IDeploymentGrain>($"{deployment.Engine}/{deployment.Uuid}");

    /// <summary>The line of those that work on a deployment's engine.</summary>
    public static IDeploymentQueueGrain GetQueueGrain(this IGrainFactory grains, Deployment deployment) =>
        grains.GetGrain<IDeploymentQueueGrain>(deployment.Engine);
}
