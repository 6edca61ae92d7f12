using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Services;
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
        var containers = app.MapGroup(Uris.Container).WithTags("container");
        containers.MapGet("/", List).WithSummary("List containers").Takes(Filters).Fails(400);
        containers.MapGet("/{uuid}", Get).WithSummary("Get a container").Fails(404);
    }

    private static async Task<Ok<Listing<ContainerObject>>> List(HttpRequest request, ServiceLookup services, NodeIdentity node)
    {
        var paging = Paging.Read(request);
        var uuid = Query.Uuid(request, "uuid");
        var start = Query.UuidStart(request, "uuid__startswith");
        var name = Query.Text(request, "name");
        var state = Query.Text(request, "state");
        var filter = new ServiceFilter
        {
            Organization = Organization.Default,
            Name = Query.Text(request, "service__name"),
            Uuid = Query.Text(request, "service") is not { } uri ? null
                : Uris.UuidIn(uri, Uris.Service) ?? throw HttpFailure.BadRequest(
                    $"`service` is \"{HttpFailure.Shorten(uri)}\"; expected the resource uri of a service, {Uris.Service}/UUID/."),
        };

        var found = new List<ContainerObject>();
        await foreach (var container in All(services, filter, await node.First()))
            if ((uuid is null || container.Uuid == uuid)
                && (start is null || container.Uuid.ToString("D").StartsWith(start, StringComparison.Ordinal))
                && (name is null || container.Name == name)
                && (state is null || container.State.Equals(state, StringComparison.OrdinalIgnoreCase)))
                found.Add(container);
        return TypedResults.Ok(paging.Listing(request, found.Count, [.. found.Skip(paging.Offset).Take(paging.Limit)]));
    }

    private static async Task<Ok<ContainerObject>> Get(string uuid, ServiceLookup services, NodeIdentity node)
    {
        if (Guid.TryParseExact(uuid, "D", out var parsed))
            await foreach (var container in All(services, new ServiceFilter { Organization = Organization.Default }, await node.First()))
                if (container.Uuid == parsed)
                    return TypedResults.Ok(container);
        throw HttpFailure.NotFound("container", uuid);
    }

    private static async IAsyncEnumerable<ContainerObject> All(ServiceLookup services, ServiceFilter filter, Guid firstNode)
    {
        await foreach (var service in services.All(filter))
            foreach (var container in service.Containers)
                yield return ContainerObject.Of(service, container, NodeIdentity.Uri(firstNode, service.Settings.Engine));
    }
}

/// <summary>A container of a service, as last seen.</summary>
public sealed record ContainerObject
{
    public required Guid Uuid { get; init; }

    public required string ResourceUri { get; init; }

    public required string Name { get; init; }

    public required string UniqueName { get; init; }

    /// <summary>Running or Stopped.</summary>
    public required string State { get; init; }

    /// <summary>The image with its tag, canonical.</summary>
    public required string ImageName { get; init; }

    public required string Digest { get; init; }

    /// <summary>The engine's id.</summary>
    public required string DockerId { get; init; }

    /// <summary>A resource uri.</summary>
    public required string Service { get; init; }

    /// <summary>A resource uri.</summary>
    public required string Node { get; init; }

    /// <summary>The resource uri of the action that made it.</summary>
    public required string? Action { get; init; }

    public required string RunCommand { get; init; }

    public required string Entrypoint { get; init; }

    /// <summary>Null while it runs.</summary>
    public required int? ExitCode { get; init; }

    /// <summary>Always null.</summary>
    public string? ExitCodeMsg { get; init; }

    public required string Autorestart { get; init; }

    public required string? PrivateIp { get; init; }

    /// <summary>Always null.</summary>
    public string? PublicDns { get; init; }

    public required IReadOnlyList<PortObject> ContainerPorts { get; init; }

    public required IReadOnlyList<VariableObject> ContainerEnvvars { get; init; }

    public required IReadOnlyList<BindingObject> Bindings { get; init; }

    /// <summary>Always empty.</summary>
    public IReadOnlyList<string> LinkedToContainer { get; init; } = [];

    public required string? DeployedDatetime { get; init; }

    public required string? StartedDatetime { get; init; }

    public required string? StoppedDatetime { get; init; }

    /// <summary>Always null.</summary>
    public string? DestroyedDatetime { get; init; }

    public static ContainerObject Of(Service service, ContainerView container, string node)
    {
        var of = ServiceObject.Of(service);
        return new ContainerObject
        {
            Uuid = container.Uuid,
            ResourceUri = Uris.Of(Uris.Container, container.Uuid),
            Name = container.Name,
            UniqueName = container.Name,
            State = container.Running ? "Running" : "Stopped",
            ImageName = container.Image,
            Digest = container.Digest,
            DockerId = container.Id,
            Service = of.ResourceUri,
            Node = node,
            Action = container.Deployment == Guid.Empty ? null : Uris.Of(Uris.Action, container.Deployment),
            RunCommand = of.RunCommand,
            Entrypoint = of.Entrypoint,
            ExitCode = container.Running ? null : container.ExitCode,
            Autorestart = of.Autorestart,
            PrivateIp = container.Address,
            ContainerPorts = [.. container.Ports.Select(PortObject.Of)],
            ContainerEnvvars = of.ContainerEnvvars,
            Bindings = of.Bindings,
            DeployedDatetime = Dates.Text(container.Started ?? service.Deployed),
            StartedDatetime = Dates.Text(container.Started),
            StoppedDatetime = container.Running ? null : Dates.Text(container.Finished),
        };
    }
}
