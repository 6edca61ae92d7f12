namespace AutoDeploy.Deployments;

/// <summary>How deployments go about their work.</summary>
public sealed record DeploymentOptions
{
    /// <summary>For so long a registry that does not answer, or is out of order, is asked again.</summary>
    public TimeSpan RegistryPatience { get; init; } = TimeSpan.FromSeconds(30);
}
