using AutoDeploy.Services;

namespace AutoDeploy.Ports;

/// <summary>What is null does not filter.</summary>
public sealed record ServiceFilter
{
    public string? Organization { get; init; }

    public string? Name { get; init; }

    public Guid? Uuid { get; init; }

    /// <summary>Lower-case.</summary>
    public string? UuidStartsWith { get; init; }

    public ServiceStatus? State { get; init; }

    public string? Engine { get; init; }
}
