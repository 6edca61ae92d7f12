namespace AutoDeploy.Deployments.Pipeline;

/// <param name="Seconds">The longest that the step may take.</param>
/// <param name="What">The beginning of the sentence that the deployment ends with, as in <c>WHAT within N s.</c></param>
internal sealed record StepTimeout(int Seconds, string What);
