using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Containers, to be looked at; they are changed through their service.</summary>
public static class ContainerEndpoints
{
    private static readonly QueryParameter[] Filters =
    [
        new("uuid", "Only the one with this uuid."),
        new("uuid__startswith", "Only those whose uuid begins so."),
        new("name", "Only the one with this name."),
        new("state", "Only those in this state, Running or Stopped."),
        new("service", "Only those of this service, a resource uri."),
        new("service__name", "Only those of the service with this name."),
        .. Paging.Parameters,
    ];

    public static void MapContainers(this IEndpointRouteBuilder app)
    {
        var containers = app.MapGroup(ResourceUris.Container).WithTags("container");
        containers.MapGet("/", List).WithSummary("List containers").WithInput(Filters).WithErrors(400);
        containers.MapGet("/{uuid}", Get).WithSummary("Get a container").WithErrors(404);
    }

    private static async Task<Ok<Listing<ContainerResponse>>> List(HttpRequest request, ServiceLookup services, NodeIdentity node)
    {
        var paging = Paging.Read(request);
        var uuid = QueryReader.ReadUuid(request, "uuid");
        var start = QueryReader.ReadUuidStart(request, "uuid__startswith");
        var name = QueryReader.ReadText(request, "name");
        var state = QueryReader.ReadText(request, "state");
        var filter = new ServiceFilter
        {
            Organization = OrganizationNames.Default,
            Name = QueryReader.ReadText(request, "service__name"),
            Uuid = QueryReader.ReadText(request, "service") is not { } uri
                ? null
                : ResourceUris.ParseUuid(uri, ResourceUris.Service)
                    ?? throw ApiException.BadRequest(
                        $"`service` is \"{ApiException.Shorten(uri)}\"; expected the resource uri of a service, "
                            + $"{ResourceUris.Service}/UUID/."
                    ),
        };

        var found = new List<ContainerResponse>();
        await foreach (var container in All(services, filter, await node.First()))
            if (
                (uuid is null || container.Uuid == uuid)
                && (start is null || container.Uuid.ToString("D").StartsWith(start, StringComparison.Ordinal))
                && (name is null || container.Name == name)
                && (state is null || container.State.Equals(state, StringComparison.OrdinalIgnoreCase))
            )
                found.Add(container);
        return TypedResults.Ok(paging.Listing(request, found.Count, [.. found.Skip(paging.Offset).Take(paging.Limit)]));
    }

    private static async Task<Ok<ContainerResponse>> Get(string uuid, ServiceLookup services, NodeIdentity node)
    {
        if (Guid.TryParseExact(uuid, "D", out var parsed))
            await foreach (
                var container in All(services, new ServiceFilter { Organization = OrganizationNames.Default }, await node.First())
            )
                if (container.Uuid == parsed)
                    return TypedResults.Ok(container);
        throw ApiException.NotFound("container", uuid);
    }

    private static async IAsyncEnumerable<ContainerResponse> All(ServiceLookup services, ServiceFilter filter, Guid firstNode)
    {
        await foreach (var service in services.All(filter))
        foreach (var container in service.Containers)
            yield return ContainerResponse.From(service, container, NodeIdentity.Uri(firstNode, service.Settings.Engine));
    }
}
