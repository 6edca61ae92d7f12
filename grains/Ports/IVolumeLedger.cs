using AutoDeploy.Volumes;

namespace AutoDeploy.Ports;

/// <summary>
/// Which volumes at which engine are ours. A service is there until it is terminated; what is condemned is being removed, and nobody's any
/// more.
/// </summary>
public interface IVolumeLedger
{
    /// <summary>
    /// Puts volumes on record. One whose name is on record for its engine is left out, and so is one in whose place (service, slot,
    /// generation and path) there is another.
    /// </summary>
    Task AddVolumes(IReadOnlyList<VolumeRecord> volumes, CancellationToken cancellationToken);

    /// <summary>All volumes of a service but those that are being removed, in the order in which they were put on record.</summary>
    Task<IReadOnlyList<VolumeRecord>> ListVolumesOfService(Guid serviceId, CancellationToken cancellationToken);

    Task<VolumeRecord?> FindVolume(Guid uuid, CancellationToken cancellationToken);

    /// <summary>The volume with this name at an engine.</summary>
    Task<VolumeRecord?> FindVolume(string engine, string name, CancellationToken cancellationToken);

    /// <summary>The newest first.</summary>
    Task<Page<VolumeRecord>> ListVolumes(VolumeFilter filter, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a volume to a service, unless it is being removed or belongs to another service that is there; says whether the service has
    /// it.
    /// What it has already stays as it is.
    /// </summary>
    Task<bool> AttachVolume(Guid volumeId, Guid serviceId, string serviceName, string path, CancellationToken cancellationToken);

    /// <summary>
    /// A service is being terminated: its volumes are kept until <paramref name="removeAt"/>. Repeating it changes nothing.
    /// </summary>
    Task ReleaseVolumes(Guid serviceId, DateTimeOffset now, DateTimeOffset removeAt, CancellationToken cancellationToken);

    /// <summary>A service uses its volumes: its termination has failed, say.</summary>
    Task KeepVolumes(Guid serviceId, CancellationToken cancellationToken);

    /// <summary>Condemns volumes, whoever has them.</summary>
    Task MarkForRemoval(IReadOnlyCollection<Guid> volumeIds, CancellationToken cancellationToken);

    /// <summary>
    /// Releases the volumes of services that are not there any more, and condemns those that nobody has and whose time is over. Answers
    /// what
    /// is to be removed, the oldest first.
    /// </summary>
    Task<IReadOnlyList<VolumeRecord>> MarkDueForRemoval(
        DateTimeOffset now,
        DateTimeOffset removeAt,
        int limit,
        CancellationToken cancellationToken
    );

    /// <summary>A volume is gone from its engine.</summary>
    Task RemoveVolumeRecord(Guid volumeId, CancellationToken cancellationToken);
}
