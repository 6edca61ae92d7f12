using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Api.Http;
using AutoDeploy.Engines;
using AutoDeploy.Ports;
using AutoDeploy.Silo;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>The engines as nodes, so that clients can say where a container runs.</summary>
public static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder app)
    {
        var nodes = app.MapGroup(Uris.Node).WithTags("node");
        nodes.MapGet("/", List).WithSummary("List the nodes, which are the Docker engines")
            .Takes([new("uuid__startswith", "Only those whose uuid begins so."), .. Paging.Parameters]).Fails(400);
        nodes.MapGet("/{uuid}", Get).WithSummary("Get a node").Fails(404);
        app.MapGroup(Uris.NodeCluster).WithTags("node").MapGet("/", NoClusters)
            .WithSummary("List node clusters: there are none").Takes(Paging.Parameters).Fails(400);
    }

    private static async Task<Ok<Listing<NodeObject>>> List(
        HttpRequest request, NodeIdentity nodes, KnownEngines engines, TimeProvider time, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var start = Query.UuidStart(request, "uuid__startswith") ?? "";
        var first = await nodes.First();
        var found = (await engines.Names(cancellationToken))
            .Where(name => NodeIdentity.Uuid(first, name).ToString("D").StartsWith(start, StringComparison.Ordinal)).ToList();
        var shown = await Task.WhenAll(found.Skip(paging.Offset).Take(paging.Limit).Select(name => Look(name, first, engines, time, cancellationToken)));
        return TypedResults.Ok(paging.Listing(request, found.Count, shown));
    }

    private static async Task<Ok<NodeObject>> Get(string uuid, NodeIdentity nodes, KnownEngines engines, TimeProvider time, CancellationToken cancellationToken)
    {
        var first = await nodes.First();
        var name = Guid.TryParseExact(uuid, "D", out var parsed)
            ? (await engines.Names(cancellationToken)).FirstOrDefault(name => NodeIdentity.Uuid(first, name) == parsed)
            : null;
        return name is null ? throw HttpFailure.NotFound("node", uuid) : TypedResults.Ok(await Look(name, first, engines, time, cancellationToken));
    }

    private static Ok<Listing<NodeClusterObject>> NoClusters(HttpRequest request) => TypedResults.Ok(Listing<NodeClusterObject>.Empty(request));

    private static async Task<NodeObject> Look(string name, Guid first, KnownEngines engines, TimeProvider time, CancellationToken cancellationToken)
    {
        var report = await engines.Describe(name, cancellationToken);
        var uuid = NodeIdentity.Uuid(first, name);
        return new NodeObject(
            uuid, Uris.Of(Uris.Node, uuid), name, report.Name ?? name, report.Answers ? "Deployed" : "Unreachable",
            report.Answers ? Dates.Text(time.GetUtcNow()) : null, Uris.Of(Uris.NodeCluster, uuid), report.Version, []);
    }
}

/// <summary>The nodes' uuids, the same for ever: one is kept, and the others are made of it and the engines' names.</summary>
public sealed class NodeIdentity(ILedger ledger)
{
    private Guid? _first;

    /// <summary>That of the engine <see cref="EngineNames.Local"/>.</summary>
    public async Task<Guid> First() =>
        _first ??= Guid.Parse(await ledger.InitSetting("node_uuid", Guid.NewGuid().ToString("D"), CancellationToken.None));

    public static Guid Uuid(Guid first, string engine)
    {
        if (engine == EngineNames.Local)
            return first;
        Span<byte> bytes = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{first}/{engine}"), bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }

    public static string Uri(Guid first, string engine) => Uris.Of(Uris.Node, Uuid(first, engine));
}

/// <param name="Engine">The engine's name, as services name it.</param>
/// <param name="ExternalFqdn">What the engine calls itself; its name while it does not answer.</param>
/// <param name="State">Deployed or Unreachable.</param>
/// <param name="LastSeen">Null while it does not answer.</param>
/// <param name="NodeCluster">A resource uri.</param>
public sealed record NodeObject(
    Guid Uuid, string ResourceUri, string Engine, string ExternalFqdn, string State, string? LastSeen, string NodeCluster, string? DockerVersion,
    IReadOnlyList<TagObject> Tags);

public sealed record NodeClusterObject(Guid Uuid, string ResourceUri, string Name);
