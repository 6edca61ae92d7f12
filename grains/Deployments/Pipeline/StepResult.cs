namespace AutoDeploy.Deployments.Pipeline;

/// <summary>What follows a step.</summary>
/// <param name="End">The deployment has succeeded with this sentence, and nothing else is to be done; null: the next step follows.</param>
internal readonly record struct StepResult(string? End)
{
    public static readonly StepResult Continue = new(null);
}
