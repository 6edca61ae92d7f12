namespace AutoDeploy.Deployments;

public static class DeploymentGrains
{
    /// <summary>The grain that runs a deployment.</summary>
    public static IDeploymentGrain Deployment(this IGrainFactory grains, Deployment deployment) =>
        grains.GetGrain<IDeploymentGrain>($"{deployment.Engine}/{deployment.Uuid}");

    /// <summary>The line of those that work on a deployment's engine.</summary>
    public static IDeploymentQueueGrain Queue(this IGrainFactory grains, Deployment deployment) =>
        grains.GetGrain<IDeploymentQueueGrain>(deployment.Engine);
}
