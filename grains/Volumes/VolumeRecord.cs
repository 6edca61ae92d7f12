namespace AutoDeploy.Volumes;

/// <summary>A volume of ours at an engine. What is not on record is not ours, whatever its labels say.</summary>
public sealed record VolumeRecord
{
    public required Guid Uuid { get; init; }

    public required string Engine { get; init; }

    /// <summary>What the engine calls it.</summary>
    public required string Name { get; init; }

    public required string Organization { get; init; }

    /// <summary>The service that it belongs to, which may be terminated.</summary>
    public required Guid ServiceId { get; init; }

    /// <summary>For when there is no such service any more.</summary>
    public required string ServiceName { get; init; }

    /// <summary>The slot whose containers have it; 0: the service's settings name it.</summary>
    public required int Slot { get; init; }

    /// <summary>Which of the sets of volumes that the service has had, see <see cref="VolumeGenerations"/>.</summary>
    public required int Generation { get; init; }

    /// <summary>Where it is in the containers; empty where that is not known.</summary>
    public required string Path { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>When its service was terminated; null: it is in use.</summary>
    public DateTimeOffset? Released { get; init; }

    /// <summary>When it may be removed; null: not while its service is there.</summary>
    public DateTimeOffset? RemoveAt { get; init; }

    /// <summary>It is being removed: nobody can have it any more.</summary>
    public bool IsBeingRemoved { get; init; }
}
