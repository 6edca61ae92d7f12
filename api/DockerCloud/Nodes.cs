using AutoDeploy.Api.Http;
using AutoDeploy.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>The one node, so that clients can say where a container runs.</summary>
public static class NodeEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapNodes(this IEndpointRouteBuilder app)
    {
        var nodes = app.MapGroup(Uris.Node).WithTags("node");
        nodes.MapGet("/", List).WithSummary("List the one node, the Docker engine")
            .Takes([new("uuid__startswith", "Only those whose uuid begins so."), .. Paging.Parameters]).Fails(400);
        nodes.MapGet("/{uuid}", Get).WithSummary("Get a node").Fails(404);
        app.MapGroup(Uris.NodeCluster).WithTags("node").MapGet("/", NoClusters)
            .WithSummary("List node clusters: there are none").Takes(Paging.Parameters).Fails(400);
    }

    private static async Task<Ok<Listing<NodeObject>>> List(HttpRequest request, NodeIdentity node, IEngine engine, TimeProvider time, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var one = await Look(node, engine, time, cancellationToken);
        NodeObject[] found = one.Uuid.ToString("D").StartsWith(Query.UuidStart(request, "uuid__startswith") ?? "", StringComparison.Ordinal) ? [one] : [];
        return TypedResults.Ok(paging.Listing(request, found.Length, [.. found.Skip(paging.Offset)]));
    }

    private static async Task<Ok<NodeObject>> Get(string uuid, NodeIdentity node, IEngine engine, TimeProvider time, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && parsed == await node.Uuid()
            ? TypedResults.Ok(await Look(node, engine, time, cancellationToken))
            : throw HttpFailure.NotFound("node", uuid);

    private static Ok<Listing<NodeClusterObject>> NoClusters(HttpRequest request) => TypedResults.Ok(Listing<NodeClusterObject>.Empty(request));

    private static async Task<NodeObject> Look(NodeIdentity node, IEngine engine, TimeProvider time, CancellationToken cancellationToken)
    {
        EngineInfo? info;
        try
        {
            info = await engine.Ping(cancellationToken).WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception e) when (e is EngineException or TimeoutException)
        {
            info = null;
        }

        var uuid = await node.Uuid();
        return new NodeObject(
            uuid, Uris.Of(Uris.Node, uuid), info?.Name ?? Environment.MachineName, info is null ? "Unreachable" : "Deployed",
            info is null ? null : Dates.Text(time.GetUtcNow()), Uris.Of(Uris.NodeCluster, uuid), info?.Version, []);
    }
}

/// <summary>The node's uuid, the same for ever.</summary>
public sealed class NodeIdentity(ILedger ledger)
{
    private Guid? _uuid;

    public async Task<Guid> Uuid() =>
        _uuid ??= Guid.Parse(await ledger.InitSetting("node_uuid", Guid.NewGuid().ToString("D"), CancellationToken.None));

    public async Task<string> Uri() => Uris.Of(Uris.Node, await Uuid());
}

/// <param name="State">Deployed or Unreachable.</param>
/// <param name="LastSeen">Null while it does not answer.</param>
/// <param name="NodeCluster">A resource uri.</param>
public sealed record NodeObject(
    Guid Uuid, string ResourceUri, string ExternalFqdn, string State, string? LastSeen, string NodeCluster, string? DockerVersion,
    IReadOnlyList<TagObject> Tags);

public sealed record NodeClusterObject(Guid Uuid, string ResourceUri, string Name);
