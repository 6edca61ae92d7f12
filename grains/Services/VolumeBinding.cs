namespace AutoDeploy.Services;

/// <summary>
/// A host path, a volume with a name or (without either) a volume of the service's in the container, or all volumes of another service's
/// containers.
/// </summary>
/// <param name="HostPath">Absolute; null: a volume.</param>
/// <param name="ContainerPath">Absolute; empty only with <paramref name="VolumesFrom"/>.</param>
/// <param name="Rewritable">False: read-only.</param>
/// <param name="VolumesFrom">The other service.</param>
/// <param name="Volume">The name of a volume on record, all containers have the same one; null: each slot has one of its own.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Binding")]
public sealed record VolumeBinding(
    [property: Id(0)] string? HostPath,
    [property: Id(1)] string ContainerPath,
    [property: Id(2)] bool Rewritable,
    [property: Id(3)] Guid? VolumesFrom,
    [property: Id(4)] string? Volume = null
);
