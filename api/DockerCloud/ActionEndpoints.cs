using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.AspNetCore.Http.HttpResults;

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
        var actions = app.MapGroup(ResourceUris.Action).WithTags("action");
        actions.MapGet("/", List).WithSummary("List actions, newest first").WithInput(Filters).WithErrors(400);
        actions.MapGet("/{uuid}", Get).WithSummary("Get an action").WithErrors(404);
        actions
            .MapPost("/{uuid}/cancel", Cancel)
            .WithSummary("Cancel an action: one that waits at once, one that goes on at its next safe point; the old containers serve on")
            .WithInput()
            .WithErrors(404, 409);
        actions
            .MapPost("/{uuid}/retry", Retry)
            .WithSummary("Repeat an action that failed or was canceled, for the same version; answers the new action")
            .WithInput(ServiceReplies.ForceParameter)
            .AnswersAction(202)
            .WithErrors(400, 404, 409);
        actions.MapActionLog();
    }

    /// <exception cref="ApiException">404</exception>
    public static async Task<Deployment> Find(ILedger ledger, string uuid, CancellationToken cancellationToken) =>
        Guid.TryParseExact(uuid, "D", out var parsed) && await ledger.FindDeployment(parsed, cancellationToken) is { } deployment
            ? deployment
            : throw ApiException.NotFound("action", uuid);

    private static async Task<Ok<Listing<ActionResponse>>> List(
        HttpRequest request,
        ILedger ledger,
        IGrainFactory grains,
        CancellationToken cancellationToken
    )
    {
        var paging = Paging.Read(request);
        var filter = new DeploymentFilter
        {
            Uuid = QueryReader.ReadUuid(request, "uuid"),
            UuidStartsWith = QueryReader.ReadUuidStart(request, "uuid__startswith"),
            ServiceId = ReadObject(request),
            StartedFrom = QueryReader.ReadDate(request, "start_date__gte"),
            StartedTo = QueryReader.ReadDate(request, "start_date__lte"),
            EndedFrom = QueryReader.ReadDate(request, "end_date__gte"),
            EndedTo = QueryReader.ReadDate(request, "end_date__lte"),
        };
        if (!TryReadState(request, out var state))
            return TypedResults.Ok(paging.Listing<ActionResponse>(request, 0, []));
        var page = await ledger.ListDeployments(filter with { State = state }, paging.Limit, paging.Offset, cancellationToken);
        return TypedResults.Ok(paging.Listing(request, page.Total, await WithWaitingPlace(page.Items, grains)));
    }

    private static async Task<Ok<ActionResponse>> Get(
        string uuid,
        ILedger ledger,
        IGrainFactory grains,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await WithProgress(await Find(ledger, uuid, cancellationToken), grains));

    private static async Task<ActionResponse> WithProgress(Deployment deployment, IGrainFactory grains) =>
        deployment.State == DeploymentState.InProgress
            ? ActionResponse.From(deployment) with
            {
                Progress = await grains.GetDeploymentGrain(deployment).GetProgress(),
            }
            : (await WithWaitingPlace([deployment], grains))[0];

    private static async Task<IReadOnlyList<ActionResponse>> WithWaitingPlace(IReadOnlyList<Deployment> deployments, IGrainFactory grains)
    {
        var lines = new Dictionary<string, ImmutableArray<Guid>>();
        foreach (
            var deployment in deployments
                .Where(deployment => deployment.State == DeploymentState.Pending)
                .DistinctBy(deployment => deployment.Engine)
        )
            lines[deployment.Engine] = await grains.GetQueueGrain(deployment).ListWaiting();
        return
        [
            .. deployments.Select(deployment =>
                ActionResponse.From(deployment) with
                {
                    WaitingPlace =
                        lines.TryGetValue(deployment.Engine, out var line) && line.IndexOf(deployment.Uuid) is >= 0 and var at
                            ? at + 1
                            : null,
                }
            ),
        ];
    }

    private static async Task<Accepted<ActionResponse>> Cancel(
        string uuid,
        HttpContext context,
        ServiceLookup services,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var deployment = await Find(ledger, uuid, cancellationToken);
        (await services.Grain(deployment.ServiceId).Cancel(deployment.Uuid, context.CreateCause().User)).ThrowIfRefused();
        return TypedResults.Accepted((string?)null, ActionResponse.From(await Find(ledger, uuid, cancellationToken)));
    }

    private static async Task<Accepted<ActionResponse>> Retry(
        string uuid,
        HttpContext context,
        ServiceLookup services,
        ILedger ledger,
        CancellationToken cancellationToken
    )
    {
        var force = context.IsForced();
        var deployment = await Find(ledger, uuid, cancellationToken);
        if (!deployment.CanBeRetried)
            throw ApiException.Conflict(
                deployment.HasEnded ? "The action succeeded; there is nothing to retry." : "The action has not ended yet.",
                ActionResponse.StateText(deployment.State)
            );
        var reply = await services
            .Grain(deployment.ServiceId)
            .Begin(OperationCommand.RetryOf(deployment, context.CreateCause()) with { Force = force });
        reply.AcceptedWithAction(context);
        return TypedResults.Accepted(
            (string?)null,
            ActionResponse.From(await Find(ledger, reply.DeploymentId!.Value.ToString(), cancellationToken))
        );
    }

    private static Guid? ReadObject(HttpRequest request) =>
        QueryReader.ReadText(request, "object") is not { } uri
            ? null
            : ResourceUris.ParseUuid(uri, ResourceUris.Service)
                ?? throw ApiException.BadRequest(
                    $"`object` is \"{ApiException.Shorten(uri)}\"; expected the resource uri of a service, {ResourceUris.Service}/UUID/."
                );

    /// <summary>False: a state that Docker Cloud has and we never are in.</summary>
    private static bool TryReadState(HttpRequest request, out DeploymentState? state)
    {
        state = null;
        if (QueryReader.ReadText(request, "state") is not { } text)
            return true;
        foreach (var candidate in Enum.GetValues<DeploymentState>())
            if (ActionResponse.StateText(candidate).Equals(text, StringComparison.OrdinalIgnoreCase))
                state = candidate;
        if (state is null && !text.Equals("Canceling", StringComparison.OrdinalIgnoreCase))
            throw ApiException.BadRequest(
                $"`state` is \"{ApiException.Shorten(text)}\"; expected "
                    + $"{SentenceText.JoinWithOr([.. Enum.GetValues<DeploymentState>().Select(ActionResponse.StateText)])}."
            );
        return state is not null;
    }
}
