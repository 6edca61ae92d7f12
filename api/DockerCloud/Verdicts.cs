using AutoDeploy.Api.Http;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoDeploy.Api.DockerCloud;

public static class VerdictEndpoints
{
    public static void MapVerdicts(this IEndpointRouteBuilder app)
    {
        var verdicts = app.MapGroup(Uris.Service + "/{uuid}/verdict").WithTags("service");
        verdicts.MapGet("/", List)
            .WithSummary("List the pushes that concerned a service, newest first, and what became of each").Takes(Paging.Parameters).Fails(400, 404);
        verdicts.MapGet("/{verdict}", Get).WithSummary("Get what became of a push").Fails(404);
        verdicts.MapPost("/{verdict}/approve", Approve)
            .WithSummary("Approve a held push: it is deployed, now or when nothing else holds it").AnswersAction(202).Fails(404, 409);
    }

    private static async Task<Ok<VerdictObject>> Get(string uuid, string verdict, ServiceLookup services, ILedger ledger, CancellationToken cancellationToken)
    {
        var service = await services.Find(uuid);
        return TypedResults.Ok(VerdictObject.Of(await Find(service.Uuid, verdict, ledger, cancellationToken)));
    }

    private static async Task<Accepted<VerdictObject>> Approve(
        string uuid, string verdict, HttpContext context, ServiceLookup services, ILedger ledger, CancellationToken cancellationToken)
    {
        var service = await services.Find(uuid);
        var found = (await Find(service.Uuid, verdict, ledger, cancellationToken)).Verdict;
        if (found.Kind != VerdictKind.Held)
            throw HttpFailure.Conflict($"The push is not held{(found.Reason == Reasons.Superseded ? " any more" : "")}. {found.Detail}", service.Status.Text());
        (await services.Grain(service.Uuid).Approve(found.Uuid, context.Cause().User)).Begun(context);
        return TypedResults.Accepted((string?)null, VerdictObject.Of(await Find(service.Uuid, verdict, ledger, cancellationToken)));
    }

    private static async Task<VerdictWithPush> Find(Guid service, string verdict, ILedger ledger, CancellationToken cancellationToken) =>
        Guid.TryParseExact(verdict, "D", out var uuid) && await ledger.FindVerdictOf(service, uuid, cancellationToken) is { } found
            ? found
            : throw HttpFailure.NotFound("verdict", verdict);

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
/// <param name="ActionState">What has come of that action so far: Pending, In progress, Success, Failed or Canceled; null when there is none.</param>
/// <param name="ActionResult">How the action ended, in a sentence; also that there was nothing to do.</param>
/// <param name="HeldUntil">When a held push is judged again; null: not at a certain time.</param>
/// <param name="ApprovedBy">The person who approved it.</param>
public sealed record VerdictObject(
    Guid Uuid,
    string ResourceUri,
    PushObject Push,
    string Verdict,
    string Reason,
    string Detail,
    string? Action,
    string? ActionState,
    string? ActionResult,
    string ReceivedDatetime,
    string? HeldUntil,
    string? ApprovedBy,
    string? ApprovedDatetime)
{
    public static VerdictObject Of(VerdictWithPush row) => new(
        row.Verdict.Uuid,
        Uris.OfVerdict(row.Verdict.Service, row.Verdict.Uuid),
        PushObject.Of(row.Verdict.Push, row.Push),
        row.Verdict.Kind switch
        {
            VerdictKind.Deploy => "deploy",
            VerdictKind.Held => "held",
            _ => "skip",
        },
        row.Verdict.Reason,
        row.Verdict.Detail,
        row.Verdict.Deployment is { } deployment ? Uris.Of(Uris.Action, deployment) : null,
        row.Outcome is { } outcome ? ActionObject.StateText(outcome.State) : null,
        row.Outcome is { Result.Length: > 0 } ended ? ended.Result : null,
        Dates.Text(row.Verdict.Received),
        Dates.Text(row.Verdict.HeldUntil),
        row.Verdict.ApprovedBy,
        Dates.Text(row.Verdict.Approved));
}

/// <summary>A push; all but its uuid is null when it is too old to be kept.</summary>
/// <param name="Sender">The sender's name as in its hook's path.</param>
/// <param name="Image">Canonical, without tag; null for a git push.</param>
/// <param name="Repository">Canonical, <c>host/path</c>; null for an image.</param>
/// <param name="Ref">The full ref that was pushed, refs/heads/main.</param>
/// <param name="Commit">What the sender says the ref is at.</param>
/// <param name="Deleted">The tag or branch was deleted.</param>
/// <param name="Pusher">Who pushed, if the sender says so.</param>
public sealed record PushObject(
    Guid Uuid, string? Sender, string? Image, string? Tag, string? Digest, string? Repository, string? Ref, string? Commit, bool Deleted, string? Pusher)
{
    public static PushObject Of(Guid uuid, Push? push) => push switch
    {
        null => new PushObject(uuid, null, null, null, null, null, null, null, false, null),
        { IsGit: true } => new PushObject(uuid, push.Sender, null, null, null, RepositoryName.Display(push.Source), push.Ref, push.Commit, push.Deleted, push.Pusher),
        _ => new PushObject(uuid, push.Sender, push.Source, push.Tag, push.Digest, null, null, null, push.Deleted, push.Pusher),
    };
}
