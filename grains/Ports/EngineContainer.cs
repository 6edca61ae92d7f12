namespace AutoDeploy.Ports;

/// <summary>A container of ours as the engine sees it.</summary>
public sealed record EngineContainer
{
    public required string Id { get; init; }

    /// <summary>Without the leading slash.</summary>
    public required string Name { get; init; }

    /// <summary>What the container is. A container that is not ours, or whose labels cannot be read, is not listed.</summary>
    public required ContainerLabels Labels { get; init; }

    public required EngineContainerState State { get; init; }

    public EngineHealth Health { get; init; }

    /// <summary>What its last health test wrote, if the engine ran one.</summary>
    public string? HealthOutput { get; init; }

    public int RestartCount { get; init; }

    public int ExitCode { get; init; }

    public bool OutOfMemory { get; init; }

    /// <summary>The engine's own words why it could not be started, or empty.</summary>
    public string Error { get; init; } = "";

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Finished { get; init; }

    /// <summary>The address on our network, or null without one.</summary>
    public string? Address { get; init; }

    /// <summary>The DNS names that lead to it on our network.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Ports published on the host.</summary>
    public IReadOnlyList<PublishedPort> Ports { get; init; } = [];

    /// <summary>The volumes and paths of the host that it has.</summary>
    public IReadOnlyList<EngineMount> Mounts { get; init; } = [];

    /// <summary>Some of them it has from other containers.</summary>
    public bool HasLentMounts { get; init; }

    public bool IsUp => State is EngineContainerState.Running or EngineContainerState.Paused or EngineContainerState.Restarting;
}
