namespace AutoDeploy.Deployments;

/// <summary>A deployment cannot succeed; the message is the sentence that it ends with. Never leaves a grain.</summary>
internal sealed class DeploymentFailedException(string message) : Exception(message);
