using AutoDeploy.Api.Http;
using AutoDeploy.Volumes;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>A volume that holds a service's data.</summary>
/// <param name="Name">What the engine calls it.</param>
/// <param name="State">In use, Released (its service is terminated) or Removing.</param>
/// <param name="Service">The resource uri of the service that it belongs to, which may be gone.</param>
/// <param name="Slot">The service's container that has it, from 1; null: the service's bindings name it.</param>
/// <param name="Generation">Counts the redeploys that did not reuse volumes: of two with the same slot and path the higher one is
/// newer.</param>
/// <param name="ContainerPath">Where it is in the container; null: not known.</param>
/// <param name="RemovalDatetime">When it is removed, unless a service has it by then.</param>
public sealed record VolumeResponse(
    Guid Uuid,
    string ResourceUri,
    string Name,
    string Engine,
    string State,
    string Service,
    string ServiceName,
    int? Slot,
    int Generation,
    string? ContainerPath,
    string CreatedDatetime,
    string? ReleasedDatetime,
    string? RemovalDatetime
)
{
    public static VolumeResponse From(VolumeRecord volume) =>
        new(
            volume.Uuid,
            ResourceUris.For(ResourceUris.Volume, volume.Uuid),
            volume.Name,
            volume.Engine,
            volume.IsBeingRemoved ? "Removing"
                : volume.Released is null ? "In use"
                : "Released",
            ResourceUris.For(ResourceUris.Service, volume.ServiceId),
            volume.ServiceName,
            volume.Slot > 0 ? volume.Slot : null,
            volume.Generation,
            volume.Path.Length > 0 ? volume.Path : null,
            ApiDates.Format(volume.Created),
            ApiDates.Format(volume.Released),
            ApiDates.Format(volume.RemoveAt)
        );
}
