namespace AutoDeploy.Deployments;

/// <summary>How deployments go about their work.</summary>
public sealed record DeploymentOptions
{
    /// <summary>For so long a registry that does not answer, or is out of order, is asked again.</summary>
    public TimeSpan RegistryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>So many deployments work on one engine at a time.</summary>
    public int MaxConcurrentDeployments { get; init; } = 4;

    /// <summary>So many images are built on one engine at a time by one silo.</summary>
    public int MaxConcurrentBuilds { get; init; } = 2;

    /// <summary>For so long the volumes of a terminated service are kept.</summary>
    public TimeSpan VolumeGrace { get; init; } = TimeSpan.FromDays(7);
}
