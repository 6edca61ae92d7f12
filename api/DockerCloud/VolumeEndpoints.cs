using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
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
        var volumes = app.MapGroup(ResourceUris.Volume).WithTags("volume");
        volumes
            .MapGet("/", List)
            .WithSummary("List volumes of services, also of terminated ones, the newest first")
            .WithInput(Filters)
            .WithErrors(400);
        volumes.MapGet("/{uuid}", Get).WithSummary("Get a volume").WithErrors(404);
    }

    private static async Task<Ok<Listing<VolumeResponse>>> List(HttpRequest request, ILedger ledger, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var filter = new VolumeFilter
        {
            Organization = OrganizationNames.Default,
            Uuid = QueryReader.ReadUuid(request, "uuid"),
            Name = QueryReader.ReadText(request, "name"),
            Engine = QueryReader.ReadText(request, "engine"),
            ServiceId = QueryReader.ReadText(request, "service") is not { } service
                ? null
                : ResourceUris.ParseUuid(service, ResourceUris.Service)
                    ?? throw ApiException.BadRequest(
                        $"`service` is \"{ApiException.Shorten(service)}\"; expected a resource uri such as "
                            + $"{ResourceUris.For(ResourceUris.Service, Guid.Empty)}."
                    ),
        };
        var page = await ledger.ListVolumes(filter, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing<VolumeResponse>(request, page.Total, [.. page.Items.Select(VolumeResponse.From)]));
    }

    private static async Task<Ok<VolumeResponse>> Get(string uuid, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindVolume(parsed, cancellationToken) is { } volume
            ? TypedResults.Ok(VolumeResponse.From(volume))
            : throw ApiException.NotFound("volume", uuid);
}
