namespace AutoDeploy.Ports;

/// <summary>What is null does not filter.</summary>
public sealed record VolumeFilter
{
    public string? Organization { get; init; }

    public string? Name { get; init; }

    public Guid? Uuid { get; init; }

    public Guid? ServiceId { get; init; }

    public string? Engine { get; init; }
}
