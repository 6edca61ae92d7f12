using AutoDeploy.Api.Http;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

public static class VerdictEndpoints
{
    public static void MapVerdicts(this IEndpointRouteBuilder app) =>
        app.MapGroup(Uris.Service).WithTags("service").MapGet("/{uuid}/verdict", List)
            .WithSummary("List the pushes that concerned a service, newest first, and what became of each").Takes(Paging.Parameters).Fails(400, 404);

    private static async Task<Ok<Listing<VerdictObject>>> List(
        string uuid, HttpRequest request, ServiceLookup services, ILedger ledger, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var service = await services.Find(uuid);
        var page = await ledger.Verdicts(service.Uuid, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing<VerdictObject>(request, page.Total, [.. page.Items.Select(VerdictObject.Of)]));
    }
}

/// <summary>What one push means for one service.</summary>
/// <param name="Verdict">deploy, skip or held.</param>
/// <param name="Reason">In a word.</param>
/// <param name="Detail">In a sentence.</param>
/// <param name="Action">The resource uri of the action that it led to.</param>
public sealed record VerdictObject(
    Guid Uuid, PushObject Push, string Verdict, string Reason, string Detail, string? Action, string ReceivedDatetime)
{
    public static VerdictObject Of(VerdictWithPush row) => new(
        row.Verdict.Uuid,
        new PushObject(row.Verdict.Push, row.Push?.Sender, row.Push?.Source, row.Push?.Tag, row.Push?.Digest, row.Push?.Deleted ?? false, row.Push?.Pusher),
        row.Verdict.Kind switch
        {
            VerdictKind.Deploy => "deploy",
            VerdictKind.Held => "held",
            _ => "skip",
        },
        row.Verdict.Reason,
        row.Verdict.Detail,
        row.Verdict.Deployment is { } deployment ? Uris.Of(Uris.Action, deployment) : null,
        Dates.Text(row.Verdict.Received));
}

/// <summary>A push; all but its uuid is null when it is too old to be kept.</summary>
/// <param name="Sender">The sender's name as in its hook's path.</param>
/// <param name="Image">Canonical, without tag.</param>
/// <param name="Deleted">The tag was deleted.</param>
/// <param name="Pusher">Who pushed, if the sender says so.</param>
public sealed record PushObject(Guid Uuid, string? Sender, string? Image, string? Tag, string? Digest, bool Deleted, string? Pusher);
