namespace AutoDeploy.Deployments;

/// <summary>How far a deployment is that goes on, in numbers; null where its step has none.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.DeploymentNumbers")]
public sealed record DeploymentProgress
{
    /// <summary>Of the image's layers, as they are stored in the registry.</summary>
    [Id(0)]
    public long? BytesPulled { get; init; }

    /// <summary>Of the layers that are known so far to be missing: it grows while the pull begins.</summary>
    [Id(1)]
    public long? BytesTotal { get; init; }

    /// <summary>The step of the build that is being done, from 1.</summary>
    [Id(2)]
    public int? BuildStep { get; init; }

    [Id(3)]
    public int? BuildSteps { get; init; }

    [Id(4)]
    public int? ContainersProven { get; init; }

    [Id(5)]
    public int? ContainersWanted { get; init; }
}
