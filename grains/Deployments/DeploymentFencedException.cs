namespace AutoDeploy.Deployments;

/// <summary>Another process has acquired the deployment: this one must not touch it any more.</summary>
internal sealed class DeploymentFencedException(Guid deploymentId)
    : Exception($"The deployment {deploymentId} was acquired by another process.");
