using AutoDeploy.Api.Http;
using AutoDeploy.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>The engines as nodes, so that clients can say where a container runs.</summary>
public static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder app)
    {
        var nodes = app.MapGroup(ResourceUris.Node).WithTags("node");
        nodes
            .MapGet("/", List)
            .WithSummary("List the nodes, which are the Docker engines")
            .WithInput([new("uuid__startswith", "Only those whose uuid begins so."), .. Paging.Parameters])
            .WithErrors(400);
        nodes.MapGet("/{uuid}", Get).WithSummary("Get a node").WithErrors(404);
        app.MapGroup(ResourceUris.NodeCluster)
            .WithTags("node")
            .MapGet("/", ListClusters)
            .WithSummary("List node clusters: there are none")
            .WithInput(Paging.Parameters)
            .WithErrors(400);
    }

    private static async Task<Ok<Listing<NodeResponse>>> List(
        HttpRequest request,
        NodeIdentity nodes,
        EngineDirectory engines,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var paging = Paging.Read(request);
        var start = QueryReader.ReadUuidStart(request, "uuid__startswith") ?? "";
        var first = await nodes.First();
        var found = (await engines.ListNames(cancellationToken))
            .Where(name => NodeIdentity.Uuid(first, name).ToString("D").StartsWith(start, StringComparison.Ordinal))
            .ToList();
        var shown = await Task.WhenAll(
            found.Skip(paging.Offset).Take(paging.Limit).Select(name => Describe(name, first, engines, time, cancellationToken))
        );
        return TypedResults.Ok(paging.Listing(request, found.Count, shown));
    }

    private static async Task<Ok<NodeResponse>> Get(
        string uuid,
        NodeIdentity nodes,
        EngineDirectory engines,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var first = await nodes.First();
        var name = Guid.TryParseExact(uuid, "D", out var parsed)
            ? (await engines.ListNames(cancellationToken)).FirstOrDefault(name => NodeIdentity.Uuid(first, name) == parsed)
            : null;
        return name is null
            ? throw ApiException.NotFound("node", uuid)
            : TypedResults.Ok(await Describe(name, first, engines, time, cancellationToken));
    }

    private static Ok<Listing<NodeClusterResponse>> ListClusters(HttpRequest request) =>
        TypedResults.Ok(Listing<NodeClusterResponse>.Empty(request));

    private static async Task<NodeResponse> Describe(
        string name,
        Guid first,
        EngineDirectory engines,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var report = await engines.Describe(name, cancellationToken);
        var uuid = NodeIdentity.Uuid(first, name);
        return new NodeResponse(
            uuid,
            ResourceUris.For(ResourceUris.Node, uuid),
            name,
            report.Name ?? name,
            report.Answers ? "Deployed" : "Unreachable",
            report.Answers ? ApiDates.Format(time.GetUtcNow()) : null,
            ResourceUris.For(ResourceUris.NodeCluster, uuid),
            report.Version,
            []
        );
    }
}
