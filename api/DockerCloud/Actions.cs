using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans;

namespace AutoDeploy.Api.DockerCloud;

public static class ActionEndpoints
{
    private static readonly QueryParameter[] Filters =
    [
        new("uuid", "Only the one with this uuid."),
        new("uuid__startswith", "Only those whose uuid begins so."),
        new("state", "Only those in this state, such as \"In progress\"."),
        new("object", "Only those of this service, a resource uri."),
        new("start_date__gte", "Only those that began then or later.", QueryType.Date),
        new("start_date__lte", "Only those that began then or earlier.", QueryType.Date),
        new("end_date__gte", "Only those that ended then or later.", QueryType.Date),
        new("end_date__lte", "Only those that ended then or earlier.", QueryType.Date),
        .. Paging.Parameters,
    ];

    public static void MapActions(this IEndpointRouteBuilder app)
    {
        var actions = app.MapGroup(Uris.Action).WithTags("action");
        actions.MapGet("/", List).WithSummary("List actions, newest first").Takes(Filters).Fails(400);
        actions.MapGet("/{uuid}", Get).WithSummary("Get an action").Fails(404);
        actions.MapPost("/{uuid}/cancel", Cancel)
            .WithSummary("Cancel an action: one that waits at once, one that goes on at its next safe point; the old containers serve on")
            .Takes().Fails(404, 409);
        actions.MapPost("/{uuid}/retry", Retry)
            .WithSummary("Repeat an action that failed or was canceled, for the same version; answers the new action")
            .Takes(Replies.ForceParameter).AnswersAction(202).Fails(400, 404, 409);
        actions.MapActionLog();
    }

    /// <exception cref="HttpFailure">404</exception>
    public static async Task<Deployment> Find(ILedger ledger, string uuid, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindDeployment(parsed, cancellationToken) is { } deployment
            ? deployment
            : throw HttpFailure.NotFound("action", uuid);

    private static async Task<Ok<Listing<ActionObject>>> List(HttpRequest request, ILedger ledger, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var paging = Paging.Read(request);
        var filter = new DeploymentFilter
        {
            Uuid = Query.Uuid(request, "uuid"),
            UuidStartsWith = Query.UuidStart(request, "uuid__startswith"),
            Service = ReadObject(request),
            StartedFrom = Query.Date(request, "start_date__gte"),
            StartedTo = Query.Date(request, "start_date__lte"),
            EndedFrom = Query.Date(request, "end_date__gte"),
            EndedTo = Query.Date(request, "end_date__lte"),
        };
        if (!TryReadState(request, out var state))
            return TypedResults.Ok(paging.Listing<ActionObject>(request, 0, []));
        var page = await ledger.Deployments(filter with { State = state }, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing(request, page.Total, await Placed(page.Items, grains)));
    }

    private static async Task<Ok<ActionObject>> Get(string uuid, ILedger ledger, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(await Numbered(await Find(ledger, uuid, cancellationToken), grains));

    private static async Task<ActionObject> Numbered(Deployment deployment, IGrainFactory grains) =>
        deployment.State == DeploymentState.InProgress
            ? ActionObject.Of(deployment) with { Progress = await grains.Deployment(deployment).Numbers() }
            : (await Placed([deployment], grains))[0];

    private static async Task<IReadOnlyList<ActionObject>> Placed(IReadOnlyList<Deployment> deployments, IGrainFactory grains)
    {
        var lines = new Dictionary<string, ImmutableArray<Guid>>();
        foreach (var deployment in deployments.Where(deployment => deployment.State == DeploymentState.Pending).DistinctBy(deployment => deployment.Engine))
            lines[deployment.Engine] = await grains.Queue(deployment).Line();
        return [.. deployments.Select(deployment => ActionObject.Of(deployment) with
        {
            WaitingPlace = lines.TryGetValue(deployment.Engine, out var line) && line.IndexOf(deployment.Uuid) is >= 0 and var at ? at + 1 : null,
        })];
    }

    private static async Task<Accepted<ActionObject>> Cancel(
        string uuid, HttpContext context, ServiceLookup services, ILedger ledger, CancellationToken cancellationToken)
    {
        var deployment = await Find(ledger, uuid, cancellationToken);
        (await services.Grain(deployment.Service).Cancel(deployment.Uuid, context.Cause().User)).Done();
        return TypedResults.Accepted((string?)null, ActionObject.Of(await Find(ledger, uuid, cancellationToken)));
    }

    private static async Task<Accepted<ActionObject>> Retry(
        string uuid, HttpContext context, ServiceLookup services, ILedger ledger, CancellationToken cancellationToken)
    {
        var force = context.Force();
        var deployment = await Find(ledger, uuid, cancellationToken);
        if (!deployment.CanBeRetried)
            throw HttpFailure.Conflict(
                deployment.HasEnded ? "The action succeeded; there is nothing to retry." : "The action has not ended yet.", ActionObject.StateText(deployment.State));
        var reply = await services.Grain(deployment.Service).Begin(Wish.Again(deployment, context.Cause()) with { Force = force });
        reply.Begun(context);
        return TypedResults.Accepted((string?)null, ActionObject.Of(await Find(ledger, reply.Deployment!.Value.ToString(), cancellationToken)));
    }

    private static Guid? ReadObject(HttpRequest request) =>
        Query.Text(request, "object") is not { } uri ? null
        : Uris.UuidIn(uri, Uris.Service) ?? throw HttpFailure.BadRequest(
            $"`object` is \"{HttpFailure.Shorten(uri)}\"; expected the resource uri of a service, {Uris.Service}/UUID/.");

    /// <summary>False: a state that Docker Cloud has and we never are in.</summary>
    private static bool TryReadState(HttpRequest request, out DeploymentState? state)
    {
        state = null;
        if (Query.Text(request, "state") is not { } text)
            return true;
        foreach (var candidate in Enum.GetValues<DeploymentState>())
            if (ActionObject.StateText(candidate).Equals(text, StringComparison.OrdinalIgnoreCase))
                state = candidate;
        if (state is null && !text.Equals("Canceling", StringComparison.OrdinalIgnoreCase))
            throw HttpFailure.BadRequest(
                $"`state` is \"{HttpFailure.Shorten(text)}\"; expected {Words.Or([.. Enum.GetValues<DeploymentState>().Select(ActionObject.StateText)])}.");
        return state is not null;
    }
}
