using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Volumes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Volumes of services, and those that are left of terminated ones.</summary>
public static class VolumeEndpoints
{
    private static readonly QueryParameter[] Filters =
    [
        new("uuid", "Only the one with this uuid."),
        new("name", "Only those with this name at their engine."),
        new("service", "Only those of this service, a resource uri."),
        new("engine", "Only those on the engine with this name."),
        .. Paging.Parameters,
    ];

    public static void MapVolumes(this IEndpointRouteBuilder app)
    {
        var volumes = app.MapGroup(Uris.Volume).WithTags("volume");
        volumes.MapGet("/", List).WithSummary("List volumes of services, also of terminated ones, the newest first").Takes(Filters).Fails(400);
        volumes.MapGet("/{uuid}", Get).WithSummary("Get a volume").Fails(404);
    }

    private static async Task<Ok<Listing<VolumeObject>>> List(HttpRequest request, ILedger ledger, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var filter = new VolumeFilter
        {
            Organization = Organization.Default,
            Uuid = Query.Uuid(request, "uuid"),
            Name = Query.Text(request, "name"),
            Engine = Query.Text(request, "engine"),
            Service = Query.Text(request, "service") is not { } service ? null
                : Uris.UuidIn(service, Uris.Service)
                    ?? throw HttpFailure.BadRequest($"`service` is \"{HttpFailure.Shorten(service)}\"; expected a resource uri such as {Uris.Of(Uris.Service, Guid.Empty)}."),
        };
        var page = await ledger.Volumes(filter, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing<VolumeObject>(request, page.Total, [.. page.Items.Select(VolumeObject.Of)]));
    }

    private static async Task<Ok<VolumeObject>> Get(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindVolume(parsed, cancellationToken) is { } volume
            ? TypedResults.Ok(VolumeObject.Of(volume))
            : throw HttpFailure.NotFound("volume", uuid);
}

/// <summary>A volume that holds a service's data.</summary>
/// <param name="Name">What the engine calls it.</param>
/// <param name="State">In use, Released (its service is terminated) or Removing.</param>
/// <param name="Service">The resource uri of the service that it belongs to, which may be gone.</param>
/// <param name="Slot">The service's container that has it, from 1; null: the service's bindings name it.</param>
/// <param name="Generation">Counts the redeploys that did not reuse volumes: of two with the same slot and path the higher one is newer.</param>
/// <param name="ContainerPath">Where it is in the container; null: not known.</param>
/// <param name="RemovalDatetime">When it is removed, unless a service has it by then.</param>
public sealed record VolumeObject(
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
    string? RemovalDatetime)
{
    public static VolumeObject Of(VolumeRecord volume) => new(
        volume.Uuid,
        Uris.Of(Uris.Volume, volume.Uuid),
        volume.Name,
        volume.Engine,
        volume.Removing ? "Removing" : volume.Released is null ? "In use" : "Released",
        Uris.Of(Uris.Service, volume.ServiceId),
        volume.ServiceName,
        volume.Slot > 0 ? volume.Slot : null,
        volume.Generation,
        volume.Path.Length > 0 ? volume.Path : null,
        Dates.Text(volume.Created),
        Dates.Text(volume.Released),
        Dates.Text(volume.RemoveAt));
}
