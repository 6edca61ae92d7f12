using AutoDeploy.Deployments;

namespace AutoDeploy.Ports;

/// <summary>What is null does not filter.</summary>
public sealed record DeploymentFilter
{
    public Guid? Uuid { get; init; }

    public string? UuidStartsWith { get; init; }

    public DeploymentState? State { get; init; }

    public Guid? ServiceId { get; init; }

    public string? Digest { get; init; }

    public DateTimeOffset? StartedFrom { get; init; }

    public DateTimeOffset? StartedTo { get; init; }

    public DateTimeOffset? EndedFrom { get; init; }

    public DateTimeOffset? EndedTo { get; init; }
}
