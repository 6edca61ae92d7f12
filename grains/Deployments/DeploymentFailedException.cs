namespace AutoDeploy.Deployments;

/// <summary>A deployment cannot succeed; the message is the sentence that it ends with. Never leaves a grain.</summary>
/// <param name="blameless">The version may well be tried again.</param>
internal sealed class DeploymentFailedException(string message, bool blameless = false) : Exception(message)
{
    public bool IsBlameless => blameless;
}
