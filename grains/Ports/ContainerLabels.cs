namespace AutoDeploy.Ports;

/// <summary>What a container of ours is; each is written as the label <c>autodeploy.NAME</c>, and all are signed.</summary>
public sealed record ContainerLabels
{
    /// <summary><c>autodeploy.service</c></summary>
    public required Guid ServiceId { get; init; }

    /// <summary><c>autodeploy.deployment</c>: the deployment that made the container.</summary>
    public required Guid DeploymentId { get; init; }

    /// <summary><c>autodeploy.container</c>: the uuid under which the API shows it.</summary>
    public required Guid ContainerId { get; init; }

    /// <summary><c>autodeploy.slot</c>: 1 for the first container of the service, and so on; 0 for one that runs a command once.</summary>
    public required int Slot { get; init; }

    /// <summary><c>autodeploy.image</c>: the image with its tag, canonical.</summary>
    public required string Image { get; init; }

    /// <summary><c>autodeploy.digest</c>: of an image that was built here its id.</summary>
    public required string Digest { get; init; }

    /// <summary><c>autodeploy.commit</c>: what the image was built from; null for one that was pulled.</summary>
    public string? Commit { get; init; }
}
