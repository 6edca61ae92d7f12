using AutoDeploy.Ports;

namespace AutoDeploy.Deployments.Pipeline;

/// <summary>Tells failures that end a deployment from those that are waited for and those that are tried again.</summary>
internal static class DeploymentFailure
{
    /// <summary>How often a deployment may fail unexpectedly; the last of them ends it.</summary>
    public const int MaxUnexpected = 3;

    private const int MaxWords = 300;

    /// <summary>
    /// The sentence of a failure that ends the deployment; null: the engine does not answer and is waited for, or the deployment is to be
    /// tried
    /// again.
    /// </summary>
    public static string? GetSentence(Deployment deployment, Exception failure) =>
        failure switch
        {
            DeploymentFailedException or RegistryException or GitException => failure.Message,
            EngineException { Fault: not EngineFault.Unreachable } => failure.Message,
            _ => IsLastUnexpected(deployment, failure) ? GetUnexpectedSentence(deployment, failure) : null,
        };

    /// <summary>
    /// Whether a failure is one that no port speaks of. What the ledger or other silos cannot do now is not: the deployment is resumed when
    /// they can.
    /// </summary>
    public static bool IsUnexpected(Exception failure) =>
        failure
            is not (
                DeploymentFencedException
                or DeploymentFailedException
                or RegistryException
                or GitException
                or EngineException
                or LedgerException { IsUnavailable: true }
                or OrleansException
            );

    /// <summary>An unexpected failure after which the deployment is not tried again: it is ended as well as it can be.</summary>
    public static bool IsLastUnexpected(Deployment deployment, Exception failure) =>
        deployment.Failures >= MaxUnexpected - 1 && IsUnexpected(failure);

    /// <summary>The sentence that an unexpected failure ends a deployment with.</summary>
    public static string GetUnexpectedSentence(Deployment deployment, Exception failure)
    {
        var step = deployment.Step == DeploymentStep.None ? "" : $", the last time at the step \"{deployment.Step.GetName()}\"";
        return $"It failed {MaxUnexpected} times in a way that was not expected{step}: {Describe(failure)}";
    }

    /// <summary>The exception in one line with a full stop.</summary>
    public static string Describe(Exception failure)
    {
        var words = $"{failure.GetType().Name}, {failure.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.')}";
        return (words.Length > MaxWords ? words[..MaxWords] + "…" : words) + ".";
    }
}
